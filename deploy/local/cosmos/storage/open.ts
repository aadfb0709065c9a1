import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Marks a file as this endpoint's ("CSMS" in ASCII). */
const APPLICATION_ID = 0x43_53_4d_53;
const SCHEMA_VERSION = 3;
/** Larger files are checked page by page as they are read, not as a whole at the start. */
const LARGEST_FILE_CHECKED_BYTES = 512 * 1024 * 1024;

const SCHEMA = `
CREATE TABLE databases (
  rid INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  ts INTEGER NOT NULL
) STRICT;
CREATE TABLE containers (
  rid INTEGER PRIMARY KEY AUTOINCREMENT,
  database_rid INTEGER NOT NULL REFERENCES databases (rid),
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  definition TEXT NOT NULL,
  -- The id of the next range: no id is used twice.
  next_range INTEGER NOT NULL,
  -- Since when (milliseconds) all versions of items are kept; null: only the latest is.
  versions_since INTEGER,
  UNIQUE (database_rid, id)
) STRICT;
CREATE TABLE ranges (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  container_rid INTEGER NOT NULL REFERENCES containers (rid),
  id TEXT NOT NULL,
  min TEXT NOT NULL,
  max TEXT NOT NULL,
  -- The ids of the ranges that this one was cut out of, the oldest first, as a JSON list.
  parents TEXT NOT NULL,
  lsn INTEGER NOT NULL,
  stamp INTEGER NOT NULL,
  -- All versions that came after this LSN are kept, if the container keeps them.
  versions_after INTEGER NOT NULL,
  UNIQUE (container_rid, id)
) STRICT;
CREATE TABLE offers (
  rid INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** The data directory cannot be used; the message says why, for the person who started the endpoint. */
export class UnusableDataDirectory extends Error {
  override readonly name = "UnusableDataDirectory";
}

const pragma = (database: DatabaseSync, name: string): number => {
  const value = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  return typeof value === "number" ? value : 0;
};

const isEmpty = (database: DatabaseSync): boolean => {
  const count = Object.values(database.prepare("SELECT count(*) FROM sqlite_master").get() ?? {})[0];
  return count === 0 && pragma(database, "application_id") === 0 && pragma(database, "user_version") === 0;
};

const check = (database: DatabaseSync, file: string): void => {
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  if (application !== APPLICATION_ID) throw new UnusableDataDirectory(`${file} belongs to another application.`);
  if (version !== SCHEMA_VERSION) {
    throw new UnusableDataDirectory(`${file} has format ${version}, this endpoint reads format ${SCHEMA_VERSION}.`);
  }
  if (pragma(database, "page_count") * pragma(database, "page_size") > LARGEST_FILE_CHECKED_BYTES) return;
  const verdict = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
  if (verdict !== "ok") throw new UnusableDataDirectory(`${file} is corrupt: ${String(verdict)}`);
};

const prepareFile = (database: DatabaseSync, file: string): void => {
  // The exclusive lock is the operating system's: it keeps a second process out and dies with its holder.
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON;");
  const empty = isEmpty(database);
  if (!empty) check(database, file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;");
  // A write transaction takes the lock now, not at the first request.
  database.exec(`BEGIN IMMEDIATE; ${empty ? SCHEMA : ""} COMMIT;`);
};

const explain = (error: unknown, file: string): Error => {
  if (error instanceof UnusableDataDirectory || !(error instanceof Error)) {
    return error instanceof Error ? error : new UnusableDataDirectory(String(error));
  }
  const code = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  if (code === 5) return new UnusableDataDirectory(`${file} is in use by another process.`);
  if (code === 26) return new UnusableDataDirectory(`${file} is not a data file of this endpoint (not a database).`);
  if (code === 11) return new UnusableDataDirectory(`${file} is corrupt: ${error.message}`);
  return new UnusableDataDirectory(`${file} cannot be opened: ${error.message}`);
};

/**
 * Opens the data file of a directory, or makes a new one, and locks it against every other process.
 * @param directory where the endpoint keeps its data
 * @returns the open database, in WAL mode, every commit flushed to disk
 * @throws UnusableDataDirectory when it is in use, corrupt, or not this endpoint's
 */
export const openDatabase = (directory: string): DatabaseSync => {
  const file = join(directory, "cosmos.sqlite");
  try {
    if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
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
