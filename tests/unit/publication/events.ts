import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";

/** A stored event of an order, with what a test says differently. */
export const orderEvent = (changes: Partial<RecordedEvent> = {}): RecordedEvent => ({
  kind: "event",
  streamType: "Order",
  streamId: "order-1",
  version: 1,
  type: "OrderPlaced",
  schemaVersion: 1,
  data: { customerId: "c-1" },
  at: "2026-01-02T03:04:05.678Z",
  commandId: "command-1",
  commandType: "PlaceOrder",
  requestHash: "hash",
  statusAfter: "Placed",
  correlationId: "correlation-1",
  causationId: "causation-1",
  by: "gateway",
  hostEpoch: "epoch-1",
  hostSeq: 1,
  ...changes,
});
