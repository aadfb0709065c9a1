import { beforeEach, describe, expect, test } from "@jest/globals";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  entriesOf,
  openProcessWith,
  settle,
  type Around,
  type MemoryWorld,
} from "./memory-process.ts";
import { expectNobodyStarves } from "./model/checks.ts";

let world: MemoryWorld;
let clients: Clients;
/** The streams that were called, in order: commands by their type. */
let calls: string[];

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
  calls = [];
});

const never = new AbortController().signal;
const around: Around = {
  actor: async (streamId, command) => void calls.push(`${streamId}: ${command?.type ?? "read"}`),
};
const run = async (): Promise<void> => settle(world, openProcessWith(world, around));
const send = (streamId: string, type: string, data: Record<string, unknown>): void => {
  const envelope = { commandId: `test-${world.actors.feed.length}`, type, data };
  world.actors.send("process-manager", "StockItem", streamId, envelope);
};
/** Cups over two shards, all of which `o0` holds. */
const soldOut = async (): Promise<void> => {
  clients.receive("cup", 4);
  clients.shard("cup", 2);
  await run();
  clients.place("o0", { cup: 4 });
  await run();
};
/** An order that waits for three cups at the item. */
const wait = async (): Promise<void> => {
  clients.place("o1", { cup: 3 });
  await run();
  clients.order("o1", "ConfirmShortage", { choice: "wait" });
  await run();
  expect(clients.itemOf("cup").openReservations).toMatchObject([{ backordered: 3 }]);
};
const cancel = async (): Promise<void> => {
  clients.order("o0", "RequestCancel", { reason: "changed my mind" });
  await run();
};

describe("an order that waits for an item over shards", () => {
  test("gets what is released at a shard", async () => {
    await soldOut();
    await wait();
    await cancel();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(clients.totalOf("cup")).toEqual({ onHand: 4, reserved: 3, oversold: 0 });
  });

  test("gets what expires at a shard", async () => {
    await soldOut();
    await wait();
    send("cup~berlin~0", "ReceiveStock", { receiptId: "found", quantity: 2 });
    // Somebody takes them before they are recalled, and never pays.
    const expiresAt = new Date(world.clock.nowMs + 1_000).toISOString();
    send("cup~berlin~0", "ReserveStock", { reservationId: "x~r1", quantity: 2, expiresAt });
    await run();
    world.clock.nowMs += 2_000;
    world.actors.wake();
    await run();
    expect(clients.itemOf("cup").openReservations).toMatchObject([{ held: 2, backordered: 1 }]);
  });

  test("gets what is found at a shard, before anybody who comes later", async () => {
    await soldOut();
    await wait();
    send("cup~berlin~1", "AdjustStock", { adjustmentId: "found", delta: 3, reason: "counted" });
    await run();
    clients.place("o2", { cup: 1 });
    await run();
    expect([clients.statusOf("o1"), clients.statusOf("o2")]).toEqual(["Fulfilling", "AwaitingCustomer"]);
  });

  test("gets what was on its way to a shard when it began to wait", async () => {
    clients.receive("cup", 4);
    clients.shard("cup", 2);
    clients.place("o1", { cup: 3 });
    const orders = entriesOf(world.actors.feed.filter(({ streamType }) => streamType === "Order"));
    await openProcessWith(world).handle({ range: "r", entries: orders }, never);
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expectNobodyStarves(world);
  });
});

describe("what a sale took that was not there", () => {
  test("is repaid by the shards, which sell on only what is left", async () => {
    clients.receive("cup", 4);
    clients.shard("cup", 2);
    await run();
    const data = { adjustmentId: "counted", delta: -3, reason: "counted", mayOversell: true };
    world.actors.send("outside", "StockItem", "cup~berlin", { commandId: "adjust", type: "AdjustStock", data });
    await run();
    expect(clients.totalOf("cup")).toEqual({ onHand: 1, reserved: 0, oversold: 0 });
    clients.place("o1", { cup: 2 });
    await run();
    expect(clients.statusOf("o1")).toBe("AwaitingCustomer");
  });
});

describe("a recall", () => {
  test("takes no more than is needed, and only from shards that have something", async () => {
    clients.receive("cup", 9);
    clients.shard("cup", 3);
    await run();
    const data = { adjustmentId: "counted", delta: -4, reason: "counted", mayOversell: true };
    world.actors.send("outside", "StockItem", "cup~berlin", { commandId: "adjust", type: "AdjustStock", data });
    calls = [];
    await settle(world, openProcessWith(world, around), world.actors.feed.length - 1);
    expect(calls.filter((call) => call.endsWith("RecallStock"))).toEqual([
      "cup~berlin~0: RecallStock",
      "cup~berlin~1: RecallStock",
    ]);
    expect(clients.totalOf("cup")).toEqual({ onHand: 5, reserved: 0, oversold: 0 });
  });

  test("is made once for all that began to wait before it", async () => {
    await soldOut();
    const from = world.actors.feed.length;
    for (const id of ["a", "b", "c", "d"]) {
      send("cup~berlin", "ReserveStock", { reservationId: `${id}~r1`, quantity: 1, mode: "backorder" });
    }
    calls = [];
    await settle(world, openProcessWith(world, around), from);
    expect(calls.toSorted()).toEqual(["cup~berlin: read", "cup~berlin~0: read", "cup~berlin~1: read"]);
  });

  test("is one look where nothing is needed, and none for an item in one piece", async () => {
    await soldOut();
    const from = world.actors.feed.length;
    send("cup~berlin~0", "RestockItems", { restockId: "back", quantity: 1 });
    clients.receive("pot", 2);
    calls = [];
    await settle(world, openProcessWith(world, around), from);
    expect(calls).toEqual(["cup~berlin: read"]);
  });

  test("loses nothing if the process dies after it, and is not made twice", async () => {
    await soldOut();
    await wait();
    clients.order("o0", "RequestCancel", { reason: "changed my mind" });
    // Each process dies one call later than the one before it, and its call still arrives.
    for (let stopsAt = 1; clients.statusOf("o1") !== "Fulfilling"; stopsAt += 1) {
      const death = new AbortController();
      let made = 0;
      const actor = async (): Promise<void> => {
        made += 1;
        if (made === stopsAt) death.abort(new Error("it is dead"));
        if (made > stopsAt) throw new Error("it is dead");
      };
      const entries = entriesOf(world.actors.feed);
      await openProcessWith(world, { actor })
        .handle({ range: "r", entries }, death.signal)
        .catch(() => undefined);
      expect(stopsAt).toBeLessThan(500);
    }
    await run();
    expect(clients.totalOf("cup")).toEqual({ onHand: 4, reserved: 3, oversold: 0 });
    expectNobodyStarves(world);
  });
});
