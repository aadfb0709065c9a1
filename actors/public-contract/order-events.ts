import type { OrderEventType } from "../order/events.ts";
import { publicFulfilmentEvents } from "./order/fulfilment.ts";
import { publicIntakeEvents } from "./order/intake.ts";
import { publicPaymentEvents } from "./order/payment.ts";
import { publicReservationEvents } from "./order/reservation.ts";
import { publicReturnEvents } from "./order/returns.ts";
import { publicSaleEvents } from "./order/sale.ts";
import type { PublicEvent } from "./public-event.ts";

/** What is public of every event of an order or a sale. */
export const publicOrderEvents: { readonly [Type in OrderEventType]: PublicEvent<Type> } = {
  ...publicIntakeEvents,
  ...publicReservationEvents,
  ...publicPaymentEvents,
  ...publicFulfilmentEvents,
  ...publicReturnEvents,
  ...publicSaleEvents,
};
