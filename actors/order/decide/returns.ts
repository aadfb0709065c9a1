import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ApproveReturn, DeclineReturn, RecordRefund, RequestReturn } from "../commands/returns.ts";
import type { OrderEvent } from "../events.ts";
import { areSameUnits, quantitiesOf } from "../lines.ts";
import { refuse, refuseForNow, refuseUnknownLine } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, ShippingOrder } from "../state.ts";
import { isExpected, isOver } from "../state/return.ts";
import type { OrderReturn } from "../state/return.ts";

export const findReturn = ({ returns }: ShippingOrder, returnId: string): OrderReturn | undefined =>
  returns.find((known) => known.returnId === returnId);

const refuseUnknownReturn = (returnId: string): Decision<never> =>
  refuse("UnknownReturn", `The order has no return ${returnId}.`);

export const refuseReturnMismatch = (returnId: string): Decision<never> =>
  refuse("ReturnMismatch", `Return ${returnId} has another content.`);

const isRoomBeside = (
  others: readonly OrderReturn[],
  lines: readonly unknown[],
  most: { readonly returns: number; readonly lines: number },
): boolean =>
  others.length < most.returns && others.reduce((sum, known) => sum + known.lines.length, lines.length) <= most.lines;

/** Refuses a return that the order's state has no room for until refunds of others are paid, or others are decided. */
export const refuseMoreReturns = (
  others: readonly OrderReturn[],
  lines: readonly unknown[],
): Decision<never> | undefined => {
  const open = others.filter((known) => !isOver(known));
  return isRoomBeside(open, lines, { returns: orderBounds.returns, lines: orderBounds.returnedLines })
    ? undefined
    : refuseForNow(
        "TooManyReturns",
        `At most ${orderBounds.returns} returns of ${orderBounds.returnedLines} lines in all are open at once.`,
      );
};

/** Refuses a wish that would leave too little room for what comes back. */
const refuseMoreWishes = (known: readonly OrderReturn[], lines: readonly unknown[]): Decision<never> | undefined =>
  isRoomBeside(known.filter(isExpected), lines, { returns: orderBounds.wishes, lines: orderBounds.wishedLines })
    ? refuseMoreReturns(known, lines)
    : refuseForNow(
        "TooManyReturns",
        `At most ${orderBounds.wishes} returns of ${orderBounds.wishedLines} lines in all are under way at once.`,
      );

/** Units of lines that are on their way back, as far as it was asked for. */
const announcedUnits = ({ returns }: ShippingOrder): ReadonlyMap<string, number> =>
  quantitiesOf(returns.filter(isExpected).flatMap(({ lines }) => lines));

/** Refuses more units than the customer has; `pledged` are those that do not count as such any more. */
export const refuseReturnedUnits = (
  units: readonly LineUnits[],
  order: ShippingOrder,
  pledged: ReadonlyMap<string, number>,
): Decision<never> | undefined => {
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  for (const [lineId, quantity] of quantitiesOf(units)) {
    const line = lines.get(lineId);
    if (line === undefined) return refuseUnknownLine(lineId);
    const left = line.shipped - line.returned - (pledged.get(lineId) ?? 0);
    if (quantity > left) return refuse("ReturnExceedsShipped", `Of line ${lineId}, ${left} units can be returned.`);
  }
  return undefined;
};

/** Takes the wish to send units back. */
export const requestReturn = (
  { returnId, reason, lines }: RequestReturn,
  order: ShippingOrder,
): Decision<OrderEvent> => {
  const known = findReturn(order, returnId);
  if (known !== undefined) {
    const isSame = known.status !== "Received" && known.reason === reason && areSameUnits(lines, known.lines);
    // What was asked for is not known any more once goods came back, so that the same wish is believed to be the same.
    return isSame || (known.status === "Received" && known.announced && known.reason === reason)
      ? accept()
      : refuseReturnMismatch(returnId);
  }
  return (
    refuseReturnedUnits(lines, order, announcedUnits(order)) ??
    refuseMoreWishes(order.returns, lines) ??
    accept({ type: "ReturnRequested", data: { returnId, reason, lines, announced: true } })
  );
};

const refuseDecided = ({ returnId }: OrderReturn): Decision<never> =>
  refuse("ReturnDecided", `Return ${returnId} was decided otherwise.`);

/** Allows units to be sent back. Shipping is paid back once. */
export const approveReturn = (
  { returnId, refundShipping }: ApproveReturn,
  order: ShippingOrder,
): Decision<OrderEvent> => {
  const known = findReturn(order, returnId);
  if (known === undefined) return refuseUnknownReturn(returnId);
  switch (known.status) {
    case "Requested":
      return refundShipping && isShippingPaidBack(order)
        ? refuse("ShippingRefunded", "Shipping is paid back with another return.")
        : accept({ type: "ReturnApproved", data: { returnId, refundShipping } });
    case "Approved":
    case "Received":
      return known.refundShipping === refundShipping ? accept() : refuseDecided(known);
    case "Declined":
      return refuseDecided(known);
    default:
      return unreachable(known);
  }
};

const isShippingPaidBack = ({ returns, shippingPaidBack }: ShippingOrder): boolean =>
  shippingPaidBack || returns.some((known) => known.status === "Approved" && known.refundShipping);

/** Refuses to take units back, also after that was approved: their customer keeps them, or sent them back otherwise. */
export const declineReturn = ({ returnId, reason }: DeclineReturn, order: ShippingOrder): Decision<OrderEvent> => {
  const known = findReturn(order, returnId);
  if (known === undefined) return refuseUnknownReturn(returnId);
  switch (known.status) {
    case "Requested":
    case "Approved":
      return accept({ type: "ReturnDeclined", data: { returnId, reason } });
    case "Declined":
      return accept(); // Another reason for the same decision changes nothing.
    case "Received":
      return refuseDecided(known);
    default:
      return unreachable(known);
  }
};

/** Records that money was paid back. */
export const recordRefund = ({ refundId, amountMinor }: RecordRefund, order: ShippingOrder): Decision<OrderEvent> => {
  for (const known of order.returns) {
    if (known.status !== "Received") continue;
    const { refund } = known;
    if (refund.status === "none" || refund.status === "awaited" || refund.refundId !== refundId) continue;
    if (refund.amountMinor !== amountMinor) {
      return refuse(
        "RefundMismatch",
        `Refund ${refundId} is of ${refund.amountMinor} minor units, not ${amountMinor}.`,
      );
    }
    return refund.status === "issued"
      ? accept()
      : accept({ type: "RefundIssued", data: { refundId, returnId: known.returnId, amountMinor } });
  }
  return refuse("UnknownRefund", `The order never asked for refund ${refundId}.`);
};
