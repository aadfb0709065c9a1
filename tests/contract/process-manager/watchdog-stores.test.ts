import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OrderContainers } from "../../../services/platform/cosmos.ts";
import { listStuckOrders, type StuckOrder } from "../../../services/platform/stuck-orders.ts";
import { createStuckStore, type StuckStore } from "../../../services/process-manager/watchdog/stuck-store.ts";
import { createWaitingOrders } from "../../../services/process-manager/watchdog/waiting-orders.ts";
import { createProjectionStore } from "../../../services/projector/projection/projection-store.ts";
import { startCosmosEndpoint, type CosmosEndpoint } from "../change-feed/cosmos-endpoint.ts";

let endpoint: CosmosEndpoint;
let containers: OrderContainers;
let stuck: StuckStore;

beforeAll(async () => {
  endpoint = await startCosmosEndpoint();
  containers = await endpoint.newDatabase("watchdog");
  stuck = createStuckStore(containers.views);
});

afterAll(async () => endpoint.stop());

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`;

const project = async (streamId: string, waiting: Readonly<Record<string, string>> | undefined): Promise<void> => {
  const store = createProjectionStore(containers);
  const found = await store.readDocument(streamId);
  const document = {
    streamId,
    streamType: "Order" as const,
    version: (found?.content.version ?? 0) + 1,
    updatedAt: at(0),
    stateVersion: 2,
    state: {},
    view: null,
    ...(waiting === undefined ? {} : { waiting: { ...waiting } }),
  };
  await store.writeDocument(document, found?.etag);
};

const find = async (...overdue: readonly { step: string; before: string }[]): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of createWaitingOrders(containers.snapshots).find(overdue)) {
    expect(page.length).toBeLessThanOrEqual(100);
    found.push(...page.map(({ orderId }) => orderId));
  }
  return found.toSorted();
};

describe("waiting orders", () => {
  test("are found by what they wait for and since when, in all ranges of the container, and no others", async () => {
    await project("late", { "capture-retry": at(1), delivery: at(50) });
    await project("later", { capture: at(2) });
    await project("early", { capture: at(40) });
    await project("done", undefined);
    const ranges = await containers.snapshots.getFeedRanges();
    expect(ranges.length).toBeGreaterThan(1);
    expect(await find({ step: "capture", before: at(30) }, { step: "capture-retry", before: at(30) })).toEqual([
      "late",
      "later",
    ]);
    expect(await find({ step: "capture", before: at(2) }, { step: "delivery", before: at(30) })).toEqual([]);
    await project("later", undefined);
    expect(await find({ step: "capture", before: at(30) })).toEqual([]);
  });

  test("come page by page, however many there are", async () => {
    const orderIds = Array.from({ length: 250 }, (_, index) => `many-${String(index).padStart(3, "0")}`);
    await Promise.all(orderIds.map(async (orderId) => project(orderId, { refund: at(1) })));
    expect(await find({ step: "refund", before: at(30) })).toEqual(orderIds);
  });
});

const orderOf = (orderId: string, attempts = 0): StuckOrder => ({
  orderId,
  status: "Reserved",
  waits: [{ step: "capture", waitsFor: "money", since: at(1), allowedSeconds: 1, owner: "payment-provider" }],
  attempts,
  lastAttemptAt: null,
  nextAttemptAt: at(2),
  lastFailure: null,
});

const ids = async (after: string, limit: number): Promise<string[]> =>
  (await stuck.list(after, limit)).map(({ orderId }) => orderId);

describe("stuck orders", () => {
  test("are claimed by one of those who found none, and by one of those who found the same", async () => {
    expect(await stuck.read("o1")).toBeUndefined();
    const first = await Promise.all([1, 2, 3].map(async () => stuck.write(orderOf("o1"), undefined)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const found = await stuck.read("o1");
    expect(found?.order).toEqual(orderOf("o1"));
    const next = await Promise.all([1, 2, 3].map(async () => stuck.write(orderOf("o1", 1), found?.etag)));
    expect(next.filter(Boolean)).toHaveLength(1);
    expect((await stuck.read("o1"))?.order.attempts).toBe(1);
  });

  test("are taken away by whoever has them as they are", async () => {
    const first = await stuck.write(orderOf("o2"), undefined);
    const second = await stuck.write(orderOf("o2", 1), first?.etag);
    await stuck.remove("o2", first?.etag ?? "");
    expect((await stuck.read("o2"))?.order.attempts).toBe(1);
    await stuck.remove("o2", second?.etag ?? "");
    expect(await stuck.read("o2")).toBeUndefined();
    await stuck.remove("o2", second?.etag ?? "");
    expect(await stuck.write(orderOf("o2"), second?.etag)).toBeUndefined();
  });

  test("are listed in the order of their ids, behind any of them", async () => {
    for (const orderId of ["p3", "p1", "p2"]) await stuck.write(orderOf(orderId), undefined);
    expect([await ids("p", 2), await ids("p1", 9), await ids("p3", 9)]).toEqual([["p1", "p2"], ["p2", "p3"], []]);
    expect(await listStuckOrders(containers.views, { after: "p2", limit: 1 })).toEqual([orderOf("p3")]);
  });
});
