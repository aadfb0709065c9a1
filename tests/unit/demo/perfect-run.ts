import { checkRun } from "../../demo/check.ts";
import { makePlan } from "../../demo/make-plan.ts";
import type { Observed } from "../../demo/observe.ts";
import type { OrderPlan } from "../../demo/plan.ts";
import type { ScenarioName } from "../../demo/scenario-mix.ts";
import type { Sent } from "../../demo/send.ts";
import { runPerfectly } from "./perfect-stack.ts";

export const plan = makePlan({ run: "run", seed: 7, orders: 200 });
export const { sent, observed } = runPerfectly(plan);

/** The checks that fail if the run had looked like this instead. */
export const failing = (changes: { sent?: Partial<Sent>; observed?: Partial<Observed> }): string[] =>
  checkRun(plan, { ...sent, ...changes.sent }, { ...observed, ...changes.observed })
    .filter(({ ok }) => !ok)
    .map(({ check }) => check);

export const orderOf = (scenario: ScenarioName, channel?: string): OrderPlan => {
  const found = plan.orders.find(
    (order) => order.scenario === scenario && (channel ?? order.channel) === order.channel,
  );
  if (found === undefined) throw new Error(`the plan has no ${scenario}`);
  return found;
};

/** An external order that went its whole way. */
export const completed = orderOf("external-completed").orderId;
