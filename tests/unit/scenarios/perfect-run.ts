import type { Aggregate, DomainEvent, Issuer } from "../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { saleIdOf } from "../../../actors/order/sale/sale-id.ts";
import { anyListRow, anyView } from "../../../actors/order/view.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemView } from "../../../actors/stock-item/view.ts";
import type { Books } from "../../scenarios/books.ts";
import type { Observed, ObservedOrder } from "../../scenarios/observe.ts";
import type { OrderEvent } from "../../support/api.ts";
import type { PublishedEvent, TopicRecord } from "../../support/kafka.ts";
import { publicFormOfNew } from "../../support/public-form.ts";

const at = "2030-01-01T00:00:00.000Z";

type Step = readonly [issuer: Issuer, type: string, data: object];

/** What a stream is after commands that are all accepted. Throws if one is not. */
const carryOut = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  streamId: string,
  steps: readonly Step[],
): { state: State; events: OrderEvent[] } => {
  let state = aggregate.initial;
  const events: OrderEvent[] = [];
  for (const [index, [issuer, type, data]] of steps.entries()) {
    const parsed = aggregate.parseCommand(type, data);
    if (!parsed.valid) throw new Error(`${type} is not valid: ${JSON.stringify(parsed.issues)}`);
    const context = { streamId, commandId: `${streamId}/${index}`, at, issuer };
    const decision = aggregate.decide(parsed.command, state, context);
    if (decision.outcome === "rejected") throw new Error(`${type} was refused: ${decision.rejection.message}`);
    for (const event of decision.events) {
      events.push({ version: events.length + 1, type: event.type, data: { ...event.data }, at });
      state = aggregate.evolve(state, event, at);
    }
  }
  return { state, events };
};

const publish = (
  streamType: "Order" | "StockItem",
  streamId: string,
  events: readonly OrderEvent[],
): PublishedEvent[] =>
  events.map((event) => ({
    specversion: "1.0",
    id: `${streamId}/${event.version}`,
    source: "/orders/actor-host",
    subject: streamId,
    time: at,
    key: streamId,
    partition: 3,
    ...publicFormOfNew(streamType, streamId, event),
  }));

export const run = "run";
export const orderId = "run-order";
export const item = "run-mug~shop";
export const saleId = saleIdOf({ storeId: "run-shop", terminalId: "t", receiptNumber: "1" });
const [sku, location] = ["run-mug", "shop"];
const line = { lineId: "1", sku, location, quantity: 3, unitPriceMinor: 1_000, taxRatePpm: 190_000 };
const units = (quantity: number) => [{ lineId: "1", quantity }];
const reservationId = `${orderId}~r1`;

const order = carryOut(orderAggregate, orderId, [
  ["outside", "PlaceOrder", { customerId: "run-customer", currency: "EUR", fulfilment: "managed", lines: [line] }],
  [
    "process-manager",
    "RecordReservation",
    { reservationId, lines: [{ lineId: "1", quantity: 3, holds: [{ stockItemId: item, quantity: 3 }] }] },
  ],
  ["process-manager", "RecordAuthorisation", { authorisationId: "a", amountMinor: 3_570, requestId: `${orderId}~a1` }],
  ["process-manager", "PlanFulfilment", { fulfilments: [{ fulfilmentId: "f", location, lines: units(3) }] }],
  ["outside", "RecordPack", { shipmentId: "s", fulfilmentId: "f", lines: units(2) }],
  ["process-manager", "RecordCapture", { shipmentId: "s", captureId: "c", amountMinor: 2_380 }],
  ["process-manager", "DispatchShipment", { shipmentId: "s", carrier: "Hare", trackingNumber: "T" }],
  ["outside", "RequestCancel", { reason: "enough", lines: units(1) }],
  ["outside", "RecordDelivery", { shipmentId: "s" }],
  ["process-manager", "VoidAuthorisation", { authorisationId: "a" }],
  ["outside", "ReceiveReturn", { returnId: "r", lines: [{ lineId: "1", quantity: 1, condition: "resalable" }] }],
  ["process-manager", "RecordRefund", { refundId: `${orderId}~r`, amountMinor: 1_190 }],
]);

const sale = carryOut(orderAggregate, saleId, [
  [
    "outside",
    "RecordSale",
    {
      storeId: "run-shop",
      terminalId: "t",
      receiptNumber: "1",
      currency: "EUR",
      lines: [{ ...line, quantity: 1 }],
      pricesIncludeTax: true,
      soldAt: at,
      tenders: [{ tenderId: "t-1", method: "cash", amountMinor: 1_000 }],
    },
  ],
]);

const stock = carryOut(stockItemAggregate, item, [
  ["outside", "ReceiveStock", { receiptId: "r", quantity: 4 }],
  ["process-manager", "ReserveStock", { reservationId, quantity: 3 }],
  ["process-manager", "CommitStock", { reservationId, commitId: "s", quantity: 2 }],
  ["process-manager", "ReleaseStock", { reservationId, part: { releaseId: "x", quantity: 1 } }],
  ["process-manager", "RestockItems", { restockId: "r", quantity: 1 }],
  ["process-manager", "AdjustStock", { adjustmentId: "sale", delta: -1, reason: "sale", mayOversell: true }],
]);

const poison = { key: orderId, place: { partition: 5, offset: 7 }, content: "no JSON", cause: "NotJson" };

export const letter: TopicRecord = {
  topic: "order-commands-dead-letter",
  partition: 1,
  offset: 0,
  key: orderId,
  value: Buffer.from(poison.content),
  headers: {
    "dlq-reason": "NotJson: it is no JSON",
    "dlq-topic": "order-commands",
    "dlq-partition": "5",
    "dlq-offset": "7",
  },
};

export const books: Books = {
  orders: new Map([
    [orderId, { orderId, story: "one", isSale: false, status: "Completed" }],
    [saleId, { orderId: saleId, story: "two", isSale: true, status: "SaleCompleted" }],
  ]),
  stock: new Map([[item, { sku, location, receivedUnits: 4 }]]),
  poison: [poison],
  acknowledged: [{ orderId, version: 1, type: "OrderPlaced" }],
  requests: 1,
  messages: 9,
};

const observedOf = (streamId: string, { state, events }: typeof order): ObservedOrder => {
  const view = anyView(streamId, events.length, state);
  return { snapshot: view, strong: view, events };
};

const rowOf = (streamId: string, { state, events }: typeof order) => {
  const row = anyListRow(streamId, events.length, state);
  if (row === undefined) throw new Error(`there is nothing to list of ${streamId}`);
  return row;
};

const stockView = stockItemView(item, stock.events.length, stock.state);
if (stockView === undefined) throw new Error("there is no stock to see");

const balance = { authorisedMinor: 3_570, capturedMinor: 2_380, voidedMinor: 1_190, refundedMinor: 1_190 };

/** What a stack without a fault shows of these books: an order, a sale, a stock item, and a message that is none. */
export const observed: Observed = {
  orders: new Map([
    [orderId, observedOf(orderId, order)],
    [saleId, observedOf(saleId, sale)],
  ]),
  stock: new Map([[item, stockView]]),
  accounts: new Map([
    [
      orderId,
      {
        orderId,
        currency: "EUR",
        balance,
        authorisations: [{ status: "authorised", requestId: `${orderId}~a1`, authorisationId: "a", ...balance }],
        shipments: [],
      },
    ],
  ]),
  orderEvents: [...publish("Order", orderId, order.events), ...publish("Order", saleId, sale.events)],
  stockEvents: publish("StockItem", item, stock.events),
  deadLetters: [letter],
  parked: [],
  byCustomer: new Map([["run-customer", [rowOf(orderId, order)]]]),
  byStatus: new Map([
    ["Completed", [rowOf(orderId, order)]],
    ["SaleCompleted", [rowOf(saleId, sale)]],
  ]),
};
