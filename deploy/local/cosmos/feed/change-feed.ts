import type { StatementSync } from "node:sqlite";
import { queryCharge, SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { header, pageSize, type WireRequest } from "../http/request.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { integer, text } from "../storage/rows.ts";
import { type Scope, scopeOf } from "./scope.ts";

/** A page ends with the LSN that makes it longer than this. */
const LARGEST_PAGE_CHARACTERS = 4 * 1024 * 1024;

interface Entry {
  readonly lsn: number;
  readonly version: number;
  readonly body: string;
}

const entriesOf = (
  statement: StatementSync,
  parameters: (string | number)[],
  limit: number,
  largest: number,
): Entry[] => {
  const entries: Entry[] = [];
  let characters = 0;
  for (const row of statement.iterate(...parameters, limit)) {
    const entry = { lsn: integer(row, "lsn"), version: integer(row, "version"), body: text(row, "body") };
    entries.push(entry);
    characters += entry.body.length;
    if (characters >= largest) break;
  }
  return entries;
};

/** Reads the changes after an LSN; a batch, which has one LSN, is never cut. */
const changesAfter = (
  scope: Scope,
  range: Range,
  after: number,
  sinceS: number,
  nowMs: number,
  limit: number,
): Entry[] => {
  const { items } = scope.container;
  const where = scope.key?.text ?? range.key;
  const filters = [scope.min, scope.max, sinceS, nowMs];
  const page = entriesOf(
    scope.key ? items.feedOfKey : items.feed,
    [where, after, ...filters],
    limit,
    LARGEST_PAGE_CHARACTERS,
  );
  const last = page.at(-1);
  if (last === undefined) return page;
  const rest = scope.key ? items.restOfLsnOfKey : items.restOfLsn;
  return [...page, ...entriesOf(rest, [where, last.lsn, last.version, ...filters], -1, Number.POSITIVE_INFINITY)];
};

const parsePosition = (condition: string): number => {
  const position = /^"?(\d+)"?$/.exec(condition.trim())?.[1];
  if (position === undefined) throw badRequest(`If-None-Match must be an ETag of this feed or *, not '${condition}'.`);
  return Number(position);
};

const parseSince = (request: WireRequest): number => {
  const since = header(request, "if-modified-since");
  if (since === undefined) return 0;
  const time = Date.parse(since);
  if (Number.isNaN(time)) throw badRequest(`If-Modified-Since is not a date: '${since}'.`);
  return Math.floor(time / 1000);
};

const oneRange = (scope: Scope): Range => {
  const [range, ...others] = scope.ranges;
  if (range === undefined || others.length > 0) {
    throw badRequest("A change feed needs a partition key range, a partition key, or a key range within one range.");
  }
  return range;
};

/**
 * Reads a page of the change feed (the latest version of each changed item) of a range, or a part of it.
 * The ETag is the position to go on from: everything up to that LSN has been seen.
 */
export const readChangeFeed = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const mode = header(request, "a-im")?.toLowerCase();
  if (mode !== "incremental feed") throw badRequest("Only the incremental feed (latest versions) is supported.");
  const scope = scopeOf(container, request);
  const range = oneRange(scope);
  const condition = header(request, "if-none-match");
  const after = condition === undefined ? 0 : condition === "*" ? range.lsn : parsePosition(condition);
  const changes = changesAfter(scope, range, after, parseSince(request), endpoint.now(), pageSize(request));
  const last = changes.at(-1);
  const shared = { container, ranges: [range] };
  if (last === undefined) {
    return { status: 304, body: "", charge: SMALL_CHARGE, etag: `"${Math.max(after, range.lsn)}"`, ...shared };
  }
  const documents = changes.map(({ lsn, body }) => `${body.slice(0, -1)},"_lsn":${lsn}}`).join(",");
  const rid = containerRid(container.database.rid, container.rid);
  return {
    status: 200,
    body: `{"_rid":"${rid}","Documents":[${documents}],"_count":${changes.length}}`,
    charge: queryCharge(changes.length, documents.length),
    etag: `"${last.lsn}"`,
    headers: { "x-ms-item-count": String(changes.length) },
    ...shared,
  };
};
