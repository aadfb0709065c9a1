import type { StatementSync } from "node:sqlite";
import { integer, type Row } from "../storage/rows.ts";

/** A change as it is sent. */
export interface Change {
  readonly lsn: number;
  /** JSON text. */
  readonly document: string;
}

/** A statement for the changes after an LSN, and one for those left of the LSN at which a page ended. */
export interface ChangeStatements {
  readonly after: StatementSync;
  readonly restOfLsn: StatementSync;
}

/** What a page of a feed consists of. */
export interface PageOfChanges {
  readonly statements: ChangeStatements;
  /** The range or the partition key, as the statements want it. */
  readonly where: string | number;
  /** The rest of the statements' parameters, up to the limit. */
  readonly filters: readonly (string | number)[];
  readonly afterLsn: number;
  readonly limit: number;
  readonly documentOf: (row: Row) => string;
}

/** A page ends with the LSN that makes it longer than this. */
const LARGEST_PAGE_CHARACTERS = 4 * 1024 * 1024;

/** Reads the changes after an LSN, in the order of their LSNs; a batch, which has one LSN, is never cut. */
export const readChanges = (page: PageOfChanges): Change[] => {
  const { statements, where, filters, afterLsn, limit, documentOf } = page;
  const changes: Change[] = [];
  let characters = 0;
  let last: Row | undefined;
  for (const row of statements.after.iterate(where, afterLsn, ...filters, limit)) {
    const document = documentOf(row);
    changes.push({ lsn: integer(row, "lsn"), document });
    last = row;
    characters += document.length;
    if (characters >= LARGEST_PAGE_CHARACTERS) break;
  }
  if (last === undefined) return changes;
  const lsn = integer(last, "lsn");
  for (const row of statements.restOfLsn.iterate(where, lsn, integer(last, "version"), ...filters, -1)) {
    changes.push({ lsn, document: documentOf(row) });
  }
  return changes;
};
