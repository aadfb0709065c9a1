import type { DatabaseSync, StatementSync } from "node:sqlite";
import { statementsOn } from "./table-statements.ts";

/** The prepared statements on the log of all versions of one container's items. */
export interface VersionLog {
  readonly append: StatementSync;
  readonly feed: StatementSync;
  readonly feedOfKey: StatementSync;
  readonly restOfLsn: StatementSync;
  readonly restOfLsnOfKey: StatementSync;
  readonly anyOlder: StatementSync;
  readonly newestOfOlder: StatementSync;
  readonly prune: StatementSync;
  /** Prepares (once) a statement on the table; `$table` in the text stands for its name. */
  readonly prepare: (sql: string) => StatementSync;
}

/** The name of the table that holds all versions of a container's items. */
export const versionLogName = (container: number): string => `versions_${container}`;

/**
 * Creates the log of a container. `range`, `lsn` and `version` order it as they order the items; `ts` is the time of the
 * change in milliseconds; `current` is empty for a delete, and `previous` for everything else.
 */
export const createVersionLog = (database: DatabaseSync, container: number): void => {
  const table = versionLogName(container);
  database.exec(`
    CREATE TABLE ${table} (
      seq INTEGER PRIMARY KEY,
      range INTEGER NOT NULL,
      lsn INTEGER NOT NULL,
      version INTEGER NOT NULL,
      pk TEXT NOT NULL,
      epk TEXT NOT NULL,
      id TEXT NOT NULL,
      ts INTEGER NOT NULL,
      operation TEXT NOT NULL,
      expired INTEGER NOT NULL,
      previous_lsn INTEGER,
      current TEXT,
      previous TEXT
    ) STRICT;
    CREATE INDEX ${table}_feed ON ${table} (range, lsn, version);
    CREATE INDEX ${table}_key ON ${table} (pk, lsn, version);
    CREATE INDEX ${table}_age ON ${table} (ts);
  `);
};

/** Prepares the statements on a container's log. */
export const openVersionLog = (database: DatabaseSync, container: number): VersionLog => {
  const table = versionLogName(container);
  const prepare = statementsOn(database, table);
  const select = `SELECT lsn, version, pk, id, ts, operation, expired, previous_lsn, current, previous FROM $table`;
  const page = "AND epk >= ? AND epk < ? AND ts >= ? ORDER BY lsn, version LIMIT ?";
  return {
    append: prepare(`INSERT INTO $table
      (range, lsn, version, pk, epk, id, ts, operation, expired, previous_lsn, current, previous)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    feed: prepare(`${select} INDEXED BY ${table}_feed WHERE range = ? AND lsn > ? ${page}`),
    feedOfKey: prepare(`${select} INDEXED BY ${table}_key WHERE pk = ? AND lsn > ? ${page}`),
    restOfLsn: prepare(`${select} INDEXED BY ${table}_feed WHERE range = ? AND lsn = ? AND version > ? ${page}`),
    restOfLsnOfKey: prepare(`${select} INDEXED BY ${table}_key WHERE pk = ? AND lsn = ? AND version > ? ${page}`),
    anyOlder: prepare("SELECT seq FROM $table WHERE ts <= ? LIMIT 1"),
    newestOfOlder: prepare(`SELECT range, max(lsn) AS lsn FROM
      (SELECT range, lsn FROM $table WHERE ts <= ? ORDER BY ts, seq LIMIT ?) GROUP BY range`),
    prune: prepare("DELETE FROM $table WHERE seq IN (SELECT seq FROM $table WHERE ts <= ? ORDER BY ts, seq LIMIT ?)"),
    prepare,
  };
};
