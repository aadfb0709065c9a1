import * as fc from "fast-check";
import type { Aggregate, DomainEvent } from "../../../actors/kernel/aggregate.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";

const lines = [
  { lineId: "l1", sku: "cup", location: "berlin", quantity: 2, unitPriceMinor: 100 },
  { lineId: "l2", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 500 },
];

const sent = (shipmentId: string, lineIds: string[]): OrderCommand => ({
  type: "DispatchShipment",
  shipmentId,
  carrier: "Parcel Co",
  trackingNumber: "P1",
  lineIds,
});

/** Commands in an order in which most of them are accepted; the deciders refuse the rest. */
const orderCommand = fc.constantFrom<OrderCommand>(
  { type: "RecordReservation", reservationId: "r1" },
  { type: "RecordReservation", reservationId: "r1" },
  { type: "RecordAuthorisation", authorisationId: "a1", amountMinor: 700 },
  { type: "RecordAuthorisation", authorisationId: "a1", amountMinor: 700 },
  sent("s1", ["l1"]),
  sent("s2", ["l2"]),
  { type: "RecordDelivery", shipmentId: "s1" },
  { type: "RecordDelivery", shipmentId: "s2" },
  { type: "RecordShortage", reserved: [], short: [{ sku: "pot", location: "berlin", requested: 1, available: 0 }] },
  { type: "RequestCancel", reason: "changed my mind" },
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
    .array(orderCommand, { maxLength: 20 })
    .map((commands) =>
      record(orderAggregate, orderId, [
        { type: "PlaceOrder", customerId: "customer-1", currency: "EUR", fulfilment: "managed", lines },
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
