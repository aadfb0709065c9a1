import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ApproveReturn, DeclineReturn, ReceiveReturn, RecordRefund, RequestReturn } from "../commands/returns.ts";
import type { OrderEvent } from "../events.ts";
import { areSameUnits, isShippingDue, quantitiesOf, shippingMinorOf, valueOfNext } from "../lines.ts";
import { refuse, refuseUnknownLine } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, OrderLine, ShippingOrder } from "../state.ts";
import type { OrderReturn, ReturnIn } from "../state/return.ts";

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
      return receive(command, order, context, known.refundShipping, []);
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
  return receive(command, order, context, false, [
    { type: "ReturnRequested", data: { returnId, reason: "came back unannounced", lines, announced: false } },
    { type: "ReturnApproved", data: { returnId, refundShipping: false } },
  ]);
};

const receive = (
  { returnId, lines, deductionMinor }: ReceiveReturn,
  order: ShippingOrder,
  { streamId }: DecisionContext,
  refundShipping: boolean,
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
  const paidShippingMinor = paidShippingMinorOf(order);
  if (refundShipping && paidShippingMinor === undefined) {
    return refuse("RefundExceedsCapture", "What shipping costs is not captured yet.");
  }
  const worthMinor = valueOfReturned(order.lines, lines) + (refundShipping ? (paidShippingMinor ?? 0) : 0);
  if (deductionMinor > worthMinor) {
    return refuse("DeductionExceedsValue", `What came back is worth ${worthMinor} minor units.`);
  }
  const amountMinor = worthMinor - deductionMinor;
  if (amountMinor > refundableMinorOf(order)) {
    return refuse(
      "RefundExceedsCapture",
      `${refundableMinorOf(order)} minor units are captured and not paid back yet, and ${amountMinor} are due.`,
    );
  }
  const received: OrderEvent = { type: "ReturnReceived", data: { returnId, lines, deductionMinor } };
  return amountMinor === 0
    ? accept(...before, received)
    : accept(...before, received, {
        type: "RefundRequested",
        data: { refundId: `${streamId}~${returnId}`, returnId, amountMinor },
      });
};

const valueOfReturned = (lines: readonly OrderLine[], units: readonly LineUnits[]): number => {
  const quantities = quantitiesOf(units);
  return lines.reduce((sum, line) => sum + valueOfNext(line, line.returned, quantities.get(line.lineId) ?? 0), 0);
};

/** What was captured for shipping; undefined as long as that may still be. */
const paidShippingMinorOf = (order: ShippingOrder): number | undefined => {
  const costMinor = shippingMinorOf(order);
  if (costMinor === 0 || !isShippingDue(order)) return 0;
  const paying = order.shipments.find(({ shipmentId }) => shipmentId === order.shippingPaidBy);
  return paying?.capture.status === "captured" ? costMinor : undefined;
};

/** What is captured and neither paid back nor going to be. */
const refundableMinorOf = ({ payment, returns }: ShippingOrder): number =>
  returns.reduce(
    (left, known) =>
      known.status === "Received" && known.refund.status === "requested" ? left - known.refund.amountMinor : left,
    payment.capturedMinor - payment.refundedMinor,
  );

/** Records that money was paid back. */
export const recordRefund = ({ refundId, amountMinor }: RecordRefund, order: ShippingOrder): Decision<OrderEvent> => {
  for (const known of order.returns) {
    if (known.status !== "Received" || known.refund.status === "none" || known.refund.refundId !== refundId) continue;
    if (known.refund.amountMinor !== amountMinor) {
      return refuse(
        "RefundMismatch",
        `Refund ${refundId} is of ${known.refund.amountMinor} minor units, not ${amountMinor}.`,
      );
    }
    return known.refund.status === "issued"
      ? accept()
      : accept({ type: "RefundIssued", data: { refundId, returnId: known.returnId, amountMinor } });
  }
  return refuse("UnknownRefund", `The order never asked for refund ${refundId}.`);
};
