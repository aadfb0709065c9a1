import type { RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import { StepLeft } from "./attempts.ts";
import { carryOut } from "./carry-out.ts";
import { createKnownIds } from "./known-ids.ts";
import { planForOrderEvent, remembranceOf } from "./plan/order-events.ts";
import { orderOfStockEvent, planForStockEvent, planMovement } from "./plan/stock-events.ts";
import type { Task } from "./plan/task.ts";
import { beginRun, NotUnderstood, type Run, type RunPorts } from "./run.ts";
import type { StepParts } from "./steps/ports.ts";

/** A step was left, and nothing but its event tells that it is to be taken: the event must be handled again. */
export class EventLeft extends Error {
  override readonly name = "EventLeft";
}

/**
 * Handles one event: whatever it gives reason to do is done, or found to be done, when it returns, or the order goes on
 * saying that it waits for it.
 *
 * @throws NotUnderstood if the event, or a state, cannot be read; EventLeft; the signal's reason if it was aborted
 */
export type HandleEvent = (event: RecordedEvent, signal: AbortSignal) => Promise<void>;

export interface EventHandlerParts extends RunPorts, StepParts {
  /** Told that a step of an order was left to the watchdog. */
  readonly onLeft: (orderId: string, reason: string) => void;
}

const decode = <Event>(decodeEvent: () => Event): Event => {
  try {
    return decodeEvent();
  } catch (error) {
    throw new NotUnderstood(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

/** External orders remembered, so that their later events need no look at the order. */
const maxExternalOrders = 10_000;

const isExternal = (state: OrderState): boolean => "fulfilment" in state && state.fulfilment === "external";

/** The event says that others drive its order or sale. */
const saysExternal = (event: OrderEvent): boolean =>
  (event.type === "OrderPlaced" || event.type === "SaleRecorded") && event.data.fulfilment === "external";

export const createEventHandler = (parts: EventHandlerParts): HandleEvent => {
  const externalOrders = createKnownIds(maxExternalOrders);

  const carryOutAll = async (run: Run, tasks: readonly Task[]): Promise<void> => {
    for (const task of tasks) await carryOut(run, task, parts);
  };

  const handleOrderEvent: HandleEvent = async (recorded, signal) => {
    const { streamId: orderId } = recorded;
    if (externalOrders.has(orderId)) return;
    const event = decode(() => orderAggregate.decodeEvent(recorded.type, recorded.schemaVersion, recorded.data));
    if (saysExternal(event)) externalOrders.add(orderId);
    const remembrance = remembranceOf(event, recorded.schemaVersion);
    if (remembrance === "nothing" || externalOrders.has(orderId)) return;
    const run = beginRun(parts, recorded, signal);
    try {
      const { state: order } = await run.readOrder(orderId);
      if (isExternal(order)) externalOrders.add(orderId);
      await carryOutAll(run, planForOrderEvent(event, orderId, order));
    } catch (error) {
      if (!(error instanceof StepLeft)) throw error;
      if (remembrance === "order") {
        parts.onLeft(orderId, error.message);
        return;
      }
      parts.onObstacle(orderId, error.message);
      throw new EventLeft(error.message, { cause: error });
    }
  };

  const handleStockEvent: HandleEvent = async (recorded, signal) => {
    const { streamId: stockItemId } = recorded;
    const event = decode(() => stockItemAggregate.decodeEvent(recorded.type, recorded.schemaVersion, recorded.data));
    parts.stock.noteEvent(stockItemId, recorded.version, event);
    const run = beginRun(parts, recorded, signal);
    const orderId = orderOfStockEvent(event);
    try {
      if (orderId !== undefined) {
        const { state: order } = await run.readOrder(orderId);
        await carryOutAll(run, planForStockEvent(event, stockItemId, orderId, order));
      }
      await carryOutAll(run, planMovement(event, stockItemId, recorded.version));
    } catch (error) {
      if (!(error instanceof StepLeft)) throw error;
      parts.onObstacle(orderId ?? stockItemId, error.message);
      throw new EventLeft(error.message, { cause: error });
    }
  };

  return async (recorded, signal) =>
    recorded.streamType === "Order" ? handleOrderEvent(recorded, signal) : handleStockEvent(recorded, signal);
};
