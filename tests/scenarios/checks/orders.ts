import { isDeepStrictEqual } from "node:util";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { anyView, type OrderView } from "../../../actors/order/view.ts";
import type { OrderEvent } from "../../support/api.ts";
import { schemaVersionOfNew } from "../../support/public-form.ts";
import type { Books, KnownOrder } from "../books.ts";
import type { Observed, ObservedOrder } from "../observe.ts";
import { checkEach, countedFinding, type Finding } from "./finding.ts";

type Seen = ObservedOrder & KnownOrder;

const topic = "Orders";
const nothing: ObservedOrder = { snapshot: undefined, strong: undefined, events: [] };

/** The state after these events, from nothing. */
export const foldOrder = (events: readonly OrderEvent[]): OrderState =>
  events.reduce(
    (state, { type, data, at }) =>
      orderAggregate.evolve(state, orderAggregate.decodeEvent(type, schemaVersionOfNew("Order", type), data), at),
    orderAggregate.initial,
  );

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

const isAsLeft = ({ orderId, story, status, snapshot }: Seen): string | undefined =>
  snapshot?.status === status
    ? undefined
    : `${orderId} (${story}) is ${snapshot?.status ?? "unknown"}; its story left it ${status ?? "unknown"}`;

const hasGapFreeHistory = ({ orderId, events }: Seen): string | undefined =>
  events.every(({ version }, index) => version === index + 1)
    ? undefined
    : `${orderId} has the versions ${events.map(({ version }) => version).join(", ")}`;

const hasSnapshotEqualToFold = ({ orderId, snapshot, events }: Seen): string | undefined => {
  const folded = anyView(orderId, events.length, foldOrder(events));
  return isDeepStrictEqual(snapshot, folded)
    ? undefined
    : `${orderId} is ${shown(snapshot)}, and folding its events gives ${shown(folded)}`;
};

const hasStrongEqualToSnapshot = ({ orderId, snapshot, strong }: Seen): string | undefined =>
  isDeepStrictEqual(snapshot, strong)
    ? undefined
    : `${orderId} is ${shown(snapshot)}, and its actor says ${shown(strong)}`;

const hasLinesThatAddUp = ({ orderId, lines }: OrderView): string | undefined => {
  const wrong = lines.find((line) => {
    const { quantity, open, reserved, packed, shipped, delivered, returned, cancelled } = line;
    const isPlaced = quantity === open + reserved + shipped + cancelled;
    return !isPlaced || shipped > packed || packed > shipped + reserved || delivered > shipped || returned > shipped;
  });
  return wrong === undefined ? undefined : `${orderId}: the line ${shown(wrong)} does not add up`;
};

const acknowledgedEvents = ({ acknowledged }: Books, observed: Observed): Finding =>
  checkEach(topic, "acknowledged events in the history", acknowledged, ({ orderId, version, type }) => {
    const stored = observed.orders.get(orderId)?.events.find((event) => event.version === version);
    return stored?.type === type
      ? undefined
      : `${orderId} version ${version} was acknowledged as ${type}, and is ${stored?.type ?? "missing"}`;
  });

/** One row per status in which a story left an order. */
const outcomes = (seen: readonly Seen[]): Finding[] =>
  [...new Set(seen.map(({ status }) => status ?? "unknown"))]
    .toSorted()
    .map((status) =>
      countedFinding(
        topic,
        status,
        seen.filter((one) => (one.status ?? "unknown") === status).length,
        seen.filter(({ snapshot }) => (snapshot?.status ?? "unknown") === status).length,
        [],
      ),
    );

/** Whether this is the view of an order, as opposed to a sale. */
export const isOrderView = (view: ObservedOrder["snapshot"]): view is OrderView =>
  view !== undefined && "customerId" in view;

/** Every order is where its story left it, and what is shown of it is what its events say. */
export const checkOrders = (books: Books, observed: Observed): Finding[] => {
  const seen = [...books.orders.values()].map(
    (known): Seen => ({ ...known, ...(observed.orders.get(known.orderId) ?? nothing) }),
  );
  const views = seen.map(({ snapshot }) => snapshot).filter(isOrderView);
  return [
    ...outcomes(seen),
    checkEach(topic, "as their stories left them", seen, isAsLeft),
    acknowledgedEvents(books, observed),
    checkEach(topic, "histories without a gap", seen, hasGapFreeHistory),
    checkEach(topic, "snapshots that equal the fold of the events", seen, hasSnapshotEqualToFold),
    checkEach(topic, "strong reads that equal the snapshot", seen, hasStrongEqualToSnapshot),
    checkEach(topic, "orders whose units add up", views, hasLinesThatAddUp),
  ];
};
