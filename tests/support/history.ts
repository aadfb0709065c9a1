import { isDeepStrictEqual } from "node:util";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { orderView, type OrderView } from "../../actors/order/view.ts";
import { publishedEventId, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import type { SnapshotItem } from "../../actors/event-store/items.ts";
import { firstOfEachId, type PublishedEvent } from "./kafka.ts";
import { publicFormOf } from "./public-form.ts";

/** One request for a command, and what its sender knows of it afterwards. */
export interface Operation {
  readonly streamId: string;
  readonly commandId: string;
  readonly type: string;
  /** `unknown`: no answer, or one that says that the outcome is not known. */
  readonly outcome: "accepted" | "refused" | "unknown";
  /** Undefined without an answer. */
  readonly httpStatus: number | undefined;
  /** The events that an accepted command is said to have caused. */
  readonly events: readonly { readonly type: string; readonly version: number }[];
  /** The body of the answer, byte for byte. */
  readonly text: string;
}

/** One order as the stores hold it, once everything has settled. */
export interface StoredOrder {
  readonly streamId: string;
  /** In the order of their item ids. */
  readonly events: readonly RecordedEvent[];
  /** Written with the events. */
  readonly snapshot: SnapshotItem | undefined;
  /** Written by the projector. */
  readonly view: OrderView | undefined;
}

/** What happened: every request in the order in which its answer came, the stores, and the topic `order-events`. */
export interface History {
  readonly operations: readonly Operation[];
  readonly orders: readonly StoredOrder[];
  /** In the order of each partition, repetitions included. */
  readonly published: readonly PublishedEvent[];
}

/**
 * - `I1` an acknowledged command is not lost
 * - `I2` a command id has one effect and one answer
 * - `I3` versions have no gap and are unique
 * - `I4` the snapshot is the fold of the events
 * - `I5` the read model is the fold of the events
 * - `I6` every event is in Kafka, in order
 * - `I7` answers are honest: 200, 409 or 503, never something made up
 */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7";

export interface Violation {
  readonly invariant: Invariant;
  readonly streamId: string;
  readonly what: string;
}

const honestStatuses: readonly number[] = [200, 409, 503];

const fold = (events: readonly RecordedEvent[]): OrderState =>
  events.reduce(
    (state, { type, schemaVersion, data, at }) =>
      orderAggregate.evolve(state, orderAggregate.decodeEvent(type, schemaVersion, data), at),
    orderAggregate.initial,
  );

const acknowledgedIsStored = (operations: readonly Operation[], { events }: StoredOrder): string[] =>
  operations
    .filter(({ outcome }) => outcome === "accepted")
    .flatMap((operation) =>
      operation.events.flatMap(({ type, version }) => {
        const stored = events.find((event) => event.version === version);
        return stored?.type === type && stored.commandId === operation.commandId
          ? []
          : [
              `${type} at ${version} was acknowledged to ${operation.commandId}; stored is ${stored?.type ?? "nothing"}`,
            ];
      }),
    );

/** Everything stored under one command id must be what one answer names: more is a second effect. */
const hasOneEffect = (operations: readonly Operation[], { events }: StoredOrder): string[] => {
  const violations: string[] = [];
  for (const [commandId, answers] of Map.groupBy(operations, (operation) => operation.commandId)) {
    const final = answers.filter(({ outcome }) => outcome !== "unknown");
    const texts = new Set(final.map(({ text }) => text));
    if (texts.size > 1) violations.push(`${commandId} was answered ${texts.size} ways: ${[...texts].join(" and ")}`);
    const stored = events.filter((event) => event.commandId === commandId);
    const [answer] = final;
    if (answer !== undefined) {
      const named = answer.events.map(({ version }) => version);
      const found = stored.map(({ version }) => version);
      if (!isDeepStrictEqual(named, found)) {
        violations.push(`${commandId} was answered with the versions ${named.join()}, and stored are ${found.join()}`);
      }
    }
    if (new Set(stored.map(({ requestHash }) => requestHash)).size > 1)
      violations.push(`${commandId} was two requests`);
    const types = stored.map(({ type, data }) => JSON.stringify({ type, data }));
    if (new Set(types).size < types.length) violations.push(`${commandId} had one effect twice: ${types.join()}`);
  }
  return violations;
};

const hasNoGap = ({ events }: StoredOrder): string[] =>
  events.every(({ version }, index) => version === index + 1)
    ? []
    : [`the versions are ${events.map(({ version }) => version).join(", ")}`];

const snapshotIsFold = ({ events, snapshot }: StoredOrder): string[] => {
  if (events.length === 0) return snapshot === undefined ? [] : ["there is a snapshot without an event"];
  if (snapshot === undefined) return ["there is no snapshot"];
  if (snapshot.version !== events.length) return [`the snapshot is at ${snapshot.version} of ${events.length}`];
  const folded = fold(events);
  return isDeepStrictEqual(snapshot.state, folded)
    ? []
    : [`the snapshot is ${JSON.stringify(snapshot.state)}, the fold ${JSON.stringify(folded)}`];
};

const viewIsFold = ({ streamId, events, view }: StoredOrder): string[] => {
  const folded = orderView(streamId, events.length, fold(events));
  return isDeepStrictEqual(view, folded)
    ? []
    : [`the read model is ${JSON.stringify(view)}, the fold ${JSON.stringify(folded)}`];
};

const isPublished = (published: readonly PublishedEvent[], { events, streamId }: StoredOrder): string[] => {
  const found = firstOfEachId(published);
  const ids = found.map(({ id }) => id).join(", ");
  if (ids !== events.map(publishedEventId).join(", ")) return [`${events.length} events are stored, Kafka has ${ids}`];
  const wrong = found.find(({ type, data, key }, index) => {
    const event = events[index];
    return key !== streamId || event === undefined || !isDeepStrictEqual({ type, data }, publicFormOf(event));
  });
  if (wrong !== undefined) return [`${wrong.id} was published as ${JSON.stringify(wrong)}`];
  return new Set(published.map(({ partition }) => partition)).size > 1 ? ["it is in more than one partition"] : [];
};

const isHonest = (operations: readonly Operation[]): string[] =>
  operations.flatMap(({ commandId, httpStatus, text }) =>
    httpStatus === undefined || honestStatuses.includes(httpStatus)
      ? []
      : [`${commandId} was answered ${httpStatus}: ${text}`],
  );

/**
 * Checks a history after the fact, without looking at anything but what was recorded.
 *
 * @returns every violation; an operation on an order that is not among the stored ones counts as lost
 */
export const checkHistory = ({ operations, orders, published }: History): Violation[] => {
  const stored = new Map(orders.map((order) => [order.streamId, order]));
  const operationsOf = Map.groupBy(operations, ({ streamId }) => streamId);
  const publishedOf = Map.groupBy(published, ({ subject }) => subject);
  const streamIds = new Set([...stored.keys(), ...operationsOf.keys(), ...publishedOf.keys()]);
  return [...streamIds].flatMap((streamId) => {
    const order = stored.get(streamId) ?? { streamId, events: [], snapshot: undefined, view: undefined };
    const sent = operationsOf.get(streamId) ?? [];
    const found: Record<Invariant, string[]> = {
      I1: acknowledgedIsStored(sent, order),
      I2: hasOneEffect(sent, order),
      I3: hasNoGap(order),
      I4: snapshotIsFold(order),
      I5: viewIsFold(order),
      I6: isPublished(publishedOf.get(streamId) ?? [], order),
      I7: isHonest(sent),
    };
    return (Object.keys(found) as Invariant[]).flatMap((invariant) =>
      found[invariant].map((what): Violation => ({ invariant, streamId, what })),
    );
  });
};
