import { bodiesBy } from "../../../actors/host/publication/cloud-event.ts";
import type { PublicForm, PublishableEvent } from "../../../actors/kernel/public-form.ts";
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

/** The public form of events that no contract knows: what is stored. */
export const formOf = ({ type, data }: Pick<PublishableEvent, "type" | "data">, version = 1): PublicForm => ({
  type,
  version,
  dataschema: `urn:test:${type}:${version}`,
  data,
});

/** The one body of an event in that form. */
export const bodiesAsStored = bodiesBy((event) => [formOf(event)]);
