import { unreachable } from "../../../actors/kernel/decision.ts";
import { reservationsOf } from "../../../actors/order/lines.ts";
import type { OrderIn, OrderState } from "../../../actors/order/state.ts";
import type { MoneyToVoid, Task } from "./task.ts";

const moneyToVoid = ({ payment }: OrderIn<"Cancelling">): MoneyToVoid => {
  switch (payment.status) {
    case "none":
      return { kind: "none" };
    case "requested":
      // Nobody was asked for nothing.
      return payment.amountMinor === 0 ? { kind: "none" } : { kind: "asked" };
    case "declined":
      return { kind: "asked" };
    case "authorised":
      return payment.authorisedMinor === 0
        ? { kind: "none" }
        : { kind: "authorised", authorisationId: payment.authorisationId };
    default:
      return unreachable(payment);
  }
};

/** An order that is to be cancelled gives back everything, in the reverse order of taking. */
export const planUndo = (orderId: string, order: OrderState): readonly Task[] =>
  order.status === "Cancelling"
    ? [
        {
          kind: "undo",
          orderId,
          reservations: reservationsOf(order),
          heldIds: [...new Set(order.holds.map(({ reservationId }) => reservationId))],
          money: moneyToVoid(order),
        },
      ]
    : [];
