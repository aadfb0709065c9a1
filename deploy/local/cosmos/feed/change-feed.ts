import { consistentCharge, queryCharge, SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, Refusal, SUBSTATUS } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { consistencyOf, header, pageSize, type WireRequest } from "../http/request.ts";
import { MAXIMUM_KEY, MINIMUM_KEY } from "../keys/effective-partition-key.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { readAllVersions } from "./all-versions.ts";
import { latestAfter, readLatestVersions } from "./latest-versions.ts";
import type { Change } from "./pages.ts";
import { sinceOf, startOf } from "./position.ts";
import { type Scope, scopeOf } from "./scope.ts";

const LATEST_VERSIONS = "incremental feed";
const ALL_VERSIONS = "full-fidelity feed";
/** The only shape in which all versions are sent: the item apart from what is said about the change. */
const WIRE_FORMAT = "2021-09-15";

const modeOf = (request: WireRequest): string | undefined => header(request, "a-im")?.toLowerCase();

/** Tells whether a request asks for the feed of all versions and deletes, which may have to be turned on. */
export const wantsAllVersions = (request: WireRequest): boolean => modeOf(request) === ALL_VERSIONS;

const oneRange = (scope: Scope, request: WireRequest): Range => {
  const [range, ...others] = scope.ranges;
  if (range !== undefined && others.length === 0) return range;
  // A slice of the key space lay in one range when the client took it up: the range was split since.
  const isNamed = header(request, "x-ms-start-epk") !== undefined || header(request, "x-ms-end-epk") !== undefined;
  const isSlice = isNamed || scope.min !== MINIMUM_KEY || scope.max !== MAXIMUM_KEY;
  if (isSlice) {
    const names = scope.ranges.map(({ id }) => id).join(", ");
    throw new Refusal(
      410,
      `The key range from '${scope.min}' to '${scope.max}' spans the partition key ranges ${names}.`,
      SUBSTATUS.rangeGone,
    );
  }
  throw badRequest("A change feed needs a partition key range, a partition key, or a key range within one range.");
};

const answerOf = (
  container: Container,
  range: Range,
  changes: readonly Change[],
  afterLsn: number,
  consistency: string,
): Answer => {
  const shared = { container, ranges: [range] };
  const last = changes.at(-1);
  if (last === undefined) {
    return { status: 304, body: "", charge: SMALL_CHARGE, etag: `"${Math.max(afterLsn, range.lsn)}"`, ...shared };
  }
  const documents = changes.map(({ document }) => document).join(",");
  const rid = containerRid(container.database.rid, container.rid);
  return {
    status: 200,
    body: `{"_rid":"${rid}","Documents":[${documents}],"_count":${changes.length}}`,
    charge: consistentCharge(queryCharge(changes.length, documents.length), consistency),
    etag: `"${last.lsn}"`,
    headers: { "x-ms-item-count": String(changes.length) },
    ...shared,
  };
};

/**
 * Reads a page of the change feed of a range, or a part of it: the latest version of each changed item, or all versions
 * and deletes. The ETag is the position to go on from: everything up to that LSN has been seen. It goes on in the ranges
 * that came of a split.
 */
export const readChangeFeed = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const mode = modeOf(request);
  if (mode !== LATEST_VERSIONS && mode !== ALL_VERSIONS) {
    throw badRequest("A-IM must be 'Incremental Feed' or 'Full-Fidelity Feed'.");
  }
  const scope = scopeOf(container, request);
  const range = oneRange(scope, request);
  const start = startOf(request);
  const consistency = consistencyOf(endpoint, request);
  const page = { sinceS: sinceOf(request), nowMs: endpoint.now(), limit: pageSize(request) };
  if (mode === LATEST_VERSIONS) {
    const afterLsn = latestAfter(start, range);
    return answerOf(container, range, readLatestVersions(scope, range, afterLsn, page), afterLsn, consistency);
  }
  const format = header(request, "x-ms-cosmos-changefeed-wire-format-version") ?? WIRE_FORMAT;
  if (format !== WIRE_FORMAT) throw badRequest(`The wire format of all versions and deletes must be ${WIRE_FORMAT}.`);
  const all = readAllVersions(endpoint, scope, range, start, page);
  return answerOf(all.container, range, all.changes, all.afterLsn, consistency);
};
