import type { DatabaseSync } from "node:sqlite";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { integer, type Row, text } from "./rows.ts";

/** The throughput that is provisioned for a database or a container. */
export interface Offer {
  readonly rid: number;
  /** The `_self` link of the database or the container that it is for. */
  readonly owner: string;
  readonly version: number;
  readonly ts: number;
  /** The throughput and, for autoscale, its settings, as they go over the wire. */
  readonly content: JsonObject;
}

/** The offers, in memory and on disk. Every change must run in a transaction. */
export interface Offers {
  /** By the `_self` link of their owner, in the order of their creation. */
  readonly byOwner: ReadonlyMap<string, Offer>;
  create(owner: string, content: JsonObject, ts: number): Offer;
  replace(offer: Offer, content: JsonObject, ts: number): Offer;
  /** Removes the offer of an owner, if there is one. */
  remove(owner: string): void;
  /** Reads everything anew from disk, after a rollback. */
  reload(): void;
}

const offerFrom = (row: Row): Offer => {
  const content = parseJson(text(row, "content"));
  if (!isObject(content)) throw new Error("An offer's stored content is not an object.");
  return {
    rid: integer(row, "rid"),
    owner: text(row, "owner"),
    version: integer(row, "version"),
    ts: integer(row, "ts"),
    content,
  };
};

/** Opens the offers of a database file. @param changing is called before each change */
export const openOffers = (database: DatabaseSync, changing: () => void): Offers => {
  const byOwner = new Map<string, Offer>();
  const reload = (): void => {
    byOwner.clear();
    for (const row of database.prepare("SELECT * FROM offers ORDER BY rid").all()) {
      const offer = offerFrom(row);
      byOwner.set(offer.owner, offer);
    }
  };
  reload();
  return {
    byOwner,
    create(owner, content, ts) {
      changing();
      const insert = database.prepare("INSERT INTO offers (owner, version, ts, content) VALUES (?, 1, ?, ?)");
      const { lastInsertRowid } = insert.run(owner, ts, JSON.stringify(content));
      const offer: Offer = { rid: Number(lastInsertRowid), owner, version: 1, ts, content };
      byOwner.set(owner, offer);
      return offer;
    },
    replace(offer, content, ts) {
      changing();
      const replaced: Offer = { ...offer, version: offer.version + 1, ts, content };
      database
        .prepare("UPDATE offers SET version = ?, ts = ?, content = ? WHERE rid = ?")
        .run(replaced.version, ts, JSON.stringify(content), offer.rid);
      byOwner.set(offer.owner, replaced);
      return replaced;
    },
    remove(owner) {
      changing();
      if (!byOwner.delete(owner)) return;
      database.prepare("DELETE FROM offers WHERE owner = ?").run(owner);
    },
    reload,
  };
};
