import { decodeStoredEvent } from "../kernel/upcasting.ts";
import type { EventOf } from "../kernel/upcasting.ts";
import { fulfilmentEventHistories } from "./events/fulfilment.ts";
import { intakeEventHistories } from "./events/intake.ts";
import { paymentEventHistories } from "./events/payment.ts";
import { reservationEventHistories } from "./events/reservation.ts";
import { returnEventHistories } from "./events/returns.ts";
import { saleEventHistories } from "./sale/events.ts";

/**
 * Every event of an order or a sale in every version that was ever stored. What was stored once stays readable for ever, so these
 * shapes are not tightened when the rules for commands are.
 */
export const orderEventHistories = {
  ...intakeEventHistories,
  ...reservationEventHistories,
  ...paymentEventHistories,
  ...fulfilmentEventHistories,
  ...returnEventHistories,
  ...saleEventHistories,
} as const;

export type OrderEventType = keyof typeof orderEventHistories;

/** The event of one type, in today's shape. */
export type OrderEventOf<Type extends OrderEventType> = EventOf<(typeof orderEventHistories)[Type]>;

export type OrderEvent = { [Type in OrderEventType]: OrderEventOf<Type> }[OrderEventType];

/** Parses a stored event into today's shape. Throws if it is none, or of a version that this code does not know. */
export const decodeOrderEvent = (type: string, schemaVersion: number, data: unknown): OrderEvent =>
  decodeStoredEvent<OrderEvent>(orderEventHistories, type, schemaVersion, data);
