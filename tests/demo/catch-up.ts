import { setTimeout as delay } from "node:timers/promises";
import type { GatewayApi } from "../support/api.ts";
import { checkObserved, checkRun } from "./check.ts";
import type { Finding } from "./checks/finding.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import { observe, type TopicWatch } from "./observe.ts";
import type { OrderPlan, Plan } from "./plan.ts";
import type { Sent } from "./send.ts";

const readsAtATime = 8;
const pollEveryMs = 250;
const observeEveryMs = 1_000;

export interface Waiting {
  readonly gateway: GatewayApi;
  readonly topics: TopicWatch;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** Called with the number of orders whose snapshot is where it should be. */
  readonly onSettled: (orders: number) => void;
}

const isSettled = async (gateway: GatewayApi, { orderId, finalStatuses }: OrderPlan): Promise<boolean> => {
  if (finalStatuses.length === 0) return true;
  // A read that fails says that a part is away, which may pass.
  const order = await gateway.readOrder(orderId).catch(() => undefined);
  return order !== undefined && finalStatuses.includes(order.status);
};

const awaitStatuses = async (plan: Plan, { gateway, endsAt, onSettled }: Waiting): Promise<void> => {
  let waiting = [...plan.orders];
  for (;;) {
    const left: OrderPlan[] = [];
    await forEachAtMost(readsAtATime, waiting, async (order) => {
      if (!(await isSettled(gateway, order))) left.push(order);
    });
    waiting = left;
    onSettled(plan.orders.length - left.length);
    if (left.length === 0 || Date.now() >= endsAt) return;
    await delay(pollEveryMs);
  }
};

/**
 * Waits until every order is where it should be and what the stack shows is right, or the deadline has passed, and gives
 * the findings of the last look. Looking again cannot hide a fault that stays; what does not stay is only lateness.
 */
export const checkWhenCaughtUp = async (plan: Plan, sent: Sent, waiting: Waiting): Promise<Finding[]> => {
  const { gateway, topics, endsAt } = waiting;
  await awaitStatuses(plan, waiting);
  for (;;) {
    try {
      const observed = await observe(plan, gateway, topics);
      const isRight = checkObserved(plan, sent, observed).every(({ ok }) => ok);
      if (isRight || Date.now() >= endsAt) return checkRun(plan, sent, observed);
    } catch (error) {
      if (Date.now() >= endsAt) throw error;
    }
    await delay(observeEveryMs);
  }
};
