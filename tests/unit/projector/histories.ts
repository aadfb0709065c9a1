import * as fc from "fast-check";
import type { Aggregate, DomainEvent } from "../../../actors/kernel/aggregate.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";

const untaxed = { discountMinor: 0, taxRatePpm: 0 };
const lines = [
  { lineId: "l1", sku: "cup", location: "berlin", quantity: 2, unitPriceMinor: 100, ...untaxed },
  { lineId: "l2", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 500, ...untaxed },
];

const terms = { discountMinor: 0, pricesIncludeTax: false };

const units = (lineId: string, quantity: number) => [{ lineId, quantity }];
const packed = (shipmentId: string, lineId: string, quantity: number): OrderCommand => ({
  type: "RecordPack",
  shipmentId,
  fulfilmentId: "f1",
  lines: units(lineId, quantity),
});
const captured = (shipmentId: string, amountMinor: number): OrderCommand => ({
  type: "RecordCapture",
  shipmentId,
  captureId: `capture of ${shipmentId}`,
  amountMinor,
});
const sent = (shipmentId: string): OrderCommand => ({
  type: "DispatchShipment",
  shipmentId,
  carrier: "Parcel Co",
  trackingNumber: "P1",
});

/** Commands in an order in which most of them are accepted; the deciders refuse the rest. */
const orderCommand = (orderId: string) =>
  fc.constantFrom<OrderCommand>(
    { type: "RecordReservation", reservationId: `${orderId}~r1` },
    { type: "RecordReservation", reservationId: `${orderId}~r1` },
    { type: "RecordAuthorisation", authorisationId: "a1", amountMinor: 700 },
    { type: "RecordAuthorisation", authorisationId: "a1", amountMinor: 700 },
    {
      type: "PlanFulfilment",
      fulfilments: [{ fulfilmentId: "f1", location: "berlin", lines: [...units("l1", 2), ...units("l2", 1)] }],
    },
    packed("s1", "l1", 2),
    packed("s2", "l2", 1),
    captured("s1", 200),
    captured("s2", 500),
    sent("s1"),
    sent("s2"),
    { type: "RecordDelivery", shipmentId: "s1" },
    { type: "RecordDelivery", shipmentId: "s2" },
    { type: "RecordReservation", reservationId: `${orderId}~r1`, lines: [] },
    { type: "RequestCancel", reason: "changed my mind" },
    { type: "ReleaseReservation", reservationId: `${orderId}~r1` },
    { type: "VoidAuthorisation", authorisationId: "a1" },
    { type: "CompleteCancel" },
  );

const stockCommand = fc.constantFrom<StockItemCommand>(
  { type: "ReceiveStock", receiptId: "1", quantity: 5 },
  { type: "ReceiveStock", receiptId: "2", quantity: 3 },
  { type: "ReserveStock", reservationId: "r1", quantity: 2, mode: "all" },
  { type: "ReserveStock", reservationId: "r2", quantity: 4, mode: "backorder" },
  { type: "CommitStock", reservationId: "r1", commitId: "c1", quantity: 2 },
  { type: "ReleaseStock", reservationId: "r2" },
);

/** The events that the commands cause, as they are stored. */
const record = <State, Command extends { type: string }, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  streamId: string,
  commands: readonly Command[],
): RecordedEvent[] => {
  const recorded: RecordedEvent[] = [];
  let state = aggregate.initial;
  for (const [index, command] of commands.entries()) {
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    const context = { streamId, commandId: `c${index}`, at, issuer: "process-manager" as const };
    const decision = aggregate.decide(command, state, context);
    if (decision.outcome === "rejected") continue;
    for (const event of decision.events) {
      state = aggregate.evolve(state, event, at);
      recorded.push({
        kind: "event",
        streamType: aggregate.streamType,
        streamId,
        version: recorded.length + 1,
        type: event.type,
        schemaVersion: aggregate.schemaVersionOf(event.type),
        data: JSON.parse(JSON.stringify(event.data)) as Record<string, unknown>,
        at,
        commandId: context.commandId,
        commandType: command.type,
        requestHash: "h",
        statusAfter: aggregate.statusOf(state),
        correlationId: "corr",
        causationId: "caus",
        by: "test",
        hostEpoch: "e",
        hostSeq: recorded.length + 1,
      });
    }
  }
  return recorded;
};

export const orderHistory = (orderId: string): fc.Arbitrary<RecordedEvent[]> =>
  fc
    .array(orderCommand(orderId), { maxLength: 20 })
    .map((commands) =>
      record(orderAggregate, orderId, [
        { type: "PlaceOrder", customerId: "customer-1", currency: "EUR", fulfilment: "managed", lines, ...terms },
        ...commands,
      ]),
    );

/** The history of a stock item that received these commands. */
export const stockHistoryOf = (streamId: string, commands: readonly StockItemCommand[]): RecordedEvent[] =>
  record(stockItemAggregate, streamId, commands);

/** Begins with the first goods, or with a reservation that was released before them. */
export const stockHistory = (streamId: string): fc.Arbitrary<RecordedEvent[]> =>
  fc
    .tuple(
      fc.constantFrom<StockItemCommand>(
        { type: "ReceiveStock", receiptId: "0", quantity: 4 },
        { type: "ReleaseStock", reservationId: "r1" },
      ),
      fc.array(stockCommand, { maxLength: 20 }),
    )
    .map(([first, commands]) => stockHistoryOf(streamId, [first, ...commands]));
