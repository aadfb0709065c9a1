import { badRequest } from "../errors.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Container, LocatedKey } from "../storage/catalogue.ts";

/** How long versions are kept when the container's policy does not say, as on Azure with continuous backup of seven days. */
const DEFAULT_RETENTION_MINUTES = 7 * 24 * 60;
const MINUTE_MS = 60_000;

/**
 * How long all versions of a container's items are kept, from its `changeFeedPolicy`.
 * @returns milliseconds; 0 when the policy forbids to keep them, undefined when there is none
 * @throws Refusal (400) when the policy is not valid
 */
export const retentionMsOf = (definition: JsonObject): number | undefined => {
  const policy = definition["changeFeedPolicy"];
  if (policy === undefined || policy === null) return undefined;
  const minutes = isObject(policy) ? policy["retentionDuration"] : undefined;
  if (typeof minutes !== "number" || !Number.isInteger(minutes) || minutes < 0) {
    throw badRequest("The changeFeedPolicy needs a retentionDuration, a whole number of minutes that is not negative.");
  }
  return minutes * MINUTE_MS;
};

/** Until when (milliseconds) versions are too old to be kept. */
export const tooOldAt = ({ definition }: Container, nowMs: number): number =>
  nowMs - (retentionMsOf(definition) ?? DEFAULT_RETENTION_MINUTES * MINUTE_MS);

/** Where in the log a version stands, and which item it is of. */
export interface VersionPlace {
  readonly key: LocatedKey;
  readonly id: string;
  readonly lsn: number;
  readonly version: number;
  /** The time of the change, in milliseconds. */
  readonly atMs: number;
}

/** What the log says of the item that there was before. */
export interface PreviousVersion {
  readonly lsn: number;
  readonly body: string;
}

/** Notes a created item in the container's log, if it keeps all versions. */
export const noteCreate = ({ versions }: Container, place: VersionPlace, body: string): void => {
  if (versions === undefined) return;
  const { key, id, lsn, version, atMs } = place;
  versions.log.append.run(key.range.key, lsn, version, key.text, key.epk, id, atMs, "create", 0, null, body, null);
};

/** Notes a replaced item in the container's log, if it keeps all versions. */
export const noteReplace = ({ versions }: Container, place: VersionPlace, body: string, previousLsn: number): void => {
  if (versions === undefined) return;
  const { key, id, lsn, version, atMs } = place;
  const { append } = versions.log;
  append.run(key.range.key, lsn, version, key.text, key.epk, id, atMs, "replace", 0, previousLsn, body, null);
};

/** Notes a deleted or expired item in the container's log, if it keeps all versions. */
export const noteDelete = (
  { versions }: Container,
  place: VersionPlace,
  previous: PreviousVersion,
  expired: boolean,
): void => {
  if (versions === undefined) return;
  const { key, id, lsn, version, atMs } = place;
  const { append } = versions.log;
  const because = expired ? 1 : 0;
  append.run(
    key.range.key,
    lsn,
    version,
    key.text,
    key.epk,
    id,
    atMs,
    "delete",
    because,
    previous.lsn,
    null,
    previous.body,
  );
};
