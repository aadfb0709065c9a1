import { beforeEach, describe, expect, test } from "@jest/globals";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type Around, type MemoryWorld } from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const run = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));

describe("a managed order with enough stock", () => {
  test("goes its whole way by itself, but for the warehouse and the carrier, each step under an id of its own", async () => {
    clients.receive("cup", 5);
    clients.receive("pot", 2);
    clients.place("o1", { pot: 1, cup: 3 });
    const sent: string[] = [];
    const traces: unknown[] = [];
    const around: Around = {
      actor: async (streamId, command) => {
        if (command === undefined) return;
        const { commandId, correlationId, causationId, by } = command;
        sent.push(`${streamId}: ${commandId}`);
        const cause = /^process-manager\/(.+)\/[^/]+$/.exec(commandId)?.[1];
        traces.push({ isItsCause: cause === causationId, correlationId, by });
      },
    };
    await run(around);
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    clients.packAll("o1", "s");
    await run(around);
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    await run(around);
    expect(clients.typesOf("o1")).toEqual([
      "OrderPlaced",
      "ReservationRequested",
      "LinesReserved",
      "AuthorisationRequested",
      "PaymentAuthorised",
      "FulfilmentPlanned",
      "ShipmentPacked",
      "CaptureRequested",
      "PaymentCaptured",
      "ShipmentDispatched",
      "ShipmentDelivered",
      "OrderCompleted",
    ]);
    const named = [...new Set(sent)].map((line) =>
      line.replace(/(record-reservation|plan-fulfilment)-[\w-]{22}$/, "$1").replace(/-until-\S+Z$/, "-until"),
    );
    expect(named).toEqual([
      "cup~berlin: process-manager/o1/2/reserve-r1-until",
      "pot~berlin: process-manager/o1/2/reserve-r1-until",
      "o1: process-manager/o1/2/record-reservation",
      "o1: process-manager/o1/4/record-authorisation",
      "cup~berlin: process-manager/o1/5/confirm-r1",
      "pot~berlin: process-manager/o1/5/confirm-r1",
      "o1: process-manager/o1/5/plan-fulfilment",
      "o1: process-manager/o1/8/record-capture",
      "o1: process-manager/o1/9/dispatch",
      "cup~berlin: process-manager/o1/10/commit-r1",
      "pot~berlin: process-manager/o1/10/commit-r1",
    ]);
    for (const trace of traces) {
      expect(trace).toEqual({ isItsCause: true, correlationId: "the-talk", by: "process-manager" });
    }
    expect([clients.stockOf("cup"), clients.stockOf("pot")]).toEqual([
      { onHand: 2, reserved: 0 },
      { onHand: 1, reserved: 0 },
    ]);
    expect(clients.moneyOf("o1")).toEqual({ captured: 40, refunded: 0, live: 0 });
  });

  test("is sent in parts, each paid for when it is packed", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    const [fulfilment] = clients.orderOf("o1", "Fulfilling").fulfilments;
    const pack = (shipmentId: string, quantity: number) =>
      clients.order("o1", "RecordPack", {
        shipmentId,
        fulfilmentId: fulfilment?.fulfilmentId,
        lines: [{ lineId: "cup", quantity }],
      });
    pack("s1", 1);
    await run();
    expect([clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      { captured: 10, refunded: 0, live: 20 },
      { onHand: 4, reserved: 2 },
    ]);
    pack("s2", 2);
    await run();
    expect([clients.moneyOf("o1"), clients.stockOf("cup")]).toEqual([
      { captured: 30, refunded: 0, live: 0 },
      { onHand: 2, reserved: 0 },
    ]);
  });

  test("costs nothing if that is what it costs: the provider hears nothing of it", async () => {
    clients.receive("cup", 5);
    const lines = [{ lineId: "cup", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 0 }];
    clients.order("o1", "PlaceOrder", { customerId: "c", currency: "EUR", fulfilment: "managed", lines });
    await run();
    clients.packAll("o1", "s");
    await run();
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    await run();
    expect({ status: clients.statusOf("o1"), money: world.provider.accounts.get("o1")?.authorisations }).toEqual({
      status: "Completed",
      money: [],
    });
  });
});

const placeShort = async (): Promise<void> => {
  clients.receive("cup", 5);
  clients.receive("pot", 1);
  clients.place("o1", { cup: 3, pot: 2, vase: 4 });
  await run();
};

describe("a managed order that is short of stock", () => {
  test("holds what is there for a while, and asks its customer", async () => {
    await placeShort();
    expect(clients.orderOf("o1", "AwaitingCustomer").shortage).toEqual({
      lines: [
        { lineId: "pot", missing: 1 },
        { lineId: "vase", missing: 4 },
      ],
    });
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([3, 1]);
  });

  test("goes on without what is missing, if that is all right", async () => {
    await placeShort();
    clients.order("o1", "ConfirmShortage", { choice: "accept" });
    await run();
    expect(clients.orderOf("o1", "Fulfilling").fulfilments).toMatchObject([
      {
        lines: [
          { lineId: "cup", planned: 3 },
          { lineId: "pot", planned: 1 },
        ],
      },
    ]);
    expect(clients.moneyOf("o1")?.live).toBe(40);
  });

  test("gives everything back if that is refused", async () => {
    await placeShort();
    clients.order("o1", "ConfirmShortage", { choice: "refuse" });
    await run();
    expect(clients.statusOf("o1")).toBe("Cancelled");
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([0, 0]);
  });

  test("keeps what it has and gets the rest as it comes, if its customer waits", async () => {
    await placeShort();
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run();
    world.clock.nowMs += 24 * 3_600_000;
    world.actors.wake();
    await run();
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([3, 1]);
    clients.receive("vase", 3);
    clients.receive("pot", 9);
    await run();
    expect(clients.statusOf("o1")).toBe("Placed");
    clients.receive("vase", 2);
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(["cup", "pot", "vase"].map((sku) => clients.stockOf(sku).reserved)).toEqual([3, 2, 4]);
    expect(clients.moneyOf("o1")?.live).toBe(90);
  });

  test("is given up when the stock was held for half an hour and nobody decided", async () => {
    await placeShort();
    world.clock.nowMs += 29 * 60_000;
    world.actors.wake();
    await run();
    expect(clients.statusOf("o1")).toBe("AwaitingCustomer");
    world.clock.nowMs += 60_000;
    world.actors.wake();
    await run();
    expect(clients.statusOf("o1")).toBe("Expired");
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([0, 0]);
  });

  test("leaves its goods to others when it is amended, and takes what it now wants", async () => {
    await placeShort();
    const lines = [{ lineId: "pot", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 10 }];
    clients.order("o1", "AmendOrder", { lines });
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([0, 1]);
  });
});

const decline = (retryable: boolean): void => {
  world.provider.behaviour = { ...world.provider.behaviour, declineNext: 1, declineRetryable: retryable };
};

describe("a managed order whose payment is declined", () => {
  test("for good is rejected, and gives its stock back", async () => {
    clients.receive("cup", 5);
    decline(false);
    clients.place("o1", { cup: 3 });
    await run();
    expect(clients.orderOf("o1", "Rejected")).toMatchObject({ cause: "paymentDeclined", reason: "InsufficientFunds" });
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
  });

  test("for now keeps its stock, and goes on when the payment is asked for again", async () => {
    clients.receive("cup", 5);
    decline(true);
    clients.place("o1", { cup: 3 });
    await run();
    expect(clients.orderOf("o1", "Reserved").payment).toMatchObject({ status: "declined", attempt: 1 });
    clients.order("o1", "RequestAuthorisation");
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(clients.moneyOf("o1")?.live).toBe(30);
  });

  test("for now keeps no money of the first attempt, although that was authorised after all and told when the order had left", async () => {
    clients.receive("cup", 5);
    world.provider.behaviour = { ...world.provider.behaviour, pendingRate: 1 };
    clients.place("o1", { cup: 3 });
    await run();
    const told = world.provider.take(0);
    if (told?.type !== "payment.authorised") throw new Error("nothing was authorised");
    clients.order("o1", "RecordPaymentFailure", { requestId: "o1~a1", code: "TimedOut", retryable: true });
    world.provider.behaviour = { ...world.provider.behaviour, pendingRate: 0 };
    clients.order("o1", "RequestAuthorisation");
    await run();
    clients.packAll("o1", "s");
    await run();
    expect(clients.moneyOf("o1")).toMatchObject({ captured: 30, live: 30 });
    clients.order("o1", "RecordAuthorisation", told.data);
    await run();
    expect(clients.moneyOf("o1")).toMatchObject({ captured: 30, live: 0 });
  });

  test("when it is captured is asked for again, although the first decline is told once more meanwhile", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    world.provider.behaviour = { ...world.provider.behaviour, captureDeclineRate: 1, pendingRate: 1 };
    clients.packAll("o1", "s");
    await run();
    const told = world.provider.take(0);
    if (told?.type !== "payment.declined") throw new Error("nothing was declined");
    clients.order("o1", "RecordPaymentFailure", told.data);
    world.provider.behaviour = { ...world.provider.behaviour, captureDeclineRate: 0, pendingRate: 0 };
    clients.order("o1", "RequestCapture", { shipmentId: "s1" });
    clients.order("o1", "RecordPaymentFailure", told.data);
    await run();
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([{ status: "Dispatched" }]);
    expect(clients.moneyOf("o1")).toMatchObject({ captured: 30 });
  });

  test("when it is captured can be unpacked and cancelled, and holds nothing any more", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    world.provider.behaviour = { ...world.provider.behaviour, captureDeclineRate: 1 };
    clients.packAll("o1", "s");
    await run();
    clients.order("o1", "RequestCancel", { reason: "not paid" });
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    clients.order("o1", "RecordUnpack", { shipmentId: "s1" });
    clients.order("o1", "RequestCancel", { reason: "not paid" });
    await run();
    expect(clients.statusOf("o1")).toBe("Cancelled");
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
    expect(clients.moneyOf("o1")).toMatchObject({ captured: 0, live: 0 });
  });

  test("when it is captured does not leave, until it is asked for again", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    world.provider.behaviour = { ...world.provider.behaviour, captureDeclineRate: 1 };
    clients.packAll("o1", "s");
    await run();
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([
      { status: "Packed", capture: { status: "declined", code: "InsufficientFunds" } },
    ]);
    world.provider.behaviour = { ...world.provider.behaviour, captureDeclineRate: 0 };
    clients.order("o1", "RequestCapture", { shipmentId: "s1" });
    await run();
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([{ status: "Dispatched" }]);
    expect(clients.moneyOf("o1")).toMatchObject({ captured: 30 });
  });
});
