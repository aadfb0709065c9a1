import type { Endpoint } from "../endpoint.ts";
import type { Container } from "../storage/catalogue.ts";

/** How many expired items of a container one sweep removes at most, so that requests need not wait long for it. */
const LARGEST_SWEEP = 1_000;

/** Works out when every item of a container expires, after the container's default time to live has changed. */
export const expireAnew = ({ items, defaultTtlS }: Container): void => {
  if (defaultTtlS === undefined) {
    items.prepare("UPDATE $table SET expires = NULL WHERE expires IS NOT NULL").run();
    return;
  }
  const fallback = defaultTtlS === -1 ? "NULL" : `(ts + ${defaultTtlS}) * 1000`;
  items
    .prepare(
      `UPDATE $table SET expires = CASE
         WHEN json_extract(body, '$.ttl') IS NULL THEN ${fallback}
         WHEN json_extract(body, '$.ttl') = -1 THEN NULL
         ELSE (ts + json_extract(body, '$.ttl')) * 1000
       END`,
    )
    .run();
};

// A sweep that fails is repeated by the next one.
const ignore = (): void => undefined;

/** Removes expired items from the disk. They are invisible from the moment they expire; this only frees the space. */
export const sweepExpired = ({ catalogue, commits, now }: Endpoint): void => {
  const nowMs = now();
  for (const { containers } of catalogue.databases.values()) {
    for (const { items, defaultTtlS } of containers.values()) {
      if (defaultTtlS === undefined || items.anyExpired.get(nowMs) === undefined) continue;
      commits.write(() => items.expired.run(nowMs, LARGEST_SWEEP), ignore, ignore);
    }
  }
};
