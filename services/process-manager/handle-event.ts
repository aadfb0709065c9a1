import { unreachable } from "../../actors/kernel/decision.ts";
import type { RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import { mayStartStep, planFor, type Plan } from "./plan.ts";
import { beginRun, NotUnderstood, type Run, type RunPorts } from "./run.ts";
import { authorisePayment } from "./steps/authorise.ts";
import { undoOrder } from "./steps/cancel.ts";
import { releaseStock } from "./steps/release.ts";
import { reserveStock } from "./steps/reserve.ts";
import { settleShipment } from "./steps/ship.ts";

const decode = (event: RecordedEvent): OrderEvent => {
  try {
    return orderAggregate.decodeEvent(event.type, event.schemaVersion, event.data);
  } catch (error) {
    throw new NotUnderstood(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

const carryOut = async (run: Run, plan: Plan): Promise<void> => {
  switch (plan.kind) {
    case "nothing":
      return undefined;
    case "reserve":
      return reserveStock(run, plan.items);
    case "release":
      return releaseStock(run, plan.items);
    case "authorise":
      return authorisePayment(run, plan);
    case "ship":
      return settleShipment(run, plan);
    case "undo":
      return undoOrder(run, plan);
    default:
      return unreachable(plan);
  }
};

/** External orders remembered, so that their later events need no look at the order. */
const maxExternalOrders = 10_000;

/**
 * Makes the handler of one event of an order: whatever the event gives reason to do is done, or found to be done, when it
 * returns. It throws `NotUnderstood` if it cannot read the event or the order, and the signal's reason if it was aborted.
 */
export const createEventHandler = (ports: RunPorts): ((event: RecordedEvent, signal: AbortSignal) => Promise<void>) => {
  const externalOrders = new Set<string>();

  const rememberExternal = (orderId: string): void => {
    externalOrders.add(orderId);
    for (const oldest of externalOrders) {
      if (externalOrders.size <= maxExternalOrders) break;
      externalOrders.delete(oldest);
    }
  };

  return async (recorded, signal) => {
    const { streamId: orderId } = recorded;
    if (externalOrders.has(orderId)) return;
    const event = decode(recorded);
    if (event.type === "OrderPlaced" && event.data.fulfilment === "external") {
      rememberExternal(orderId);
      return;
    }
    if (!mayStartStep(event)) return;
    const run = beginRun(ports, recorded, signal);
    const order = await run.readOrder();
    if (order.status !== "NotPlaced" && order.fulfilment === "external") rememberExternal(orderId);
    await carryOut(run, planFor(event, order));
  };
};
