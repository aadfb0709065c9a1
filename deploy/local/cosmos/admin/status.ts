import type { Endpoint } from "../endpoint.ts";
import type { Switches } from "../http/gate.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { integer } from "../storage/rows.ts";

/** Counts the items of a container that have not expired, by the keys of their ranges. */
export const itemCounts = (container: Container, nowMs: number): ReadonlyMap<number, number> => {
  const statement = container.items.prepare(
    "SELECT range, count(*) AS items FROM $table WHERE expires IS NULL OR expires > ? GROUP BY range",
  );
  return new Map(statement.all(nowMs).map((row) => [integer(row, "range"), integer(row, "items")]));
};

const rangeStatus = (range: Range, items: number, { throttle }: Switches): object => ({
  id: range.id,
  minInclusive: range.min,
  maxExclusive: range.max,
  lsn: range.lsn,
  items,
  throttledRequests: throttle.refusalsOf(range),
});

const containerStatus = (container: Container, nowMs: number, switches: Switches): object => {
  const counts = itemCounts(container, nowMs);
  return {
    id: container.id,
    items: [...counts.values()].reduce((sum, count) => sum + count, 0),
    ranges: container.ranges.map((range) => rangeStatus(range, counts.get(range.key) ?? 0, switches)),
  };
};

/** Describes what an endpoint holds and what is switched on. */
export const statusOf = (endpoint: Endpoint, switches: Switches): object => {
  const nowMs = endpoint.now();
  return {
    throttling: switches.throttle.throttling,
    throttledRequests: switches.throttle.refusals(),
    faults: switches.faults.list(),
    databases: [...endpoint.catalogue.databases.values()].map(({ id, containers }) => ({
      id,
      containers: [...containers.values()].map((container) => containerStatus(container, nowMs, switches)),
    })),
  };
};
