import type { DatabaseSync } from "node:sqlite";
import { parseJson } from "../json.ts";
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
  /** If the container keeps all versions: those that came after this LSN are kept. */
  versionsAfter: number;
}

/** A container's ranges, in the order of their keys, and the number of its last write. */
export interface StoredRanges {
  readonly ranges: readonly Range[];
  readonly stamp: number;
}

const parentsOf = (row: Row): string[] => {
  const parents = parseJson(text(row, "parents"));
  if (!Array.isArray(parents)) throw new Error("A range's stored parents are not a list.");
  return parents.map(String);
};

const rangeFrom = (row: Row): Range => ({
  key: integer(row, "key"),
  id: text(row, "id"),
  min: text(row, "min"),
  max: text(row, "max"),
  parents: parentsOf(row),
  lsn: integer(row, "lsn"),
  versionsAfter: integer(row, "versions_after"),
});

/** Reads the ranges of a container. */
export const readRanges = (database: DatabaseSync, container: number): StoredRanges => {
  const rows = database.prepare("SELECT * FROM ranges WHERE container_rid = ? ORDER BY min").all(container);
  return { ranges: rows.map(rangeFrom), stamp: Math.max(0, ...rows.map((row) => integer(row, "stamp"))) };
};

/** Stores a new range of a container and gives it back with its key. */
export const insertRange = (
  database: DatabaseSync,
  container: number,
  range: Omit<Range, "key">,
  stamp: number,
): Range => {
  const insert = database.prepare(
    "INSERT INTO ranges (container_rid, id, min, max, parents, lsn, stamp, versions_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const { id, min, max, parents, lsn, versionsAfter } = range;
  const { lastInsertRowid } = insert.run(container, id, min, max, JSON.stringify(parents), lsn, stamp, versionsAfter);
  return { ...range, key: Number(lastInsertRowid) };
};

/** Takes numbers for new ranges that no range of the container had before, and gives the first. */
const takeRangeIds = (database: DatabaseSync, container: number, count: number): number => {
  const take = database.prepare("UPDATE containers SET next_range = next_range + ? WHERE rid = ? RETURNING next_range");
  return integer(take.get(count, container) ?? {}, "next_range") - count;
};

/**
 * Replaces a range by two that meet at a key. They remember their ancestors, and their LSNs go on from the range's.
 * @param stamp the number of the container's last write
 */
export const replaceByHalves = (
  database: DatabaseSync,
  container: number,
  range: Range,
  at: string,
  stamp: number,
): { left: Range; right: Range } => {
  const { key, ...rest } = range;
  const parents = [...range.parents, range.id];
  const id = takeRangeIds(database, container, 2);
  const left = insertRange(database, container, { ...rest, id: String(id), max: at, parents }, stamp);
  const right = insertRange(database, container, { ...rest, id: String(id + 1), min: at, parents }, stamp);
  database.prepare("DELETE FROM ranges WHERE key = ?").run(key);
  return { left, right };
};
