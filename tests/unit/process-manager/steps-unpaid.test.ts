import { beforeEach, describe, expect, test } from "@jest/globals";
import { agreeable } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type MemoryWorld } from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const run = async (): Promise<void> => settle(world, openProcessWith(world));

/** An order whose card is blocked once its goods are packed. */
const pack = async (): Promise<void> => {
  clients.receive("cup", 5);
  const lines = [{ lineId: "cup", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 10 }];
  const terms = { customerId: "c", currency: "EUR", fulfilment: "managed", shipping: { amountMinor: 5 }, lines };
  clients.order("o1", "PlaceOrder", terms);
  await run();
  world.provider.behaviour = { ...agreeable, captureDeclineRate: 1 };
  clients.packAll("o1", "s");
};
const dispatch = (): unknown =>
  clients.order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "DHL", trackingNumber: "1" });
const waive = (): unknown =>
  clients.order("o1", "WaiveCapture", { shipmentId: "s1", reason: "the card stays blocked" });

describe("an order whose parcel left unpaid", () => {
  test("ends by a waiver after it came back whole, without the shipping that nobody is going to pay", async () => {
    await pack();
    dispatch();
    await run();
    const lines = [{ lineId: "cup", quantity: 3, condition: "resalable" }];
    clients.order("o1", "ReceiveReturn", { returnId: "b1", lines });
    clients.order("o1", "RequestCapture", { shipmentId: "s1" });
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    waive();
    await run();
    expect([clients.statusOf("o1"), clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      "Completed",
      { captured: 0, refunded: 0, live: 0 },
      { onHand: 5, reserved: 0 },
    ]);
  });
  test("ends by a waiver when it has arrived, and what comes back later brings no money", async () => {
    await pack();
    dispatch();
    await run();
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    waive();
    await run();
    const lines = [{ lineId: "cup", quantity: 1, condition: "resalable" }];
    clients.order("o1", "ReceiveReturn", { returnId: "b1", lines });
    await run();
    expect([clients.statusOf("o1"), clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      "Completed",
      { captured: 0, refunded: 0, live: 0 },
      { onHand: 3, reserved: 0 },
    ]);
  });
});

describe("an order of whose unpaid parcel the carrier told first", () => {
  beforeEach(async () => {
    await pack();
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    await run();
  });

  test("goes on when its dispatch is told, and ends by a waiver", async () => {
    dispatch();
    waive();
    await run();
    expect([clients.statusOf("o1"), clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      "Completed",
      { captured: 0, refunded: 0, live: 0 },
      { onHand: 2, reserved: 0 },
    ]);
  });
  test("can be unpacked and cancelled if the carrier was wrong", async () => {
    clients.order("o1", "RecordUnpack", { shipmentId: "s1" });
    clients.order("o1", "RequestCancel", { reason: "it stays unpaid" });
    await run();
    expect([clients.statusOf("o1"), clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      "Cancelled",
      { captured: 0, refunded: 0, live: 0 },
      { onHand: 5, reserved: 0 },
    ]);
  });
});
