import { checkAnswers } from "./checks/answers.ts";
import type { Finding } from "./checks/finding.ts";
import { checkLists } from "./checks/lists.ts";
import { checkOrders } from "./checks/orders.ts";
import { checkPublished } from "./checks/published.ts";
import { checkStock } from "./checks/stock.ts";
import type { Observed } from "./observe.ts";
import type { Plan } from "./plan.ts";
import type { Sent } from "./send.ts";

/** Compares what the stack shows with what was planned and sent: what may be late, and must then come right. */
export const checkObserved = (plan: Plan, sent: Sent, observed: Observed): Finding[] => [
  ...checkOrders(plan, sent, observed),
  ...checkStock(plan, observed),
  ...checkPublished(plan, sent, observed),
  ...checkLists(plan, observed),
];

/** Every check of a run. Pure: the same inputs give the same findings. */
export const checkRun = (plan: Plan, sent: Sent, observed: Observed): Finding[] => [
  ...checkAnswers(plan, sent),
  ...checkObserved(plan, sent, observed),
];
