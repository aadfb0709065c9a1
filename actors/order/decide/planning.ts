import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { PlanFulfilment } from "../commands/fulfilment.ts";
import type { OrderEvent } from "../events.ts";
import { areSameUnits, quantitiesOf, unpackedUnits } from "../lines.ts";
import { refuse, refuseAwaitingCustomer, refuseCancelled, refuseUnknownLine } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import type { PlannedFulfilment } from "../state/shipment.ts";

/** Says which location sends what. The plan covers exactly what is reserved, where it is reserved. */
export const planFulfilment = (command: PlanFulfilment, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "Reserved":
      return refuse("NotAuthorised", "The payment of the order is not authorised yet.");
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Authorised":
      return plan(command, order);
    case "Fulfilling":
      // Orders of the first kind were sent without a plan; what is left of one that had begun can be planned.
      return order.fulfilments.length === 0 ? plan(command, order) : repeatPlan(command, order.fulfilments);
    case "Completed":
    case "Returning":
      return repeatPlan(command, order.fulfilments);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const plan = ({ fulfilments }: PlanFulfilment, order: OrderIn<"Authorised" | "Fulfilling">): Decision<OrderEvent> => {
  const planned = fulfilments.flatMap(({ lines }) => lines);
  if (fulfilments.length > orderBounds.fulfilments || planned.length > orderBounds.plannedLines) {
    return refuse(
      "TooManyFulfilments",
      `A plan has at most ${orderBounds.fulfilments} fulfilments of ${orderBounds.plannedLines} lines in all.`,
    );
  }
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  for (const { location, lines: planned } of fulfilments) {
    for (const { lineId } of planned) {
      const line = lines.get(lineId);
      if (line === undefined) return refuseUnknownLine(lineId);
      if (line.location !== location) {
        return refuse("PlanMismatch", `Line ${lineId} is reserved at ${line.location}, not at ${location}.`);
      }
    }
  }
  const quantities = quantitiesOf(planned);
  const other = order.lines.find((line) => unpackedUnits(line) !== (quantities.get(line.lineId) ?? 0));
  if (other !== undefined) {
    return refuse("PlanMismatch", `Of line ${other.lineId}, ${unpackedUnits(other)} units are to be sent.`);
  }
  return accept({ type: "FulfilmentPlanned", data: { fulfilments } });
};

const isSamePlan = ({ fulfilments }: PlanFulfilment, known: readonly PlannedFulfilment[]): boolean =>
  fulfilments.length === known.length &&
  fulfilments.every(({ fulfilmentId, lines }) => {
    const planned = known.find((fulfilment) => fulfilment.fulfilmentId === fulfilmentId)?.lines ?? [];
    return areSameUnits(
      lines,
      planned.map(({ lineId, planned }) => ({ lineId, quantity: planned })),
    );
  });

const repeatPlan = (command: PlanFulfilment, known: readonly PlannedFulfilment[]): Decision<OrderEvent> =>
  isSamePlan(command, known) ? accept() : refuse("AlreadyPlanned", "The order is planned otherwise.");
