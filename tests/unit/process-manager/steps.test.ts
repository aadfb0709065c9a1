import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { createEventHandler } from "../../../services/process-manager/handle-event.ts";
import { createOrderProcess, type OrderProcess } from "../../../services/process-manager/process-orders.ts";
import { NotUnderstood } from "../../../services/process-manager/run.ts";
import { createMemoryEvents, createMemoryParked, type MemoryParked } from "../projector/memory-store.ts";
import { silentLogger } from "../change-feed/in-memory.ts";
import { createMemoryActors, type MemoryActors } from "./memory-actors.ts";
import { createMemoryPayments } from "./memory-payments.ts";

const never = new AbortController().signal;

let actors: MemoryActors;
let payments: ReturnType<typeof createMemoryPayments>;
let parked: MemoryParked;

beforeEach(() => {
  actors = createMemoryActors();
  payments = createMemoryPayments();
  parked = createMemoryParked();
});

/** Runs before each command that the process manager sends. */
type BeforeCommand = (envelope: CommandEnvelope, streamId: string) => Promise<void>;

const createHandler = (before: BeforeCommand) =>
  createEventHandler({
    sidecar: {
      command: async (method, streamType, streamId, envelope) => {
        await before(envelope, streamId);
        return actors.send(method === "drive" ? "process-manager" : "outside", streamType, streamId, envelope);
      },
      read: async (streamType, streamId) => actors.read(streamType, streamId),
    },
    payments: payments.provider,
    logger: silentLogger,
    onCommand: () => undefined,
    onFault: () => undefined,
  });

const openProcess = (handleEvent: (event: RecordedEvent, signal: AbortSignal) => Promise<void>): OrderProcess =>
  createOrderProcess({
    handleEvent,
    parked,
    events: { readAfter: async (...args) => createMemoryEvents(entriesFrom(0)).readAfter(...args) },
    logger: silentLogger,
    onParkedCount: () => undefined,
  });

const entriesFrom = (index: number) => actors.feed.slice(index).map((event) => ({ kind: "event" as const, event }));

/** Handles events until there are no more. */
const settle = async (process: OrderProcess): Promise<void> => {
  for (let done = 0; done < actors.feed.length; ) {
    const entries = entriesFrom(done);
    done += entries.length;
    await process.handle({ range: "r", entries }, never);
  }
};

const receive = (sku: string, quantity: number): void => {
  const receipt = { commandId: `receive-${sku}`, type: "ReceiveStock", data: { receiptId: "1", quantity } };
  actors.send("outside", "StockItem", `${sku}~berlin`, receipt);
};

const order = (orderId: string, type: string, data: Record<string, unknown>): void => {
  actors.send("outside", "Order", orderId, { commandId: `client-${type}`, type, data, correlationId: "the-talk" });
};

const place = (orderId: string, quantities: Readonly<Record<string, number>>, fulfilment = "managed"): void => {
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({
    lineId: sku,
    sku,
    location: "berlin",
    quantity,
    unitPriceMinor: 10,
  }));
  order(orderId, "PlaceOrder", { customerId: "c", currency: "EUR", fulfilment, lines });
};

const cancel = (orderId: string): void => order(orderId, "RequestCancel", { reason: "changed my mind" });
const statusOf = (orderId: string): string | undefined => actors.orders().get(orderId)?.status;
const stockOf = (sku: string) => {
  const { onHand, reserved } = actors.stock().get(`${sku}~berlin`) ?? {};
  return { onHand, reserved };
};
const atOnce: BeforeCommand = async () => undefined;

describe("a managed order with enough stock", () => {
  test("is reserved and authorised, shipped and settled, each step under an id of its own", async () => {
    receive("cup", 5);
    receive("pot", 2);
    place("o1", { pot: 1, cup: 3 });
    const sent: string[] = [];
    const traces: Partial<CommandEnvelope>[] = [];
    const process = openProcess(
      createHandler(async ({ commandId, correlationId, causationId, by }, streamId) => {
        sent.push(`${streamId}: ${commandId}`);
        traces.push({ commandId, correlationId, causationId, by });
      }),
    );
    await settle(process);
    expect(statusOf("o1")).toBe("Authorised");
    order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "p", trackingNumber: "t" });
    await settle(process);
    expect([...new Set(sent)]).toEqual([
      "cup~berlin: process-manager/o1/1/reserve",
      "pot~berlin: process-manager/o1/1/reserve",
      "o1: process-manager/o1/1/record-reservation",
      "o1: process-manager/o1/2/record-authorisation",
      "cup~berlin: process-manager/o1/5/commit",
      "pot~berlin: process-manager/o1/5/commit",
    ]);
    for (const { commandId, ...trace } of traces) {
      const causationId = /^process-manager\/(.+)\/[a-z-]+$/.exec(commandId ?? "")?.[1];
      expect(trace).toEqual({ correlationId: "the-talk", causationId, by: "process-manager" });
    }
    expect([stockOf("cup"), stockOf("pot")]).toEqual([
      { onHand: 2, reserved: 0 },
      { onHand: 1, reserved: 0 },
    ]);
    expect(payments.accounts.get("o1")).toEqual({
      authorisedMinor: 40,
      voided: false,
      captures: new Map([["s1", 40]]),
    });
  });
});

describe("a managed order that is short of stock", () => {
  test("waits for the customer, gives back what it took, and names everything that is missing", async () => {
    receive("cup", 5);
    receive("pot", 1);
    receive("tray", 9);
    place("o1", { cup: 3, pot: 2, tray: 1, vase: 4 });
    await settle(openProcess(createHandler(atOnce)));
    expect(actors.orders().get("o1")).toMatchObject({
      status: "AwaitingCustomer",
      shortage: {
        reserved: [{ sku: "cup", location: "berlin", quantity: 3 }],
        short: [
          { sku: "pot", location: "berlin", requested: 2, available: 1 },
          { sku: "vase", location: "berlin", requested: 4, available: 0 },
        ],
      },
    });
    expect([stockOf("cup").reserved, stockOf("pot").reserved, stockOf("tray").reserved]).toEqual([0, 0, 0]);
    // Whatever was still under way would be refused, by the item that has nothing yet too.
    receive("vase", 4);
    for (const sku of ["cup", "pot", "tray", "vase"]) {
      const late = { commandId: `late-${sku}`, type: "ReserveStock", data: { reservationId: "o1", quantity: 1 } };
      expect(actors.send("process-manager", "StockItem", `${sku}~berlin`, late)).toMatchObject({
        error: { code: "ReservationEnded" },
      });
    }
    cancel("o1");
    await settle(openProcess(createHandler(atOnce)));
    expect(statusOf("o1")).toBe("Cancelled");
  });
});

describe("a managed order that is cancelled", () => {
  test("while its stock is being reserved gives it back at once", async () => {
    receive("cup", 5);
    place("o1", { cup: 3 });
    const handle = createHandler(async ({ type }) => {
      if (type === "RecordReservation") cancel("o1");
    });
    await openProcess(handle).handle({ range: "r", entries: entriesFrom(1) }, never);
    expect(stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
    expect(statusOf("o1")).toBe("Cancelling");
    await settle(openProcess(createHandler(atOnce)));
    expect(statusOf("o1")).toBe("Cancelled");
  });

  test("while its payment is being authorised gives that back too", async () => {
    receive("cup", 5);
    place("o1", { cup: 3 });
    const cancelling = createHandler(async ({ type }) => {
      if (type === "RecordAuthorisation") cancel("o1");
    });
    await openProcess(cancelling).handle({ range: "r", entries: entriesFrom(1) }, never);
    await openProcess(cancelling).handle({ range: "r", entries: entriesFrom(3) }, never);
    expect(payments.accounts.get("o1")).toMatchObject({ authorisedMinor: 30, voided: true });
    await settle(openProcess(createHandler(atOnce)));
    expect({ status: statusOf("o1"), ...stockOf("cup") }).toEqual({ status: "Cancelled", onHand: 5, reserved: 0 });
  });
});

describe("a reservation that lands after its order fell short, and after the first goods", () => {
  test("is refused, and takes nothing else either", async () => {
    receive("cup", 5);
    receive("pot", 5);
    place("o1", { cup: 1, mug: 1, pot: 1 });
    // It is overtaken when it is about to ask for a mug, of which there never was one.
    const { promise: isOvertaken, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: asked, resolve: asks } = Promise.withResolvers<void>();
    const overtaken = createHandler(async ({ type }, streamId) => {
      if (type !== "ReserveStock" || streamId !== "mug~berlin") return;
      asks();
      await isOvertaken;
    });
    const late = openProcess(overtaken).handle({ range: "r", entries: entriesFrom(2) }, never);
    await asked;
    await settle(openProcess(createHandler(atOnce)));
    expect(statusOf("o1")).toBe("AwaitingCustomer");
    receive("mug", 5);
    goOn();
    await late;
    expect(actors.feed.filter(({ type }) => type === "StockReserved").map(({ streamId }) => streamId)).toEqual([
      "cup~berlin",
    ]);
    expect(["cup", "mug", "pot"].map((sku) => stockOf(sku).reserved)).toEqual([0, 0, 0]);
  });
});

describe("an external order", () => {
  test("is never touched, nor is its stock", async () => {
    receive("cup", 5);
    place("o1", { cup: 3 }, "external");
    order("o1", "RecordReservation", { reservationId: "r" });
    order("o1", "RecordAuthorisation", { authorisationId: "a", amountMinor: 30 });
    order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "p", trackingNumber: "t" });
    const sent: string[] = [];
    await settle(openProcess(createHandler(async ({ type }) => void sent.push(type))));
    // Also by an instance that did not see it placed.
    const entries = entriesFrom(2);
    await openProcess(createHandler(async ({ type }) => void sent.push(type))).handle({ range: "r", entries }, never);
    expect(sent).toEqual([]);
    expect(stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
  });
});

describe("a part that is away", () => {
  test("is asked again until it answers", async () => {
    receive("cup", 5);
    place("o1", { cup: 3 });
    let failures = 0;
    const handle = createHandler(async () => {
      failures += 1;
      if (failures <= 2) throw new Error("away");
    });
    await settle(openProcess(handle));
    expect(statusOf("o1")).toBe("Authorised");
  });

  test("is left to the next owner of the range when the lease is lost", async () => {
    receive("cup", 5);
    place("o1", { cup: 3 });
    const lost = new AbortController();
    const handle = createHandler(async () => {
      lost.abort(new Error("the lease is lost"));
      throw new Error("away");
    });
    const handling = openProcess(handle).handle({ range: "r", entries: entriesFrom(0) }, lost.signal);
    await expect(handling).rejects.toThrow("the lease is lost");
  });
});

describe("an event that is not understood", () => {
  test("parks its order, whose later events wait for code that understands it; other orders go on", async () => {
    receive("cup", 5);
    place("o1", { cup: 1 });
    place("o2", { cup: 1 });
    const handle = createHandler(atOnce);
    const old = openProcess(async (event, signal) => {
      if (event.streamId === "o1" && event.type === "OrderPlaced") throw new NotUnderstood("of a later version");
      return handle(event, signal);
    });
    await settle(old);
    cancel("o1");
    await settle(old);
    expect({ o1: statusOf("o1"), o2: statusOf("o2") }).toEqual({ o1: "Cancelling", o2: "Authorised" });
    expect(parked.records.get("o1")).toMatchObject({ version: 1, reason: "of a later version" });
    await old.retryParked(never);
    expect(parked.records.size).toBe(1);

    await openProcess(handle).retryParked(never);
    expect({ status: statusOf("o1"), parked: parked.records.size }).toEqual({ status: "Cancelled", parked: 0 });
  });
});
