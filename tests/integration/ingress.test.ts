import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Producer, type MessageToProduce } from "@platformatic/kafka";
import { openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import {
  commandMessage,
  openTopic,
  openWriter,
  type TopicReader,
  type TopicRecord,
  type TopicWriter,
} from "../support/kafka.ts";
import { sharedStack, waitFor } from "../support/stack.ts";
import { placeOrderOf } from "./place-order.ts";

const settleMs = 30_000;
const run = Date.now().toString(36);

let api: GatewayApi;
let writer: TopicWriter;
let deadLetters: TopicReader;
/** Every dead letter since these tests began. */
const buried: TopicRecord[] = [];

beforeAll(async () => {
  const { gateway, brokers } = sharedStack();
  api = openGateway(gateway);
  writer = openWriter(brokers);
  deadLetters = await openTopic(brokers, "order-commands-dead-letter", "end");
});
afterAll(async () => Promise.all([api.close(), writer.close(), deadLetters.close()]));

const placeOrder = placeOrderOf(`customer-ingress-${run}`);
const reserve: OrderCommandBody = { type: "RecordReservation", reservationId: "r-1" };
const authorise: OrderCommandBody = { type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 900 };

const send = async (key: string, value: string | Uint8Array): Promise<{ partition: number; offset: number }> =>
  writer.write("order-commands", key, value);

/** Appends a record that is not keyed by an order id, to a partition that its key does not decide. */
const sendRecord = async (
  record: Pick<MessageToProduce, "key" | "value" | "headers">,
): Promise<{ partition: number; offset: number }> => {
  const producer = new Producer({ clientId: "hostile", bootstrapBrokers: [...sharedStack().brokers] });
  try {
    const { offsets } = await producer.send({
      acks: -1,
      messages: [{ topic: "order-commands", partition: 0, ...record }],
    });
    const place = offsets?.[0];
    if (place === undefined) throw new Error("the broker did not say where it stored the record");
    return { partition: place.partition, offset: Number(place.offset) };
  } finally {
    await producer.close();
  }
};

/** Waits until the order has the status, as its actor sees it. */
const untilStatus = async (orderId: string, status: string): Promise<void> => {
  await waitFor(async () => (await api.readOrder(orderId, "strong"))?.status === status, {
    what: `${orderId} to be ${status}`,
    timeoutMs: settleMs,
  });
};

/** Where the record of a dead letter was. */
const originOf = ({ headers }: TopicRecord): string => `${headers["dlq-partition"]}/${headers["dlq-offset"]}`;

/** The dead letters of the record at this place, once there is one. */
const lettersFrom = async ({ partition, offset }: { partition: number; offset: number }): Promise<TopicRecord[]> =>
  waitFor(
    async () => {
      buried.push(...(await deadLetters.readNew()));
      const found = buried.filter((letter) => originOf(letter) === `${partition}/${offset}`);
      return found.length > 0 && found;
    },
    { what: `the dead letter of ${partition}/${offset}`, timeoutMs: settleMs },
  );

describe("a command sent by Kafka", () => {
  test("is carried out, in order with the others of its order", async () => {
    const orderId = `kafka-${run}`;
    for (const [index, command] of [placeOrder, reserve, authorise].entries())
      await send(orderId, commandMessage(orderId, `step-${index}`, command));
    await untilStatus(orderId, "Authorised");
    const history = await api.readEvents(orderId);
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
  });

  test("has the outcome that the same command had by HTTP, under one id", async () => {
    const orderId = `both-${run}`;
    const first = await api.sendOrderCommand(orderId, "place", placeOrder);
    await send(orderId, commandMessage(orderId, "place", placeOrder));
    await send(orderId, commandMessage(orderId, "reserve", reserve));
    await untilStatus(orderId, "Reserved");
    expect(await api.readOrder(orderId, "strong")).toMatchObject({ version: (first.accepted?.version ?? 0) + 1 });
    const again = await api.sendOrderCommand(orderId, "reserve", reserve);
    expect(again).toMatchObject({ httpStatus: 200, replayed: true });
  });

  test("needs no key", async () => {
    const orderId = `keyless-${run}`;
    await sendRecord({ value: Buffer.from(commandMessage(orderId, "place", placeOrder)) });
    await untilStatus(orderId, "Placed");
  });
});

/** A message as a back end sends it; its subject is the order, unless its data say what it is for. */
const reported = (type: string, data: object, orderId?: string, id = "1"): string =>
  JSON.stringify({
    specversion: "1.0",
    id,
    source: `/${type}`,
    type,
    ...(orderId === undefined ? {} : { subject: orderId }),
    data,
  });

describe("messages of back ends", () => {
  test("move an order on, whatever back end numbers them alike", async () => {
    const orderId = `reported-${run}`;
    const { type: _type, ...order } = placeOrder;
    const shipment = { shipmentId: "s-1", carrier: "Hare", trackingNumber: "T1" };
    await send(orderId, reported("marketplace.order", order, orderId));
    await send(orderId, commandMessage(orderId, "reserve", reserve));
    await send(orderId, reported("payment.authorised", { authorisationId: "a-1", amountMinor: 900 }, orderId));
    await send(orderId, reported("warehouse.dispatched", shipment, orderId));
    await send(orderId, reported("carrier.delivered", { shipmentId: "s-1" }, orderId));
    await untilStatus(orderId, "Completed");
  });

  test("bring goods to the stock item that their data name, once", async () => {
    const [sku, location] = [`tea-${run}`, "berlin"];
    const receipt = (receiptId: string, quantity: number) => ({ receiptId, sku, location, quantity });
    const key = `${sku}~${location}`;
    await send(key, reported("inventory.received", receipt("receipt-1", 10)));
    await send(key, reported("inventory.received", receipt("receipt-1", 10)));
    const misplaced = await send(sku, reported("inventory.received", receipt("receipt-2", 5)));
    // Behind the repetition, which has had no effect when this has had its own.
    await send(key, reported("inventory.received", receipt("receipt-3", 1), undefined, "2"));
    await waitFor(async () => (await api.readStock(sku, location))?.version === 2, {
      what: `two receipts of ${sku}`,
      timeoutMs: settleMs,
    });
    const [letter] = await lettersFrom(misplaced);
    expect(letter?.headers["dlq-reason"]).toBe(`KeyMismatch: the key is not ${key}`);
    expect(await api.readStock(sku, location)).toMatchObject({ onHand: 11, version: 2 });
  });
});

describe("messages that can never succeed, among good ones", () => {
  const orderId = `poison-${run}`;
  const neighbour = `neighbour-${run}`;
  const event = (id: string, changes: object): string =>
    JSON.stringify({ ...(JSON.parse(commandMessage(orderId, id, reserve)) as object), ...changes });

  const poison: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ["no JSON", '{"specversion": "1.0",\n broken', /^NotJson: /],
    ["no text", Uint8Array.from({ length: 256 }, (_, byte) => byte), /^NotUtf8: /],
    ["an empty message", "", /^NotJson: /],
    ["no CloudEvent", "{}", /^InvalidEvent: .*specversion/],
    ["an unknown type", event("u-1", { type: "orders.command.BurnOrder" }), /^UnknownType: /],
    ["the process manager's type", event("u-2", { type: "orders.command.CompleteCancel" }), /^UnknownType: /],
    ["an invalid command", event("i-1", { data: { reservation: "r" } }), /^InvalidCommand: .*reservationId/],
    ["another order's command", event("k-1", { subject: "someone-else" }), /^KeyMismatch: /],
    ["a rejected command", commandMessage(orderId, "r-1", authorise), /^Rejected: NotReserved: /],
    ["a reused command id", commandMessage(orderId, "place", reserve), /^CommandIdReused: /],
    ["a message above the limit", event("l-1", { padding: "x".repeat(300 * 1024) }), /^TooLarge: /],
  ];

  test("go alone to the dead-letter topic, and nothing waits behind them", async () => {
    await send(orderId, commandMessage(orderId, "place", placeOrder));
    await send(neighbour, commandMessage(neighbour, "place", placeOrder));
    const places = [];
    for (const [, value] of poison) places.push(await send(orderId, value));
    await send(orderId, commandMessage(orderId, "reserve", reserve));
    await send(neighbour, commandMessage(neighbour, "reserve", reserve));

    await untilStatus(orderId, "Reserved");
    await untilStatus(neighbour, "Reserved");

    for (const [index, [name, value, reason]] of poison.entries()) {
      const place = places[index];
      if (place === undefined) throw new Error(`${name} was not sent`);
      const [letter] = await lettersFrom(place);
      expect(letter?.value.equals(Buffer.from(value))).toBe(true);
      expect(letter?.key).toBe(orderId);
      expect(letter?.headers["dlq-topic"]).toBe("order-commands");
      expect(letter?.headers["dlq-reason"]).toMatch(reason);
      expect(letter?.headers["dlq-reason"]).toMatch(/^[\x20-\x7e]{1,512}$/);
    }
    const ours = new Set([orderId, neighbour]);
    const letters = buried.filter(({ key }) => key !== undefined && ours.has(key));
    // A delivery that takes too long is repeated, and so is its dead letter.
    expect(new Set(letters.map(originOf))).toEqual(
      new Set(places.map(({ partition, offset }) => `${partition}/${offset}`)),
    );
  });

  test("leave only what the good ones did", async () => {
    for (const id of [orderId, neighbour])
      expect(await api.readOrder(id, "strong")).toMatchObject({ status: "Reserved", version: 2 });
  });

  test("may have any key and any header", async () => {
    const key = Buffer.from("line\nfeed and a NUL \0");
    const [letter] = await lettersFrom(
      await sendRecord({
        key,
        value: Buffer.from("hostile"),
        headers: new Map([
          [Buffer.from("content-encoding"), Buffer.from("gzip")],
          [Buffer.from("a name with spaces"), Buffer.from("a\nvalue\0")],
          [Buffer.from("large"), Buffer.alloc(64 * 1024, "h")],
        ]),
      }),
    );
    expect([letter?.key, letter?.value.toString()]).toEqual([key.toString(), "hostile"]);
  });

  test("may have a key of half a megabyte", async () => {
    const key = Buffer.alloc(512 * 1024, "k");
    const [letter] = await lettersFrom(await sendRecord({ key, value: Buffer.from("long key") }));
    expect([letter?.key?.length, letter?.value.toString()]).toEqual([key.length, "long key"]);
  });
});

describe("the ingress", () => {
  test("is ready and counts what it delivers", async () => {
    const base = `http://127.0.0.1:${sharedStack().portBase + 35}`;
    await waitFor(async () => (await fetch(`${base}/readyz`)).status === 200, {
      what: "the ingress to be ready",
      timeoutMs: settleMs,
    });
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).toMatch(/ingress_deliveries_total\{outcome="accepted"[^}]*\} [1-9]/);
  });
});
