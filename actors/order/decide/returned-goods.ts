import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ReceiveReturn } from "../commands/returns.ts";
import { shippingMinorOf, unitsBefore, valueOfNext } from "../due.ts";
import type { OrderEvent } from "../events.ts";
import { quantitiesOf } from "../lines.ts";
import { refuse } from "../rejections.ts";
import { withReturned } from "../returned-units.ts";
import type { ShippingOrder } from "../state.ts";
import type { ReturnIn } from "../state/return.ts";
import type { Shipment } from "../state/shipment.ts";
import { findReturn, refuseMoreReturns, refuseReturnMismatch, refuseReturnedUnits } from "./returns.ts";
import { settle } from "./settlement.ts";

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
      return isSameReceipt(command, known) ? accept() : refuseReturnMismatch(known.returnId);
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

const isWaived = ({ shipment }: Due): boolean => shipment.capture.status === "waived";

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
    refuseReturnedUnits(lines, order, new Map()) ??
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
  // Nobody pays for what is waived, and nobody gets it back.
  const due = withoutDeduction(
    worth.filter((part) => !isWaived(part)),
    deductionMinor,
  );
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
