import type { Catalogue, Container, Database } from "../storage/catalogue.ts";
import { containerRid, databaseRid, itemNumber } from "../storage/resource-ids.ts";
import { text } from "../storage/rows.ts";

/** A path that names resources by their `_rid`, with their names in its place. */
export interface NamedPath {
  readonly path: readonly string[];
  /** What the client signs for: the `_rid` of the resource, or of a feed's parent, in lower case. */
  readonly link: string;
}

const containerName = (parent: Database, rid: string): Container | undefined =>
  [...parent.containers.values()].find((container) => containerRid(parent.rid, container.rid) === rid);

const itemName = ({ items }: Container, rid: string): string => {
  const number = itemNumber(rid);
  const row = number === undefined ? undefined : items.prepare("SELECT id FROM $table WHERE seq = ?").get(number);
  // There is no such item: whoever looks for it by this name will not find it either.
  return row === undefined ? rid : text(row, "id");
};

/**
 * Puts names in the place of `_rid`s, by which a client addresses what it knows by its `_self` link (the SDK for Python
 * does so when it is given an item that it read).
 * @param segments the decoded segments of the path
 * @returns undefined when the path does not begin with the `_rid` of a database
 */
export const namedPath = ({ databases }: Catalogue, segments: readonly string[]): NamedPath | undefined => {
  const [dbs, first, colls, second, kind, third, ...rest] = segments;
  if (dbs !== "dbs" || first === undefined || databases.has(first)) return undefined;
  const database = [...databases.values()].find(({ rid }) => databaseRid(rid) === first);
  if (database === undefined) return undefined;
  const path = ["dbs", database.id];
  const rids = [first];
  const container = colls === "colls" && second !== undefined ? containerName(database, second) : undefined;
  if (colls !== undefined) path.push(colls);
  if (second !== undefined) {
    path.push(container?.id ?? second);
    rids.push(second);
  }
  if (kind !== undefined) path.push(kind);
  if (third !== undefined) {
    path.push(kind === "docs" && container !== undefined ? itemName(container, third) : third);
    rids.push(third);
  }
  return { path: [...path, ...rest], link: (rids.at(-1) ?? "").toLowerCase() };
};
