import type { DatabaseSync } from "node:sqlite";
import { evenBoundaries } from "../keys/effective-partition-key.ts";
import { type IndexedPaths, indexedPathsIn } from "../indexing/indexed-paths.ts";
import { type PartitionKeyDefinition, parsePartitionKeyDefinition } from "../keys/partition-key.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { createItemsTable, type ItemsTable, itemsTableName, openItemsTable } from "./items-table.ts";
import { type Offers, openOffers } from "./offers.ts";
import { containerRid, databaseRid, databaseSelf } from "./resource-ids.ts";
import { insertRange, type Range, readRanges, replaceByHalves } from "./range-rows.ts";
import { integer, optionalInteger, type Row, text } from "./rows.ts";
import { createUniqueTable, openUniqueKeys, type UniqueKeys, uniqueTableName } from "./unique-table.ts";
import { createVersionLog, openVersionLog, type VersionLog, versionLogName } from "./version-log.ts";

export type { Range };

/** A partition key and where it lies. */
export interface LocatedKey {
  /** Equal keys have equal texts; this is what is stored. */
  readonly text: string;
  /** The effective partition key. */
  readonly epk: string;
  readonly range: Range;
}

export interface Container {
  readonly rid: number;
  readonly database: Database;
  readonly id: string;
  readonly version: number;
  readonly ts: number;
  /** What the client defined: indexing policy, time to live and so on. */
  readonly definition: JsonObject;
  readonly key: PartitionKeyDefinition;
  /** Seconds; -1: only items with a ttl of their own expire; undefined: none does. */
  readonly defaultTtlS: number | undefined;
  readonly ranges: readonly Range[];
  readonly items: ItemsTable;
  /** All versions of the items and since when (milliseconds) they are kept; undefined: only the latest is kept. */
  readonly versions: { readonly log: VersionLog; readonly sinceMs: number } | undefined;
  readonly indexed: IndexedPaths;
  /** Undefined when it has none. */
  readonly unique: UniqueKeys | undefined;
  /** The container's `_self` link. */
  readonly self: string;
  /** Where the partition keys seen lately lie, by the header that named them. */
  readonly keys: Map<string, LocatedKey>;
  /** Numbers writes and items; never goes back, so that no `_rid` and no ETag comes twice. */
  stamp: number;
}

export interface Database {
  readonly rid: number;
  readonly id: string;
  readonly ts: number;
  readonly containers: Map<string, Container>;
}

/** The databases and containers, in memory and on disk. Every change must run in a transaction. */
export interface Catalogue {
  readonly databases: ReadonlyMap<string, Database>;
  /** What is provisioned for them. */
  readonly offers: Offers;
  createDatabase(id: string, ts: number): Database;
  deleteDatabase(database: Database): void;
  createContainer(database: Database, id: string, definition: JsonObject, ts: number, ranges: number): Container;
  replaceContainer(container: Container, definition: JsonObject, ts: number): Container;
  deleteContainer(container: Container): void;
  /** Keeps all versions of a container's items from now on; nothing changes when they are kept already. */
  keepVersions(container: Container, sinceMs: number): Container;
  /** Forgets all versions but the latest, and keeps no more. */
  dropVersions(container: Container): Container;
  /**
   * Replaces a range by two that meet at a key; their LSNs go on from its own.
   * @param at an effective partition key within the range, not its minimum
   */
  splitRange(container: Container, range: Range, at: string): Container;
  /** Notes that a range has a new LSN, to be written by `persistRanges`. */
  touch(container: Container, range: Range): void;
  /** Writes the LSN of every touched range: the last thing before a commit. */
  persistRanges(): void;
  /** Notes that a request begins, whose changes may be undone as a whole. */
  beginRequest(): void;
  /** Tells whether the request has changed anything but items and LSNs. */
  isChanged(): boolean;
  /** Reads everything anew from disk, after a rollback. */
  reload(): void;
}

const definitionOf = (row: Row): JsonObject => {
  const definition = parseJson(text(row, "definition"));
  if (!isObject(definition)) throw new Error("A container's stored definition is not an object.");
  return definition;
};

/** Opens the catalogue of a database file. */
export const openCatalogue = (database: DatabaseSync): Catalogue => {
  const databases = new Map<string, Database>();
  const touched = new Map<Range, Container>();
  let isChanged = false;
  const changing = (): void => {
    isChanged = true;
  };
  const offers = openOffers(database, changing);
  const saveRange = database.prepare("UPDATE ranges SET lsn = ?, stamp = ?, versions_after = ? WHERE key = ?");

  const containerFrom = (
    row: { rid: number; id: string; version: number; ts: number; definition: JsonObject },
    parent: Database,
    versionsSinceMs?: number,
  ): Container => {
    const ttl = row.definition["defaultTtl"];
    return {
      ...row,
      database: parent,
      key: parsePartitionKeyDefinition(row.definition["partitionKey"]),
      defaultTtlS: typeof ttl === "number" ? ttl : undefined,
      ...readRanges(database, row.rid),
      items: openItemsTable(database, row.rid),
      indexed: indexedPathsIn(row.definition),
      unique: openUniqueKeys(database, row.rid, row.definition),
      versions:
        versionsSinceMs === undefined
          ? undefined
          : { log: openVersionLog(database, row.rid), sinceMs: versionsSinceMs },
      self: `dbs/${databaseRid(parent.rid)}/colls/${containerRid(parent.rid, row.rid)}/`,
      keys: new Map(),
    };
  };

  const reload = (): void => {
    databases.clear();
    touched.clear();
    isChanged = false;
    for (const row of database.prepare("SELECT * FROM databases ORDER BY rid").all()) {
      const parent: Database = {
        rid: integer(row, "rid"),
        id: text(row, "id"),
        ts: integer(row, "ts"),
        containers: new Map(),
      };
      databases.set(parent.id, parent);
      const rows = database.prepare("SELECT * FROM containers WHERE database_rid = ? ORDER BY rid").all(parent.rid);
      for (const child of rows) {
        const id = text(child, "id");
        const known = { rid: integer(child, "rid"), id, version: integer(child, "version"), ts: integer(child, "ts") };
        parent.containers.set(
          id,
          containerFrom(
            { ...known, definition: definitionOf(child) },
            parent,
            optionalInteger(child, "versions_since"),
          ),
        );
      }
    }
  };

  /** Puts a container in the place of what it was before. */
  const put = (container: Container): Container => {
    changing();
    for (const range of container.ranges) if (touched.has(range)) touched.set(range, container);
    container.database.containers.set(container.id, container);
    return container;
  };

  const deleteContainer = (container: Container): void => {
    changing();
    // Its ranges stay touched: if this is undone, their rows are there again and want the LSNs given since.
    database.exec(`DROP TABLE ${itemsTableName(container.rid)}`);
    if (container.unique !== undefined) database.exec(`DROP TABLE ${uniqueTableName(container.rid)}`);
    if (container.versions !== undefined) database.exec(`DROP TABLE ${versionLogName(container.rid)}`);
    offers.remove(container.self);
    database.prepare("DELETE FROM ranges WHERE container_rid = ?").run(container.rid);
    database.prepare("DELETE FROM containers WHERE rid = ?").run(container.rid);
    container.database.containers.delete(container.id);
  };

  reload();
  return {
    databases,
    offers,
    createDatabase(id, ts) {
      changing();
      const { lastInsertRowid } = database.prepare("INSERT INTO databases (id, ts) VALUES (?, ?)").run(id, ts);
      const created: Database = { rid: Number(lastInsertRowid), id, ts, containers: new Map() };
      databases.set(id, created);
      return created;
    },
    deleteDatabase(parent) {
      changing();
      for (const container of parent.containers.values()) deleteContainer(container);
      offers.remove(databaseSelf(parent.rid));
      database.prepare("DELETE FROM databases WHERE rid = ?").run(parent.rid);
      databases.delete(parent.id);
    },
    createContainer(parent, id, definition, ts, count) {
      const insert = database.prepare(
        "INSERT INTO containers (database_rid, id, version, ts, definition, next_range) VALUES (?, ?, 1, ?, ?, ?)",
      );
      const rid = Number(insert.run(parent.rid, id, ts, JSON.stringify(definition), count).lastInsertRowid);
      const key = parsePartitionKeyDefinition(definition["partitionKey"]);
      const boundaries = evenBoundaries(count, key.version);
      for (let index = 0; index < count; index++) {
        const [min = "", max = ""] = boundaries.slice(index, index + 2);
        insertRange(database, rid, { id: String(index), min, max, parents: [], lsn: 0, versionsAfter: 0 }, 0);
      }
      createItemsTable(database, rid, key.kind === "MultiHash");
      createUniqueTable(database, rid, definition);
      return put(containerFrom({ rid, id, version: 1, ts, definition }, parent));
    },
    replaceContainer(container, definition, ts) {
      const version = container.version + 1;
      database
        .prepare("UPDATE containers SET version = ?, ts = ?, definition = ? WHERE rid = ?")
        .run(version, ts, JSON.stringify(definition), container.rid);
      const ttl = definition["defaultTtl"];
      const defaultTtlS = typeof ttl === "number" ? ttl : undefined;
      return put({ ...container, version, ts, definition, defaultTtlS, indexed: indexedPathsIn(definition) });
    },
    deleteContainer,
    keepVersions(container, sinceMs) {
      if (container.versions !== undefined) return container;
      createVersionLog(database, container.rid);
      database.prepare("UPDATE containers SET versions_since = ? WHERE rid = ?").run(sinceMs, container.rid);
      for (const range of container.ranges) {
        range.versionsAfter = range.lsn;
        touched.set(range, container);
      }
      return put({ ...container, versions: { log: openVersionLog(database, container.rid), sinceMs } });
    },
    dropVersions(container) {
      if (container.versions === undefined) return container;
      database.exec(`DROP TABLE ${versionLogName(container.rid)}`);
      database.prepare("UPDATE containers SET versions_since = NULL WHERE rid = ?").run(container.rid);
      return put({ ...container, versions: undefined });
    },
    splitRange(container, range, at) {
      const { left, right } = replaceByHalves(database, container.rid, range, at, container.stamp);
      // The range stays touched: if this is undone, its row is there again and wants the LSNs given since.
      const move = "UPDATE $table SET range = CASE WHEN epk < ? THEN ? ELSE ? END WHERE range = ?";
      container.items.prepare(move).run(at, left.key, right.key, range.key);
      container.versions?.log.prepare(move).run(at, left.key, right.key, range.key);
      const ranges = container.ranges.flatMap((other) => (other === range ? [left, right] : [other]));
      // Where keys lie is found anew.
      return put({ ...container, ranges, keys: new Map() });
    },
    touch(container, range) {
      touched.set(range, container);
    },
    persistRanges() {
      for (const [range, container] of touched)
        saveRange.run(range.lsn, container.stamp, range.versionsAfter, range.key);
      touched.clear();
    },
    beginRequest() {
      isChanged = false;
    },
    isChanged: () => isChanged,
    reload() {
      offers.reload();
      reload();
    },
  };
};
