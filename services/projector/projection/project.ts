import type { Aggregate, DomainEvent, StreamType } from "../../../actors/kernel/aggregate.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { anyListRow, anyView } from "../../../actors/order/view.ts";
import { waitingFor } from "../../../actors/order/waiting.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemView } from "../../../actors/stock-item/view.ts";
import { customerList, statusList } from "../../platform/order-lists.ts";
import type { ListedOrder, StreamDocument } from "./documents.ts";

/** An event that could not be folded: it is malformed, or of a version that this code does not know. */
export interface Obstacle {
  readonly version: number;
  readonly reason: string;
}

/** A stream folded so far. It is a value: folding on gives another one. */
export interface Folding {
  /** The last event folded; 0 before the first. */
  readonly version: number;
  /** Folds the next event, whose version must follow on. */
  fold(event: RecordedEvent): { readonly next: Folding } | { readonly obstacle: Obstacle };
  /** The stream's document; undefined before the first event. */
  document(): StreamDocument | undefined;
  /** What the lists have to show for it, and what the lists that it left on the way have to take back. */
  listed(): ListedOrder[];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The parts of a projection that depend on the actor type. */
interface Shows<State> {
  /** Since when the stream waits, by what it waits for. */
  readonly waiting: (state: State, now: string) => Readonly<Record<string, string>>;
  readonly view: (streamId: string, version: number, state: State) => unknown;
  readonly listed: (
    streamId: string,
    version: number,
    state: State,
    leftStatuses: ReadonlySet<string>,
  ) => ListedOrder[];
}

interface Progress<State> {
  readonly streamId: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly state: State;
  /** Every status that the stream has had since folding began, the first one included. */
  readonly statuses: ReadonlySet<string>;
}

const foldingOf = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  shows: Shows<State>,
  progress: Progress<State>,
): Folding => {
  const { streamId, version, updatedAt, state, statuses } = progress;
  return {
    version,
    fold: (recorded) => {
      let event: Event;
      try {
        event = aggregate.decodeEvent(recorded.type, recorded.schemaVersion, recorded.data);
      } catch (error) {
        return { obstacle: { version: recorded.version, reason: reasonOf(error) } };
      }
      const next = aggregate.evolve(state, event, recorded.at);
      return {
        next: foldingOf(aggregate, shows, {
          streamId,
          version: recorded.version,
          updatedAt: recorded.at,
          state: next,
          statuses: new Set(statuses).add(aggregate.statusOf(next)),
        }),
      };
    },
    document: () => {
      if (version === 0) return undefined;
      const waiting = shows.waiting(state, updatedAt);
      return {
        streamId,
        streamType: aggregate.streamType,
        version,
        updatedAt,
        stateVersion: aggregate.stateVersion,
        state,
        view: shows.view(streamId, version, state) ?? null,
        ...(Object.keys(waiting).length === 0 ? {} : { waiting: { ...waiting } }),
      };
    },
    listed: () => {
      const left = new Set(statuses);
      left.delete(aggregate.statusOf(state));
      return shows.listed(streamId, version, state, left);
    },
  };
};

/** Folding goes on from the document, or starts anew if this code cannot read its state. */
const begin = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  shows: Shows<State>,
  streamId: string,
  document: StreamDocument | undefined,
): Folding => {
  const from = (version: number, updatedAt: string, state: State): Folding =>
    foldingOf(aggregate, shows, {
      streamId,
      version,
      updatedAt,
      state,
      statuses: new Set(version === 0 ? [] : [aggregate.statusOf(state)]),
    });
  if (document?.stateVersion !== aggregate.stateVersion) return from(0, "", aggregate.initial);
  try {
    return from(document.version, document.updatedAt, aggregate.decodeState(document.state));
  } catch {
    return from(0, "", aggregate.initial);
  }
};

/** Since when an order waits for each of the steps that it waits for: the longest, where there are several of a kind. */
const waitingSince = (order: OrderState, now: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    waitingFor(order, now)
      .toReversed()
      .map(({ step, since }) => [step, since]),
  );

/**
 * An order is in the list of its customer and in that of its status; in those of its former statuses no more. A sale has no
 * customer.
 */
const showsOfOrder: Shows<OrderState> = {
  waiting: waitingSince,
  view: anyView,
  listed: (orderId, version, state, leftStatuses) => {
    const row = anyListRow(orderId, version, state);
    if (row === undefined) return [];
    const entry = { ...row, sortKey: `${row.placedAt}~${orderId}`, deleted: false };
    return [
      ...("customerId" in row ? [{ list: customerList(row.customerId), entry }] : []),
      { list: statusList(row.status), entry },
      ...[...leftStatuses].map((status) => ({ list: statusList(status), entry: { ...entry, deleted: true } })),
    ];
  },
};

/** Begins the projection of a stream from its document, if it has one. */
export const beginFolding = (
  streamType: StreamType,
  streamId: string,
  document: StreamDocument | undefined,
): Folding => {
  switch (streamType) {
    case "Order":
      return begin(orderAggregate, showsOfOrder, streamId, document);
    case "StockItem":
      return begin(
        stockItemAggregate,
        { waiting: () => ({}), view: stockItemView, listed: () => [] },
        streamId,
        document,
      );
    default:
      return unreachable(streamType);
  }
};
