import { beforeEach, describe, expect, test } from "@jest/globals";
import { givenIn } from "../../../services/simulated-provider/ledger/account.ts";
import { shardOrder } from "../../../services/process-manager/stock/shard-knowledge.ts";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  entriesOf,
  openProcessWith,
  settle,
  type Around,
  type MemoryWorld,
} from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const run = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));
const never = new AbortController().signal;

const deliver = async (): Promise<void> => {
  clients.receive("cup", 5);
  clients.place("o1", { cup: 3 });
  await run();
  clients.packAll("o1", "s");
  await run();
  clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
  await run();
};

describe("goods that come back", () => {
  test("are paid back, and go on the shelf if they can be sold again", async () => {
    await deliver();
    const lines = [
      { lineId: "cup", quantity: 1, condition: "resalable" },
      { lineId: "cup", quantity: 1, condition: "damaged" },
    ];
    clients.order("o1", "ReceiveReturn", { returnId: "b1", lines });
    await run();
    expect(clients.statusOf("o1")).toBe("Completed");
    expect([clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      { captured: 30, refunded: 20, live: 0 },
      { onHand: 3, reserved: 0 },
    ]);
  });

  test("whose refund is declined leave it open, and say so", async () => {
    await deliver();
    const account = world.provider.accounts.get("o1");
    const { payments } = world.provider.open(async () => undefined);
    const [given] = account === undefined ? [] : givenIn(account);
    const { authorisationId = "" } = given?.outcome ?? {};
    const request = { refundId: "elsewhere", orderId: "o1", authorisationId, amountMinor: 30, currency: "EUR" };
    await payments.refund(request);
    const lines = [{ lineId: "cup", quantity: 1, condition: "damaged" }];
    clients.order("o1", "ReceiveReturn", { returnId: "b1", lines });
    const obstacles: string[] = [];
    await run({ onObstacle: (_, reason) => obstacles.push(reason) });
    expect(obstacles).toEqual(["refund o1~b1 was declined: RefundExceedsCapture"]);
    expect(clients.statusOf("o1")).toBe("Returning");
  });
});

describe("a sale at a register", () => {
  const saleId = "pos.store.till.1";
  const sell = (quantities: Readonly<Record<string, number>>, fulfilment = "managed"): void => {
    const lines = Object.entries(quantities).map(([sku, quantity]) => ({
      lineId: sku,
      sku,
      location: "berlin",
      quantity,
      unitPriceMinor: 10,
    }));
    const amountMinor = lines.reduce((sum, { quantity }) => sum + quantity * 10, 0);
    clients.order(saleId, "RecordSale", {
      storeId: "store",
      terminalId: "till",
      receiptNumber: "1",
      currency: "EUR",
      soldAt: "2026-01-01T00:00:00Z",
      fulfilment,
      lines,
      tenders: [{ tenderId: "t", method: "cash", amountMinor }],
    });
  };

  test("takes its goods, and owes what others have reserved or what nobody knew of", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 4 });
    await run();
    sell({ cup: 3, vase: 1 });
    await run();
    expect(clients.itemOf("cup")).toMatchObject({ onHand: 4, reserved: 4, oversold: 2 });
    expect(clients.itemOf("vase")).toMatchObject({ onHand: 0, reserved: 0, oversold: 1 });
    clients.receive("vase", 3);
    expect(clients.itemOf("vase")).toMatchObject({ onHand: 2, oversold: 0 });
  });

  test("that is voided brings them back", async () => {
    clients.receive("cup", 5);
    sell({ cup: 3 });
    await run();
    expect(clients.stockOf("cup")).toEqual({ onHand: 2, reserved: 0 });
    clients.order(saleId, "VoidSale", { reason: "wrong button" });
    await run();
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
  });

  test("takes them once, however often its event is handled", async () => {
    clients.receive("cup", 2);
    sell({ cup: 3 });
    for (let time = 1; time <= 3; time += 1) {
      await openProcessWith(world).handle({ range: "r", entries: entriesOf(world.actors.feed) }, never);
    }
    expect(clients.itemOf("cup")).toMatchObject({ onHand: 0, reserved: 0, oversold: 1 });
  });

  test("takes them once from sharded stock, also when a shard that was known to be empty has goods by the second time", async () => {
    clients.receive("cup", 4);
    clients.shard("cup", 2);
    await run();
    const [first = 0] = shardOrder(saleId, 2);
    const empty = { adjustmentId: "counted", delta: -2, reason: "counted" };
    const envelope = { commandId: "counted", type: "AdjustStock", data: empty };
    world.actors.send("outside", "StockItem", `cup~berlin~${first}`, envelope);
    // An order that begins at that shard has this instance know that it is empty; it dies once the cup is committed.
    const orderId = ["o1", "o2", "o3", "o4"].find((id) => shardOrder(id, 2)[0] === first) ?? "";
    const knowing = openProcessWith(world, {
      actor: async (streamId, command) => {
        if (streamId === "vase~berlin" && command?.type === "ReserveStock") throw new Error("no answer");
      },
    });
    clients.place(orderId, { cup: 1 });
    await settle(world, knowing);
    sell({ cup: 1, vase: 1 });
    await settle(world, knowing);
    expect(clients.totalOf("cup")).toEqual({ onHand: 1, reserved: 1, oversold: 0 });

    clients.receive("cup", 6);
    await run();
    await openProcessWith(world).retryParked(never);
    expect(clients.totalOf("cup")).toEqual({ onHand: 7, reserved: 1, oversold: 0 });
    expect(clients.itemOf("vase")).toMatchObject({ oversold: 1 });
    expect(world.parked.records.size).toBe(0);
  });

  test("of goods that are kept elsewhere touches no stock", async () => {
    clients.receive("cup", 5);
    sell({ cup: 3 }, "external");
    await run();
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
  });
});

describe("an external order", () => {
  test("is never touched, nor is its stock, also by an instance that did not see it placed", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 }, "external");
    clients.order("o1", "RecordReservation", { reservationId: "r" });
    clients.order("o1", "RecordAuthorisation", { authorisationId: "a", amountMinor: 30 });
    clients.order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "p", trackingNumber: "t" });
    const sent: string[] = [];
    const around: Around = {
      actor: async (_, command) => {
        if (command !== undefined) sent.push(command.type);
      },
    };
    await run(around);
    await openProcessWith(world, around).handle({ range: "r", entries: entriesOf(world.actors.feed.slice(2)) }, never);
    expect(sent).toEqual([]);
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
    expect(world.provider.accounts.size).toBe(0);
  });
});
