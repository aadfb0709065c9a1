import type { StreamType } from "../kernel/aggregate.ts";
import type { ToPublicForms } from "../kernel/public-form.ts";
import { publicOrderEvents } from "./order-events.ts";
import { formsOf } from "./public-event.ts";
import type { PublicEvent } from "./public-event.ts";
import { publicStockItemEvents } from "./stock-item-events.ts";

/** What is published to Kafka, by stream type and event type: apart from what is stored, so that either can change alone. */
export const publicEvents: { readonly [Type in StreamType]: Readonly<Record<string, PublicEvent>> } = {
  Order: publicOrderEvents,
  StockItem: publicStockItemEvents,
};

/** The public forms of any stored event. Throws if this code does not know its type or its schema version, or if it has not its shape. */
export const toPublicForms: ToPublicForms = (event) => {
  const events = publicEvents[event.streamType];
  const entry = Object.hasOwn(events, event.type) ? events[event.type] : undefined;
  if (entry === undefined)
    throw new Error(`The event type ${event.type} is unknown for a stream of type ${event.streamType}.`);
  return formsOf(entry, event);
};
