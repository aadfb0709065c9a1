import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ApproveReturn, DeclineReturn, ReceiveReturn, RecordRefund, RequestReturn } from "../commands/returns.ts";
import type { OrderEvent } from "../events.ts";
import { areSameUnits, quantitiesOf, shippingMinorOf, unitsBefore, valueOfNext } from "../lines.ts";
import { refuse, refuseUnknownLine } from "../rejections.ts";
import { withReturned } from "../returned-units.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, ShippingOrder } from "../state.ts";
import type { OrderReturn, ReturnIn } from "../state/return.ts";
import type { Shipment } from "../state/shipment.ts";
import { settle } from "./settlement.ts";

const findReturn = ({ returns }: ShippingOrder, returnId: string): OrderReturn | undefined =>
  returns.find((known) => known.returnId === returnId);

const refuseUnknownReturn = (returnId: string): Decision<never> =>
  refuse("UnknownReturn", `The order has no return ${returnId}.`);

const refuseMismatch = (returnId: string): Decision<never> =>
  refuse("ReturnMismatch", `Return ${returnId} has another content.`);

/** Refuses a return that the order's state would have no room for. */
const refuseMoreReturns = (others: readonly OrderReturn[], lines: readonly unknown[]): Decision<never> | undefined => {
  const returnedLines = others.reduce((sum, known) => sum + known.lines.length, lines.length);
  return others.length < orderBounds.returns && returnedLines <= orderBounds.returnedLines
    ? undefined
    : refuse(
        "TooManyReturns",
        `An order has at most ${orderBounds.returns} returns of ${orderBounds.returnedLines} lines in all.`,
      );
};

/** Units of lines that are on their way back, as far as it was asked for. */
const announcedUnits = ({ returns }: ShippingOrder): ReadonlyMap<string, number> =>
  quantitiesOf(
    returns.flatMap((known) => (known.status === "Requested" || known.status === "Approved" ? known.lines : [])),
  );

/** Refuses more units than the customer has; `pledged` are those that do not count as such any more. */
const refuseUnits = (
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
      : refuseMismatch(returnId);
  }
  return (
    refuseUnits(lines, order, announcedUnits(order)) ??
    refuseMoreReturns(order.returns, lines) ??
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

const isShippingPaidBack = ({ returns }: ShippingOrder): boolean =>
  returns.some((known) => (known.status === "Approved" || known.status === "Received") && known.refundShipping);

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

/** Records what came back, and asks for the money that is due for it. */
export const receiveReturn = (
  command: ReceiveReturn,
  order: ShippingOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  const known = findReturn(order, command.returnId);
  if (known === undefined) return receiveUnannounced(command, order, context);
  switch (known.status) {
    case "Requested":
    case "Declined":
      return refuse("ReturnNotApproved", `Return ${known.returnId} is not approved.`);
    case "Approved":
      return receive(command, order, context, known, []);
    case "Received":
      return isSameReceipt(command, known) ? accept() : refuseMismatch(known.returnId);
    default:
      return unreachable(known);
  }
};

const isSameReceipt = ({ lines, deductionMinor }: ReceiveReturn, known: ReturnIn<"Received">): boolean =>
  deductionMinor === known.deductionMinor &&
  lines.length === known.lines.length &&
  lines.every((line) =>
    known.lines.some(
      ({ lineId, quantity, condition }) =>
        lineId === line.lineId && quantity === line.quantity && condition === line.condition,
    ),
  );

/** A parcel that just came back is a return that was asked for and approved by coming. */
const receiveUnannounced = (
  command: ReceiveReturn,
  order: ShippingOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  const { returnId } = command;
  const lines = [...quantitiesOf(command.lines)].map(([lineId, quantity]) => ({ lineId, quantity }));
  const unannounced = { announced: false, refundShipping: false };
  return receive(command, order, context, unannounced, [
    { type: "ReturnRequested", data: { returnId, reason: "came back unannounced", lines, announced: false } },
    { type: "ReturnApproved", data: { returnId, refundShipping: false } },
  ]);
};

/** What is due for what came back of one shipment. */
interface Due {
  readonly shipment: Shipment;
  readonly amountMinor: number;
}

/** What came back, shipment by shipment; shipping, if it is paid back, with the shipment that pays for it. */
const dueOf = (order: ShippingOrder, after: readonly Shipment[], refundShipping: boolean): Due[] =>
  order.shipments.map((shipment, index) => {
    const { shipmentId } = shipment;
    const paysShipping = refundShipping && order.shippingPaidBy === shipmentId;
    const amountMinor = order.lines.reduce(
      (sum, line) => {
        const before = returnedOf(shipment, line.lineId);
        const place = unitsBefore(order, shipmentId, line.lineId) + before;
        return sum + valueOfNext(line, place, returnedOf(after[index], line.lineId) - before);
      },
      paysShipping ? shippingMinorOf(order) : 0,
    );
    return { shipment, amountMinor };
  });

const returnedOf = (shipment: Shipment | undefined, lineId: string): number =>
  shipment?.lines.find((line) => line.lineId === lineId)?.returned ?? 0;

const isCaptured = ({ shipment }: Due): boolean => shipment.capture.status === "captured";

const totalOf = (due: readonly Due[]): number => due.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/** Takes what goods lost in value off what is due, first off what is captured. */
const withoutDeduction = (due: readonly Due[], deductionMinor: number): Due[] => {
  let left = deductionMinor;
  return [...due.filter(isCaptured), ...due.filter((part) => !isCaptured(part))].map(({ shipment, amountMinor }) => {
    const kept = Math.min(left, amountMinor);
    left -= kept;
    return { shipment, amountMinor: amountMinor - kept };
  });
};

const receive = (
  { returnId, lines, deductionMinor }: ReceiveReturn,
  order: ShippingOrder,
  context: DecisionContext,
  { announced, refundShipping }: { readonly announced: boolean; readonly refundShipping: boolean },
  before: readonly OrderEvent[],
): Decision<OrderEvent> => {
  // What other returns announced does not matter here: these units are there.
  const refusal =
    refuseUnits(lines, order, new Map()) ??
    refuseMoreReturns(
      order.returns.filter((known) => known.returnId !== returnId),
      lines,
    );
  if (refusal !== undefined) return refusal;
  const worth = dueOf(order, withReturned(order.shipments, lines, announced), refundShipping);
  const worthMinor = totalOf(worth);
  if (deductionMinor > worthMinor) {
    return refuse("DeductionExceedsValue", `What came back is worth ${worthMinor} minor units.`);
  }
  const due = withoutDeduction(worth, deductionMinor);
  const uncaptured = due
    .filter((part) => !isCaptured(part) && part.amountMinor > 0)
    .map(({ shipment: { shipmentId }, amountMinor }) => ({ shipmentId, amountMinor }));
  const refundMinor = totalOf(due.filter(isCaptured));
  return settle(
    [...before, { type: "ReturnReceived", data: { returnId, lines, deductionMinor, refundMinor, uncaptured } }],
    order,
    context,
  );
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
