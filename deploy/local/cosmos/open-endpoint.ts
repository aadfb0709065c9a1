import type { DatabaseSync } from "node:sqlite";
import type { Endpoint, Settings } from "./endpoint.ts";
import { parsedQueries } from "./query/parsed-queries.ts";
import { suspendedQueries } from "./query/suspended.ts";
import { sweepExpired } from "./resources/expiry.ts";
import { type Catalogue, openCatalogue } from "./storage/catalogue.ts";
import { groupCommit } from "./storage/group-commit.ts";
import { openDatabase, UnusableDataDirectory } from "./storage/open.ts";

const SWEEP_INTERVAL_MS = 1_000;

/** An endpoint on an open data directory. */
export interface OpenEndpoint {
  readonly endpoint: Endpoint;
  /** Commits what is pending, empties the write-ahead log and lets go of the data directory. */
  readonly close: () => void;
}

const readCatalogue = (database: DatabaseSync, directory: string): Catalogue => {
  try {
    return openCatalogue(database);
  } catch (error) {
    database.close();
    const reason = error instanceof Error ? error.message : String(error);
    // Every page may be whole and still not hold what this endpoint wrote.
    throw new UnusableDataDirectory(`The data file in ${directory} is corrupt: ${reason}`);
  }
};

/**
 * Opens an endpoint on a data directory.
 * @throws UnusableDataDirectory when the directory is in use, corrupt, or not this endpoint's
 */
export const openEndpoint = (directory: string, settings: Settings, now: () => number = Date.now): OpenEndpoint => {
  const database = openDatabase(directory);
  const catalogue = readCatalogue(database, directory);
  const commits = groupCommit(database, {
    beforeRequest: () => catalogue.beginRequest(),
    beforeCommit: () => catalogue.persistRanges(),
    afterUndo: (cause) => {
      // Refusals are many, and all but a few come before anything has changed that a reload would put right.
      if (cause === "refused" && !catalogue.isChanged()) return;
      catalogue.persistRanges();
      catalogue.reload();
    },
    afterRollback: () => catalogue.reload(),
  });
  const endpoint: Endpoint = {
    settings,
    catalogue,
    commits,
    queries: parsedQueries(),
    suspended: suspendedQueries({ now }),
    now,
  };
  const sweep = setInterval(() => sweepExpired(endpoint), SWEEP_INTERVAL_MS);
  sweep.unref();
  return {
    endpoint,
    close: () => {
      clearInterval(sweep);
      commits.flush();
      try {
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch (error) {
        // Nothing is lost: the next start reads the log, as it does after a crash.
        process.stderr.write(`The write-ahead log stays: ${error instanceof Error ? error.message : String(error)}\n`);
      }
      database.close();
    },
  };
};
