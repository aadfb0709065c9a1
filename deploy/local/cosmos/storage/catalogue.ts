import type { DatabaseSync } from "node:sqlite";
import { evenBoundaries } from "../keys/effective-partition-key.ts";
import { type PartitionKeyDefinition, parsePartitionKeyDefinition } from "../keys/partition-key.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { createItemsTable, type ItemsTable, itemsTableName, openItemsTable } from "./items-table.ts";
import { containerRid, databaseRid } from "./resource-ids.ts";
import { integer, type Row, text } from "./rows.ts";

/** A slice of a container's key space with a log sequence number of its own. */
export interface Range {
  readonly key: number;
  readonly id: string;
  readonly min: string;
  readonly max: string;
  /** The ids of the ranges that this one was cut out of, the oldest first. */
  readonly parents: readonly string[];
  /** The number of the last write; each write (or batch) takes the next one. */
  lsn: number;
}

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
  createDatabase(id: string, ts: number): Database;
  deleteDatabase(database: Database): void;
  createContainer(database: Database, id: string, definition: JsonObject, ts: number, ranges: number): Container;
  replaceContainer(container: Container, definition: JsonObject, ts: number): Container;
  deleteContainer(container: Container): void;
  /** Notes that a range has a new LSN, to be written by `persistRanges`. */
  touch(container: Container, range: Range): void;
  /** Writes the LSN of every touched range: the last thing before a commit. */
  persistRanges(): void;
  /** Reads everything anew from disk, after a rollback. */
  reload(): void;
}

const definitionOf = (row: Row): JsonObject => {
  const definition = parseJson(text(row, "definition"));
  if (!isObject(definition)) throw new Error("A container's stored definition is not an object.");
  return definition;
};

const parentsOf = (row: Row): string[] => {
  const parents = parseJson(text(row, "parents"));
  if (!Array.isArray(parents)) throw new Error("A range's stored parents are not a list.");
  return parents.map(String);
};

/** Opens the catalogue of a database file. */
export const openCatalogue = (database: DatabaseSync): Catalogue => {
  const databases = new Map<string, Database>();
  const touched = new Map<Range, Container>();
  const saveRange = database.prepare("UPDATE ranges SET lsn = ?, stamp = ? WHERE key = ?");

  const containerFrom = (
    row: { rid: number; id: string; version: number; ts: number; definition: JsonObject },
    parent: Database,
  ): Container => {
    const ranges = database.prepare("SELECT * FROM ranges WHERE container_rid = ? ORDER BY min").all(row.rid);
    const ttl = row.definition["defaultTtl"];
    return {
      ...row,
      database: parent,
      key: parsePartitionKeyDefinition(row.definition["partitionKey"]),
      defaultTtlS: typeof ttl === "number" ? ttl : undefined,
      ranges: ranges.map((range) => ({
        key: integer(range, "key"),
        id: text(range, "id"),
        min: text(range, "min"),
        max: text(range, "max"),
        parents: parentsOf(range),
        lsn: integer(range, "lsn"),
      })),
      items: openItemsTable(database, row.rid),
      self: `dbs/${databaseRid(parent.rid)}/colls/${containerRid(parent.rid, row.rid)}/`,
      keys: new Map(),
      stamp: Math.max(0, ...ranges.map((range) => integer(range, "stamp"))),
    };
  };

  const reload = (): void => {
    databases.clear();
    touched.clear();
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
        parent.containers.set(id, containerFrom({ ...known, definition: definitionOf(child) }, parent));
      }
    }
  };

  const deleteContainer = (container: Container): void => {
    for (const range of container.ranges) touched.delete(range);
    database.exec(`DROP TABLE ${itemsTableName(container.rid)}`);
    database.prepare("DELETE FROM ranges WHERE container_rid = ?").run(container.rid);
    database.prepare("DELETE FROM containers WHERE rid = ?").run(container.rid);
    container.database.containers.delete(container.id);
  };

  reload();
  return {
    databases,
    createDatabase(id, ts) {
      const { lastInsertRowid } = database.prepare("INSERT INTO databases (id, ts) VALUES (?, ?)").run(id, ts);
      const created: Database = { rid: Number(lastInsertRowid), id, ts, containers: new Map() };
      databases.set(id, created);
      return created;
    },
    deleteDatabase(parent) {
      for (const container of parent.containers.values()) deleteContainer(container);
      database.prepare("DELETE FROM databases WHERE rid = ?").run(parent.rid);
      databases.delete(parent.id);
    },
    createContainer(parent, id, definition, ts, count) {
      const insert = database.prepare(
        "INSERT INTO containers (database_rid, id, version, ts, definition, next_range) VALUES (?, ?, 1, ?, ?, ?)",
      );
      const rid = Number(insert.run(parent.rid, id, ts, JSON.stringify(definition), count).lastInsertRowid);
      const insertRange = database.prepare(
        "INSERT INTO ranges (container_rid, id, min, max, parents, lsn, stamp, versions_after) VALUES (?, ?, ?, ?, '[]', 0, 0, 0)",
      );
      const boundaries = evenBoundaries(count);
      for (let index = 0; index < count; index++) {
        insertRange.run(rid, String(index), boundaries[index] ?? "", boundaries[index + 1] ?? "");
      }
      createItemsTable(database, rid);
      const created = containerFrom({ rid, id, version: 1, ts, definition }, parent);
      parent.containers.set(id, created);
      return created;
    },
    replaceContainer(container, definition, ts) {
      const version = container.version + 1;
      database
        .prepare("UPDATE containers SET version = ?, ts = ?, definition = ? WHERE rid = ?")
        .run(version, ts, JSON.stringify(definition), container.rid);
      const ttl = definition["defaultTtl"];
      const defaultTtlS = typeof ttl === "number" ? ttl : undefined;
      const replaced: Container = { ...container, version, ts, definition, defaultTtlS };
      for (const range of container.ranges) if (touched.has(range)) touched.set(range, replaced);
      container.database.containers.set(container.id, replaced);
      return replaced;
    },
    deleteContainer,
    touch(container, range) {
      touched.set(range, container);
    },
    persistRanges() {
      for (const [range, container] of touched) saveRange.run(range.lsn, container.stamp, range.key);
      touched.clear();
    },
    reload,
  };
};
