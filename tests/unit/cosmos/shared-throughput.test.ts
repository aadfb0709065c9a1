import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { provisionOf } from "../../../deploy/local/cosmos/resources/offers.ts";
import type { Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { createThrottle, type Throttle } from "../../../deploy/local/cosmos/throttling/throttle.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const SHARED = 1_000;
const OWN = 400;

let served: EndpointWithClock;
let throttle: Throttle;

const createContainer = async (id: string, headers: Record<string, string> = {}): Promise<void> => {
  await served.ask("POST", "/dbs/d/colls", headers, { id, partitionKey: { paths: ["/partitionKey"] } });
};

const containerNamed = (id: string): Container => {
  const container = served.endpoint.catalogue.databases.get("d")?.containers.get(id);
  if (container === undefined) throw new Error(`There is no container ${id}.`);
  return container;
};

const spend = (id: string, requestUnits: number): void => {
  const container = containerNamed(id);
  throttle.spend(container, container.ranges, requestUnits);
};

const delayMs = (id: string): number => {
  const container = containerNamed(id);
  return throttle.delayMs(container, container.ranges);
};

beforeEach(async () => {
  served = openWithClock(2);
  throttle = createThrottle(
    { mode: "provisioned" },
    (container) => provisionOf(served.endpoint, container),
    served.nowMs,
  );
  await served.ask("POST", "/dbs", { "x-ms-offer-throughput": String(SHARED) }, { id: "d" });
  await createContainer("first");
  await createContainer("second");
  await createContainer("apart", { "x-ms-offer-throughput": String(OWN) });
});

afterEach(() => served.close());

describe("containers that share the throughput of their database", () => {
  test("are refused together when one of them has spent it, and let in together", () => {
    spend("first", SHARED);
    const delay = delayMs("second");
    expect(delay).toBe(1);
    expect(delayMs("first")).toBe(delay);
    served.advance(delay);
    expect([delayMs("first"), delayMs("second")]).toEqual([0, 0]);
  });

  test("have no more of it together than it is", () => {
    spend("first", SHARED);
    spend("second", SHARED);
    expect(delayMs("second")).toBe(SHARED + 1);
  });

  test("may spend all of it in one range", () => {
    const container = containerNamed("first");
    const [left] = container.ranges;
    if (left === undefined) throw new Error("The container has no range.");
    throttle.spend(container, [left], SHARED - 1);
    expect(throttle.delayMs(container, [left])).toBe(0);
  });

  test("leave one with a throughput of its own alone, and it them", () => {
    spend("first", SHARED);
    expect(delayMs("apart")).toBe(0);
    spend("apart", OWN);
    expect(delayMs("apart")).toBe(1);
    served.advance(1);
    expect(delayMs("first")).toBe(0);
  });

  test("each have the same figure when a fixed one is set for every container", () => {
    throttle.set({ mode: "fixed", requestUnitsPerSecond: SHARED });
    spend("first", SHARED);
    expect(delayMs("first")).toBe(1);
    expect(delayMs("second")).toBe(0);
  });
});
