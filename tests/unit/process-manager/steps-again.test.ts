import { beforeEach, describe, expect, test } from "@jest/globals";
import { stockItemBounds } from "../../../actors/stock-item/state.ts";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  openProcessWith,
  settle,
  type Around,
  type MemorySettings,
  type MemoryWorld,
} from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const minuteMs = 60_000;
const dayMs = 86_400_000;
const never = new AbortController().signal;

const run = async (around: Around = {}, settings: MemorySettings = {}): Promise<void> =>
  settle(world, openProcessWith(world, around, settings));

/** The process does not get as far as to record what it reserved. */
const diesBeforeRecording: Around = {
  actor: async (_, command) => {
    if (command?.type === "RecordReservation") throw new Error("no answer");
  },
};

describe("a reservation that is made again under other settings", () => {
  test.each([15, 45])("is found as it is by a process that holds stock for %i minutes", async (minutes) => {
    clients.receive("cup", 5);
    clients.receive("pot", 1);
    clients.place("o1", { cup: 1, pot: 2 });
    await run(diesBeforeRecording);
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 1 });
    await run({}, { reservationTtlMs: minutes * minuteMs });
    expect(clients.orderOf("o1", "AwaitingCustomer").shortage.lines).toEqual([{ lineId: "pot", missing: 1 }]);
    expect(clients.orderOf("o1", "AwaitingCustomer").holds).toMatchObject([
      { stockItemId: "cup~berlin", quantity: 1 },
      { stockItemId: "pot~berlin", quantity: 1 },
    ]);
  });

  test("stays denied where there was nothing, although more is there by now", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1, vase: 1 });
    await run(diesBeforeRecording);
    clients.receive("vase", 1);
    await run({}, { reservationTtlMs: 15 * minuteMs });
    expect(clients.orderOf("o1", "AwaitingCustomer").shortage.lines).toEqual([{ lineId: "vase", missing: 1 }]);
    expect(clients.stockOf("vase")).toEqual({ onHand: 1, reserved: 0 });
  });

  test("is found at the shards that it was spread over", async () => {
    clients.receive("cup", 6);
    clients.shard("cup", 3);
    await run();
    clients.place("o1", { cup: 5 });
    await run(diesBeforeRecording);
    await run({}, { reservationTtlMs: 15 * minuteMs });
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(clients.totalOf("cup")).toEqual({ onHand: 6, reserved: 5, oversold: 0 });
  });

  test.each([20, 40])("is told whole by a process that lets orders wait for %i days", async (days) => {
    clients.receive("cup", 2);
    clients.place("o1", { cup: 3 });
    await run();
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    clients.receive("cup", 4);
    await run(diesBeforeRecording);
    expect([...world.parked.records.keys()]).toEqual(["o1"]);
    const other = openProcessWith(world, {}, { backorderTtlMs: days * dayMs });
    await other.retryParked(never);
    await settle(world, other);
    expect({ status: clients.statusOf("o1"), parked: world.parked.records.size }).toEqual({
      status: "Fulfilling",
      parked: 0,
    });
    expect(clients.stockOf("cup")).toEqual({ onHand: 6, reserved: 3 });
  });

  test("counts what came for a waiting order since it was first asked for", async () => {
    clients.receive("cup", 1);
    clients.place("o1", { cup: 3 });
    await run();
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run(diesBeforeRecording);
    const from = world.actors.feed.length;
    clients.receive("cup", 2);
    await openProcessWith(world, {}, { backorderTtlMs: 20 * dayMs }).retryParked(never);
    expect(clients.typesOf("o1")).toContain("AuthorisationRequested");
    await settle(world, openProcessWith(world), from);
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(clients.stockOf("cup")).toEqual({ onHand: 3, reserved: 3 });
  });
});

/** Opens so many reservations of one unit each for others. */
const reserveForOthers = (stockItemId: string, count: number, mode: "all" | "backorder"): void => {
  for (let number = 1; number <= count; number += 1) {
    world.actors.send("process-manager", "StockItem", stockItemId, {
      commandId: `process-manager/other-${number}/2/reserve`,
      type: "ReserveStock",
      data: { reservationId: `other-${number}~r1`, quantity: 1, mode },
    });
  }
};
const endOneOfOthers = (stockItemId: string): void => {
  world.actors.send("process-manager", "StockItem", stockItemId, {
    commandId: "process-manager/other-1/3/release",
    type: "ReleaseStock",
    data: { reservationId: "other-1~r1" },
  });
};

describe("a stock item that can take no more reservations", () => {
  test("is short of nothing: orders and sales wait, say why, and have their stock once there is room", async () => {
    clients.receive("cup", 3_000);
    reserveForOthers("cup~berlin", stockItemBounds.openReservations, "all");
    const reason = "cup~berlin takes no reservation: TooManyReservations: 2500 reservations are open.";

    clients.place("o1", { cup: 2 });
    const saleId = "pos.store.till.1";
    clients.order(saleId, "RecordSale", {
      storeId: "store",
      terminalId: "till",
      receiptNumber: "1",
      currency: "EUR",
      soldAt: "2026-01-01T00:00:00Z",
      lines: [{ lineId: "cup", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 10 }],
      tenders: [{ tenderId: "t", method: "cash", amountMinor: 30 }],
    });
    const left: string[] = [];
    await run({ onLeft: (orderId, why) => left.push(`${orderId}: ${why}`) });
    expect({ left, status: clients.statusOf("o1") }).toEqual({ left: [`o1: ${reason}`], status: "Placed" });
    expect(world.parked.records.get(saleId)).toMatchObject({ cause: "fault", reason });
    expect(clients.stockOf("cup")).toEqual({ onHand: 3_000, reserved: 2_500 });

    endOneOfOthers("cup~berlin");
    await openProcessWith(world).retryParked(never);
    await run();
    expect({ status: clients.statusOf("o1"), parked: world.parked.records.size }).toEqual({
      status: "Fulfilling",
      parked: 0,
    });
    expect(clients.stockOf("cup")).toEqual({ onHand: 2_997, reserved: 2_501 });
  });

  test("has an order that is to wait parked until it may", async () => {
    reserveForOthers("pot~berlin", stockItemBounds.backorders, "backorder");
    clients.place("o1", { pot: 1 });
    await run();
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run();
    expect(world.parked.records.get("o1")).toMatchObject({
      cause: "fault",
      reason: "pot~berlin takes no reservation: TooManyBackorders: 1000 reservations wait for stock.",
    });
    endOneOfOthers("pot~berlin");
    await openProcessWith(world).retryParked(never);
    await run();
    expect(world.parked.records.size).toBe(0);
    const item = world.actors.stock().get("pot~berlin");
    expect(item?.openReservations.at(-1)).toMatchObject({ reservationId: "o1~r2", backordered: 1 });
  });
});

describe("a refusal that only a mistake can explain", () => {
  test("of a commit parks the order, and is shown", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    world.actors.send("process-manager", "StockItem", "cup~berlin", {
      commandId: "process-manager/o1/0/by-mistake",
      type: "ReleaseStock",
      data: { reservationId: "o1~r1" },
    });
    clients.packAll("o1", "s");
    await run();
    expect(world.parked.records.get("o1")).toMatchObject({
      cause: "fault",
      reason: "cup~berlin refuses CommitStock: ReservationEnded: Reservation o1~r1 has ended.",
    });
  });

  test("of a step that was another command before leaves the order waiting, and is shown", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run({
      actor: async (streamId, command) => {
        if (command?.type !== "ConfirmReservation") return;
        const { commandId, type } = command;
        const data = { reservationId: "of-another-version" };
        world.actors.send("process-manager", "StockItem", streamId, { commandId, type, data });
      },
      onLeft: (orderId, reason) => left.push(`${orderId}: ${reason}`),
    });
    expect(left).toEqual([
      "o1: cup~berlin refuses ConfirmReservation: CommandIdReused: process-manager/o1/5/confirm-r1",
    ]);
    expect(clients.statusOf("o1")).toBe("Authorised");
  });

  let left: string[];
  beforeEach(() => {
    left = [];
  });
});
