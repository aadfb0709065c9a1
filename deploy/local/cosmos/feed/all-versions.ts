import type { Endpoint } from "../endpoint.ts";
import { badRequest } from "../errors.ts";
import { isObject, type Json, parseJson } from "../json.ts";
import { retentionMsOf, tooOldAt } from "../resources/versions.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { integer, optionalInteger, type Row, text } from "../storage/rows.ts";
import { type Change, readChanges } from "./pages.ts";
import type { Start } from "./position.ts";
import type { Scope } from "./scope.ts";

const TOO_EARLY = "start from now (If-None-Match: *) or go on from an ETag of this feed";

/**
 * Keeps all versions of a container's items from now on, if it does not yet: for the first reader that asks for them.
 * @throws Refusal (400) when the container's policy keeps none
 */
const keepFromNow = ({ catalogue, now }: Endpoint, container: Container): Container => {
  if (container.versions !== undefined) return container;
  if (retentionMsOf(container.definition) === 0) {
    throw badRequest("The container's changeFeedPolicy keeps no versions: its retentionDuration is 0.");
  }
  // What happened earlier in this second is not in the log.
  return catalogue.keepVersions(container, Math.ceil(now() / 1000) * 1000);
};

/**
 * Finds out after which LSN all versions are to be read.
 * @throws Refusal (400) when the log does not reach back so far
 */
const allAfter = (start: Start, range: Range, container: Container, sinceMs: number, nowMs: number): number => {
  if (start.kind === "now") return range.lsn;
  const { versions } = container;
  if (versions === undefined) {
    throw badRequest(`All versions and deletes of this container are not kept yet: ${TOO_EARLY}.`);
  }
  if (start.kind === "after") {
    if (start.lsn >= range.versionsAfter) return start.lsn;
    throw badRequest(`All versions and deletes after LSN ${start.lsn} are not kept any longer: ${TOO_EARLY}.`);
  }
  if (sinceMs === 0) {
    throw badRequest(`All versions and deletes cannot be read from the beginning: ${TOO_EARLY}.`);
  }
  const keptSinceMs = Math.max(versions.sinceMs, tooOldAt(container, nowMs));
  if (sinceMs >= keptSinceMs) return range.versionsAfter;
  throw badRequest(
    `All versions and deletes are kept since ${new Date(keptSinceMs).toUTCString()}: start from then at the earliest, or from now.`,
  );
};

const nameOf = (path: string): string => path.slice(1).replaceAll('"', "");

/** The partition key of a deleted item: each path and its value. */
const keyOf = ({ key: { paths } }: Container, row: Row): string => {
  const values = parseJson(text(row, "pk"));
  const valueAt = (index: number): Json => (Array.isArray(values) ? (values[index] ?? null) : null);
  // An item that lacks the property is stored as {}.
  const members = paths.map((path, index) => [nameOf(path), valueAt(index)] as const).filter(([, it]) => !isObject(it));
  return JSON.stringify(Object.fromEntries(members));
};

const documentOf = (container: Container, row: Row): string => {
  const operation = text(row, "operation");
  const previousLsn = optionalInteger(row, "previous_lsn");
  const crts = Math.floor(integer(row, "ts") / 1000);
  const before = previousLsn === undefined ? "" : `,"previousImageLSN":${previousLsn}`;
  const metadata = `"lsn":${integer(row, "lsn")},"crts":${crts},"operationType":"${operation}"${before}`;
  if (operation !== "delete") return `{"current":${text(row, "current")},"metadata":{${metadata}}}`;
  const identity = `"id":${JSON.stringify(text(row, "id"))},"partitionKey":${keyOf(container, row)}`;
  const expired = `"timeToLiveExpired":${integer(row, "expired") === 1}`;
  return `{"current":{},"previous":${text(row, "previous")},"metadata":{${metadata},${expired},${identity}}}`;
};

/** A page of all versions and deletes, and after which LSN it was read. */
export interface AllVersionsPage {
  readonly container: Container;
  readonly changes: Change[];
  readonly afterLsn: number;
}

/**
 * Reads all versions of the items that have changed, and deletes. The first reader that starts from now turns the log of
 * the container on: it must be called in a write, and nothing may be refused after it.
 * @param sinceS changes before this time (in seconds) are left out
 * @throws Refusal (400) when the log does not reach back to where the reader wants to start
 */
export const readAllVersions = (
  endpoint: Endpoint,
  scope: Scope,
  range: Range,
  start: Start,
  { sinceS, nowMs, limit }: { readonly sinceS: number; readonly nowMs: number; readonly limit: number },
): AllVersionsPage => {
  const afterLsn = allAfter(start, range, scope.container, sinceS * 1000, nowMs);
  const container = keepFromNow(endpoint, scope.container);
  const log = container.versions?.log;
  if (log === undefined) return { container, changes: [], afterLsn };
  const isOfKey = scope.key !== undefined;
  const changes = readChanges({
    statements: {
      after: isOfKey ? log.feedOfKey : log.feed,
      restOfLsn: isOfKey ? log.restOfLsnOfKey : log.restOfLsn,
    },
    where: scope.key?.text ?? range.key,
    filters: [scope.min, scope.max, sinceS * 1000],
    afterLsn,
    limit,
    documentOf: (row) => documentOf(container, row),
  });
  return { container, changes, afterLsn };
};
