import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { AmendOrder, PlaceOrder } from "../commands/intake.ts";
import type { OrderEvent } from "../events.ts";
import { reservationsOf } from "../lines.ts";
import { priceShipping, totalMinorOf, withPrices } from "../pricing.ts";
import { refuse, refuseCancelled } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import { requestReservation } from "./requests.ts";

const pricedTerms = ({ lines, discountMinor, shipping, pricesIncludeTax }: PlaceOrder | AmendOrder) => {
  const pricedLines = withPrices(lines, { discountMinor, pricesIncludeTax });
  const pricedShipping =
    shipping === undefined ? null : { taxRatePpm: shipping.taxRatePpm, ...priceShipping(shipping, pricesIncludeTax) };
  return {
    lines: pricedLines,
    discountMinor,
    shipping: pricedShipping,
    pricesIncludeTax,
    totalMinor: totalMinorOf(pricedLines, pricedShipping ?? undefined),
  };
};

const allOpen = (lines: PlaceOrder["lines"]) => lines.map((line) => ({ ...line, open: line.quantity }));

/** Takes a new order. */
export const placeOrder = (command: PlaceOrder, { streamId }: DecisionContext): Decision<OrderEvent> => {
  const { customerId, currency, fulfilment, channel = null } = command;
  const placed: OrderEvent = {
    type: "OrderPlaced",
    data: { customerId, currency, fulfilment, channel, ...pricedTerms(command) },
  };
  return fulfilment === "managed"
    ? accept<OrderEvent>(placed, requestReservation(streamId, 1, allOpen(command.lines), false))
    : accept(placed);
};

/** An order id is used once, so another command for the same id is refused whatever it holds. */
export const placeAgain = (): Decision<OrderEvent> => refuse("OrderAlreadyPlaced", "The order was placed before.");

type Amendable = OrderIn<"Placed" | "AwaitingCustomer" | "Reserved">;

/** Replaces what is ordered while nothing is paid; what was reserved for it is given up. */
export const amendOrder = (
  command: AmendOrder,
  order: PlacedOrder,
  { streamId }: DecisionContext,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
      return hasTerms(command, order) ? accept() : amend(command, order, streamId);
    case "AwaitingCustomer":
      return amend(command, order, streamId);
    case "Reserved":
      if (order.fulfilment === "managed") {
        return refuse("AlreadyReserved", "The stock is reserved, and the payment is being authorised.");
      }
      return hasTerms(command, order) ? accept() : amend(command, order, streamId);
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuse("AlreadyAuthorised", "The payment of the order is authorised.");
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const amend = (command: AmendOrder, order: Amendable, orderId: string): Decision<OrderEvent> => {
  if (order.amendments >= orderBounds.amendments) {
    return refuse("TooManyAmendments", `The order was amended ${order.amendments} times.`);
  }
  const isManaged = order.fulfilment === "managed";
  const amended: OrderEvent = {
    type: "OrderAmended",
    data: { ...pricedTerms(command), superseded: isManaged ? reservationsOf(order) : [] },
  };
  return isManaged
    ? accept<OrderEvent>(
        amended,
        requestReservation(orderId, order.reservationRound + 1, allOpen(command.lines), false),
      )
    : accept(amended);
};

/** All that an amendment may change, in one text that only the same terms have. */
const textOf = ({ discountMinor, pricesIncludeTax, shipping, lines }: ReturnType<typeof pricedTerms> | Amendable) =>
  JSON.stringify([
    discountMinor,
    pricesIncludeTax,
    shipping && [shipping.amountMinor, shipping.taxMinor, shipping.includedTaxMinor],
    lines.map((line) => [
      [line.lineId, line.sku, line.location],
      [line.quantity, line.unitPriceMinor, line.discountMinor, line.taxMinor, line.includedTaxMinor],
    ]),
  ]);

/** Whether the order has exactly these terms, nothing of them cancelled. */
const hasTerms = (command: AmendOrder, order: Amendable): boolean =>
  order.lines.every(({ cancelled }) => cancelled === 0) && textOf(pricedTerms(command)) === textOf(order);
