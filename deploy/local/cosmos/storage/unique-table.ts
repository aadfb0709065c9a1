import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JsonObject } from "../json.ts";
import { type UniqueKey, uniqueKeysIn } from "../keys/unique-keys.ts";
import { itemsTableName } from "./items-table.ts";
import { statementsOn } from "./table-statements.ts";

/** The prepared statements on the values that a container's items hold of its unique keys. */
export interface UniqueTable {
  /** Finds who holds a value of a unique key in a partition, and when that item expires. */
  readonly holder: StatementSync;
  readonly hold: StatementSync;
  /** Takes all values from an item. */
  readonly release: StatementSync;
}

/** A container's unique keys, and who holds which value of them. */
export interface UniqueKeys {
  readonly keys: readonly UniqueKey[];
  readonly table: UniqueTable;
}

/** The name of the table that holds the values of a container's unique keys. */
export const uniqueTableName = (container: number): string => `unique_${container}`;

/**
 * Creates the table of a container, if it has unique keys; its table of items must be there. Whoever removes an item, a
 * request or the sweep of the expired, lets go of its values too.
 */
export const createUniqueTable = (database: DatabaseSync, container: number, definition: JsonObject): void => {
  if (uniqueKeysIn(definition).length === 0) return;
  const table = uniqueTableName(container);
  database.exec(`
    CREATE TABLE ${table} (
      pk TEXT NOT NULL,
      nr INTEGER NOT NULL,
      value TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (pk, nr, value)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${table}_seq ON ${table} (seq);
    CREATE TRIGGER ${table}_release AFTER DELETE ON ${itemsTableName(container)} BEGIN
      DELETE FROM ${table} WHERE seq = OLD.seq;
    END;
  `);
};

const openUniqueTable = (database: DatabaseSync, container: number): UniqueTable => {
  const prepare = statementsOn(database, uniqueTableName(container));
  return {
    holder: prepare(`SELECT seq, expires FROM ${itemsTableName(container)}
      WHERE seq = (SELECT seq FROM $table WHERE pk = ? AND nr = ? AND value = ?)`),
    hold: prepare("INSERT INTO $table (pk, nr, value, seq) VALUES (?, ?, ?, ?)"),
    release: prepare("DELETE FROM $table WHERE seq = ?"),
  };
};

/** Opens the unique keys of a container; undefined when its definition has none. */
export const openUniqueKeys = (
  database: DatabaseSync,
  container: number,
  definition: JsonObject,
): UniqueKeys | undefined => {
  const keys = uniqueKeysIn(definition);
  return keys.length === 0 ? undefined : { keys, table: openUniqueTable(database, container) };
};
