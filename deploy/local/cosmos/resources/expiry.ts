import type { Endpoint } from "../endpoint.ts";
import type { Container } from "../storage/catalogue.ts";
import { integer, type Row, text } from "../storage/rows.ts";
import { rangeOf } from "./key-location.ts";
import { noteDelete, tooOldAt } from "./versions.ts";

/** How many expired items of a container one sweep removes at most, so that requests need not wait long for it. */
const LARGEST_SWEEP = 1_000;

/** Removes one expired item of a container that keeps all versions: it is a change like any other, with an LSN of its own. */
const removeNoted = ({ catalogue }: Endpoint, container: Container, row: Row, nowMs: number): void => {
  const epk = text(row, "epk");
  const range = rangeOf(container, epk);
  range.lsn += 1;
  container.stamp += 1;
  catalogue.touch(container, range);
  const key = { text: text(row, "pk"), epk, range };
  const place = { key, id: text(row, "id"), lsn: range.lsn, version: container.stamp, atMs: nowMs };
  noteDelete(container, place, { lsn: integer(row, "lsn"), body: text(row, "body") }, true);
  container.items.remove.run(integer(row, "seq"));
};

/** Removes expired items from the disk, `limit` at most; -1 for all. */
const removeExpired = (endpoint: Endpoint, container: Container, nowMs: number, limit: number): void => {
  const { items, versions } = container;
  if (versions === undefined) items.removeExpired.run(nowMs, limit);
  else for (const row of items.expired.all(nowMs, limit)) removeNoted(endpoint, container, row, nowMs);
};

/**
 * Works out when every item of a container expires, after the container's default time to live has changed. What has
 * expired already does not come back.
 * @param container as it is after the change
 */
export const expireAnew = (endpoint: Endpoint, container: Container): void => {
  removeExpired(endpoint, container, endpoint.now(), -1);
  const { items, defaultTtlS } = container;
  if (defaultTtlS === undefined) {
    items.prepare("UPDATE $table SET expires = NULL WHERE expires IS NOT NULL").run();
    return;
  }
  // A time and NULL make NULL: such an item does not expire.
  const fallbackS = defaultTtlS === -1 ? null : defaultTtlS;
  items
    .prepare(
      `UPDATE $table SET expires = CASE
         WHEN json_extract(body, '$.ttl') IS NULL THEN (ts + ?) * 1000
         WHEN json_extract(body, '$.ttl') = -1 THEN NULL
         ELSE (ts + json_extract(body, '$.ttl')) * 1000
       END`,
    )
    .run(fallbackS);
};

/** Forgets versions that the container's policy keeps no longer, and notes from where on the log is whole. */
const pruneVersions = ({ catalogue }: Endpoint, container: Container, tooOldMs: number): void => {
  const log = container.versions?.log;
  if (log === undefined) return;
  for (const row of log.newestOfOlder.all(tooOldMs, LARGEST_SWEEP)) {
    const key = integer(row, "range");
    const range = container.ranges.find((candidate) => candidate.key === key);
    if (range === undefined) continue;
    range.versionsAfter = Math.max(range.versionsAfter, integer(row, "lsn"));
    catalogue.touch(container, range);
  }
  log.prune.run(tooOldMs, LARGEST_SWEEP);
};

// A sweep that fails is repeated by the next one.
const ignore = (): void => undefined;

/**
 * Removes expired items, and versions that are kept no longer, from the disk. Expired items are invisible from the moment
 * they expire; this frees the space, and tells the feed of all versions.
 */
export const sweepExpired = (endpoint: Endpoint): void => {
  const { catalogue, commits, now } = endpoint;
  const nowMs = now();
  for (const { containers } of catalogue.databases.values()) {
    for (const container of containers.values()) {
      const { items, defaultTtlS, versions } = container;
      if (defaultTtlS !== undefined && items.anyExpired.get(nowMs) !== undefined) {
        commits.write(() => removeExpired(endpoint, container, nowMs, LARGEST_SWEEP), ignore, ignore);
      }
      const tooOldMs = tooOldAt(container, nowMs);
      if (versions !== undefined && versions.log.anyOlder.get(tooOldMs) !== undefined) {
        commits.write(() => pruneVersions(endpoint, container, tooOldMs), ignore, ignore);
      }
    }
  }
};
