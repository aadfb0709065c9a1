import type { DatabaseSync, StatementSync } from "node:sqlite";
import { statementsOn } from "./table-statements.ts";

/** The prepared statements on one container's table of items. */
export interface ItemsTable {
  readonly head: StatementSync;
  readonly find: StatementSync;
  readonly insert: StatementSync;
  readonly update: StatementSync;
  readonly rename: StatementSync;
  readonly remove: StatementSync;
  readonly feed: StatementSync;
  readonly feedOfKey: StatementSync;
  readonly restOfLsn: StatementSync;
  readonly restOfLsnOfKey: StatementSync;
  readonly anyExpired: StatementSync;
  readonly expired: StatementSync;
  readonly removeExpired: StatementSync;
  /** Prepares (once) a query on the table; `$table` in the text stands for its name. */
  readonly prepare: (sql: string) => StatementSync;
}

/** The name of the table that holds a container's items. */
export const itemsTableName = (container: number): string => `items_${container}`;

/**
 * Creates the table of a container.
 * `key` finds an item and lists a partition without reading its items; `feed` is the change feed's order: one LSN for a
 * batch, and `version` orders the items within it. `epk` finds what begins a hierarchical key: only such containers have it.
 */
export const createItemsTable = (database: DatabaseSync, container: number, isHierarchical: boolean): void => {
  const table = itemsTableName(container);
  database.exec(`
    CREATE TABLE ${table} (
      seq INTEGER PRIMARY KEY,
      pk TEXT NOT NULL,
      id TEXT NOT NULL,
      epk TEXT NOT NULL,
      range INTEGER NOT NULL,
      lsn INTEGER NOT NULL,
      version INTEGER NOT NULL,
      ts INTEGER NOT NULL,
      expires INTEGER,
      body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ${table}_key ON ${table} (pk, id);
    CREATE INDEX ${table}_feed ON ${table} (range, lsn, version);
    CREATE INDEX ${table}_expiry ON ${table} (expires) WHERE expires IS NOT NULL;
  `);
  if (isHierarchical) database.exec(`CREATE INDEX ${table}_epk ON ${table} (epk, id)`);
};

/** Prepares the statements that every request uses. */
export const openItemsTable = (database: DatabaseSync, container: number): ItemsTable => {
  const table = itemsTableName(container);
  const prepare = statementsOn(database, table);
  const page = `AND epk >= ? AND epk < ? AND ts >= ? AND (expires IS NULL OR expires > ?)
    ORDER BY lsn, version LIMIT ?`;
  return {
    head: prepare("SELECT seq, version, expires, lsn FROM $table WHERE pk = ? AND id = ?"),
    find: prepare("SELECT seq, version, expires, lsn, body FROM $table WHERE pk = ? AND id = ?"),
    insert: prepare(`INSERT INTO $table (seq, pk, id, epk, range, lsn, version, ts, expires, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    update: prepare("UPDATE $table SET lsn = ?, version = ?, ts = ?, expires = ?, body = ? WHERE seq = ?"),
    rename: prepare("UPDATE $table SET id = ? WHERE seq = ?"),
    remove: prepare("DELETE FROM $table WHERE seq = ?"),
    feed: prepare(`SELECT lsn, version, body FROM $table INDEXED BY ${table}_feed WHERE range = ? AND lsn > ? ${page}`),
    feedOfKey: prepare(
      `SELECT lsn, version, body FROM $table INDEXED BY ${table}_key WHERE pk = ? AND lsn > ? ${page}`,
    ),
    restOfLsn: prepare(`SELECT lsn, version, body FROM $table INDEXED BY ${table}_feed
      WHERE range = ? AND lsn = ? AND version > ? ${page}`),
    restOfLsnOfKey: prepare(`SELECT lsn, version, body FROM $table INDEXED BY ${table}_key
      WHERE pk = ? AND lsn = ? AND version > ? ${page}`),
    anyExpired: prepare("SELECT seq FROM $table WHERE expires <= ? LIMIT 1"),
    expired: prepare("SELECT seq, pk, id, epk, lsn, body FROM $table WHERE expires <= ? ORDER BY expires, seq LIMIT ?"),
    removeExpired: prepare("DELETE FROM $table WHERE seq IN (SELECT seq FROM $table WHERE expires <= ? LIMIT ?)"),
    prepare,
  };
};
