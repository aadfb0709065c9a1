import { isDeepStrictEqual } from "node:util";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { orderStatus, orderView } from "../../../actors/order/view.ts";
import type { OrderEvent } from "../../support/api.ts";
import type { Observed, ObservedOrder } from "../observe.ts";
import type { OrderPlan, Plan } from "../plan.ts";
import type { Sent } from "../send.ts";
import { checkEach, countedFinding, type Finding } from "./finding.ts";

type Seen = ObservedOrder & { readonly plan: OrderPlan };

const nothing: ObservedOrder = { snapshot: undefined, strong: undefined, events: [] };

/** The state after these events, from nothing. */
export const foldOrder = (events: readonly OrderEvent[]): OrderState =>
  events.reduce(
    (state, { type, data, at }) => orderAggregate.evolve(state, orderAggregate.decodeEvent(type, 1, data), at),
    orderAggregate.initial,
  );

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

const inAllowedStatus = ({ plan, snapshot }: Seen): string | undefined => {
  const allowed = plan.finalStatuses.length === 0 ? "unknown" : plan.finalStatuses.join(" or ");
  const status = snapshot?.status ?? "unknown";
  return allowed === status || plan.finalStatuses.includes(status)
    ? undefined
    : `${plan.orderId} (${plan.scenario}, ${plan.channel}) is ${status}, not ${allowed}`;
};

const hasGapFreeHistory = ({ plan, events }: Seen): string | undefined =>
  events.every(({ version }, index) => version === index + 1)
    ? undefined
    : `${plan.orderId} has the versions ${events.map(({ version }) => version).join(", ")}`;

const hasSnapshotEqualToFold = ({ plan, snapshot, events }: Seen): string | undefined => {
  const folded = orderView(plan.orderId, events.length, foldOrder(events));
  return isDeepStrictEqual(snapshot, folded)
    ? undefined
    : `${plan.orderId} is ${shown(snapshot)}, and folding its events gives ${shown(folded)}`;
};

const hasStrongEqualToSnapshot = ({ plan, snapshot, strong }: Seen): string | undefined =>
  isDeepStrictEqual(snapshot, strong)
    ? undefined
    : `${plan.orderId} is ${shown(snapshot)}, and its actor says ${shown(strong)}`;

/** The event types that the accepted commands of an external order cause, each once; nothing else moves such an order. */
const plannedHistory = ({ orderId, steps }: OrderPlan): string[] => {
  let state = orderAggregate.initial;
  const types: string[] = [];
  for (const step of steps) {
    if (step.kind !== "command" || step.expected !== "accepted") continue;
    const { type, ...fields } = step.body;
    const parsed = orderAggregate.parseCommand(type, fields);
    if (!parsed.valid) throw new Error(`the plan of ${orderId} has a ${type} that is not valid`);
    const at = "2000-01-01T00:00:00.000Z";
    const context = { streamId: orderId, commandId: step.commandId, at, issuer: "outside" } as const;
    const decision = orderAggregate.decide(parsed.command, state, context);
    if (decision.outcome === "rejected") throw new Error(`the plan of ${orderId} has a ${type} that is refused`);
    for (const event of decision.events) {
      types.push(event.type);
      state = orderAggregate.evolve(state, event, at);
    }
  }
  return types;
};

const hasEachEffectOnce = ({ plan, events }: Seen): string | undefined => {
  const types = events.map(({ type }) => type);
  if (plan.fulfilment === "external") {
    const planned = plannedHistory(plan);
    return isDeepStrictEqual(types, planned)
      ? undefined
      : `${plan.orderId} has ${types.join(", ") || "no events"}, planned was ${planned.join(", ") || "none"}`;
  }
  const effects = events.map(({ type, data }) => shown({ type, data }));
  const twice = effects.filter((effect, index) => effects.indexOf(effect) < index);
  return twice.length === 0 ? undefined : `${plan.orderId} has twice ${twice.join(", ")}`;
};

const keepsItsSums = ({ plan, events }: Seen): string | undefined => {
  const state = foldOrder(events);
  if (!("lines" in state)) return undefined;
  const wrongLine = state.lines.find((line) => {
    const { quantity, open, reserved, shipped, delivered, cancelled } = line;
    return quantity !== open + reserved + shipped + cancelled || delivered > shipped;
  });
  if (wrongLine !== undefined) return `${plan.orderId}: the line ${shown(wrongLine)} does not add up`;
  const total = state.lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  if (total !== state.totalMinor) return `${plan.orderId}: its total is ${state.totalMinor}, its lines are ${total}`;
  if (!("payment" in state) || state.payment.status !== "authorised") return undefined;
  const { authorisedMinor, capturedMinor } = state.payment;
  if (authorisedMinor !== total) return `${plan.orderId}: ${authorisedMinor} is authorised, of ${total}`;
  const sent = state.lines.reduce((sum, { shipped, unitPriceMinor }) => sum + shipped * unitPriceMinor, 0);
  return capturedMinor === sent
    ? undefined
    : `${plan.orderId}: ${capturedMinor} is captured, goods for ${sent} were sent`;
};

const acknowledgedEvents = (sent: Sent, observed: Observed): Finding => {
  const acknowledged = sent.steps.flatMap((step) =>
    step.via === "http"
      ? (step.reply.accepted?.events ?? []).map((event) => ({ ...event, orderId: step.orderId }))
      : [],
  );
  return checkEach("acknowledged events in the history", acknowledged, ({ orderId, version, type }) => {
    const stored = observed.orders.get(orderId)?.events.find((event) => event.version === version);
    return stored?.type === type
      ? undefined
      : `${orderId} version ${version} was acknowledged as ${type}, and is ${stored?.type ?? "missing"}`;
  });
};

/** One row per status: how many orders the plan leaves in it. Orders that compete for stock are counted on their own. */
const statusCounts = (plan: Plan, seen: readonly Seen[]): Finding[] => {
  const winners = plan.stock.reduce((sum, stock) => sum + (stock.winners ?? 0), 0);
  const contenders = seen.filter(({ plan }) => plan.scenario === "managed-contended");
  const settled = seen.filter(({ plan }) => plan.scenario !== "managed-contended");
  const statuses = [...orderStatus.options, "unknown"].map((status) =>
    countedFinding(
      `orders that are ${status}`,
      settled.filter(({ plan }) => (plan.finalStatuses[0] ?? "unknown") === status).length,
      settled.filter(({ snapshot }) => (snapshot?.status ?? "unknown") === status).length,
      [],
    ),
  );
  const competition =
    contenders.length === 0
      ? []
      : [
          countedFinding(
            `orders that won scarce stock, of ${contenders.length}`,
            winners,
            contenders.filter(({ snapshot }) => snapshot?.status === "Authorised").length,
            [],
          ),
        ];
  return [...statuses.filter(({ expected, actual }) => expected !== "0" || actual !== "0"), ...competition];
};

/** Every order is where it should be, and what is shown of it is what its events say. */
export const checkOrders = (plan: Plan, sent: Sent, observed: Observed): Finding[] => {
  const seen = plan.orders.map((order): Seen => ({ plan: order, ...(observed.orders.get(order.orderId) ?? nothing) }));
  const existing = seen.filter(({ events }) => events.length > 0);
  return [
    ...statusCounts(plan, seen),
    checkEach("orders in the status that was planned", seen, inAllowedStatus),
    acknowledgedEvents(sent, observed),
    checkEach("histories without a gap", existing, hasGapFreeHistory),
    checkEach("orders with every effect once", seen, hasEachEffectOnce),
    checkEach("snapshots that equal the fold of the events", seen, hasSnapshotEqualToFold),
    checkEach("strong reads that equal the snapshot", seen, hasStrongEqualToSnapshot),
    checkEach("orders whose lines and money add up", existing, keepsItsSums),
  ];
};
