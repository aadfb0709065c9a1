import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** Marks a file as this service's ("SIMP" in ASCII). */
const applicationId = 0x53_49_4d_50;
const schemaVersion = 1;

const schema = `
CREATE TABLE accounts (order_id TEXT PRIMARY KEY, account TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
  currency TEXT PRIMARY KEY,
  -- Decimal numerals: the sums may exceed 64 bits.
  authorised TEXT NOT NULL,
  captured TEXT NOT NULL,
  voided TEXT NOT NULL,
  refunded TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What is still to be sent; a row goes when Kafka has its message.
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL,
  copy INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  event TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  -- Among messages that are due at the same time, the lower comes first.
  rank INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_time ON messages (due_at, rank, seq);
CREATE INDEX messages_by_id ON messages (message_id, copy);
CREATE TABLE behaviour (only INTEGER PRIMARY KEY CHECK (only = 1), kept TEXT NOT NULL) STRICT;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;

/** The data directory cannot be used; the message says why, for the person who started the service. */
export class UnusableLedger extends Error {
  override readonly name = "UnusableLedger";
}

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const check = (database: DatabaseSync, file: string): void => {
  if (pragma(database, "application_id") !== applicationId)
    throw new UnusableLedger(`${file} belongs to another application.`);
  const version = pragma(database, "user_version");
  if (version !== schemaVersion)
    throw new UnusableLedger(`${file} has format ${String(version)}, this service reads format ${schemaVersion}.`);
};

const prepareFile = (database: DatabaseSync, file: string): void => {
  // The exclusive lock is the operating system's: it keeps a second process out and dies with its holder.
  database.exec("PRAGMA locking_mode = EXCLUSIVE;");
  const isEmpty = Object.values(database.prepare("SELECT count(*) FROM sqlite_master").get() ?? {})[0] === 0;
  if (!isEmpty) check(database, file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec(`BEGIN IMMEDIATE; ${isEmpty ? schema : ""} COMMIT;`);
};

/** SQLite's own errors, by their shape. */
const sqliteError = z.object({ errcode: z.int(), message: z.string() });
const busy = 5;

const explain = (error: unknown, file: string): UnusableLedger => {
  if (error instanceof UnusableLedger) return error;
  const known = sqliteError.safeParse(error);
  if (known.success && (known.data.errcode & 0xff) === busy)
    return new UnusableLedger(`${file} is in use by another process.`);
  const reason = known.success ? known.data.message : String(error);
  return new UnusableLedger(`${file} cannot be opened: ${reason}`);
};

/**
 * Opens the ledger's file in a directory, or makes a new one, and locks it against every other process. Every commit is
 * flushed to disk.
 *
 * @throws UnusableLedger when it is in use, or not this service's
 */
export const openLedgerFile = (directory: string): DatabaseSync => {
  const file = join(directory, "ledger.sqlite");
  try {
    mkdirSync(directory, { recursive: true });
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      prepareFile(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw explain(error, file);
  }
};
