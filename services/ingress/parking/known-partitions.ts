import { unreachable } from "../../../actors/kernel/decision.ts";
import {
  afterRecord,
  continuityOf,
  hasRoomFor,
  withStream,
  type ParkingLimits,
  type PartitionView,
} from "./partition-view.ts";
import { ParkingUnavailable, type ParkedStore, type StoredStream } from "./store.ts";

/** What this instance knows of the partitions whose records come to it. */
export interface KnownPartitions {
  /** What is known before the record at this offset is handled. Throws `ParkingUnavailable` if it cannot be known now. */
  before(partition: string, offset: number): Promise<PartitionView>;
  /** The record at this offset has its outcome or is parked. */
  handled(partition: string, offset: number): void;
  /** What is now known of a stream. */
  learn(partition: string, streamId: string, stored: StoredStream | undefined, claimTag?: string): void;
  /** Another instance has the partition; what is known is worth nothing. */
  forget(partition: string): void;
  /** Throws `ParkingUnavailable` unless another message of the stream may be parked. */
  makeRoom(partition: string, streamId: string, offset: number): Promise<void>;
}

export interface KnownPartitionsParts {
  readonly store: Pick<ParkedStore, "claim" | "holdsClaim" | "load">;
  readonly monotonicMs: () => number;
  readonly limits: ParkingLimits;
}

/** Knows nothing at first. Bounded by the number of the topic's partitions, and by the limits for each. */
export const createKnownPartitions = ({ store, monotonicMs, limits }: KnownPartitionsParts): KnownPartitions => {
  const known = new Map<string, { readonly view: PartitionView; readonly usedAtMs: number }>();

  const keep = (partition: string, view: PartitionView): PartitionView => {
    known.set(partition, { view, usedAtMs: monotonicMs() });
    return view;
  };

  /** Takes the partition first: from then on nobody else adds to what is read. */
  const load = async (partition: string, offset: number): Promise<PartitionView> => {
    known.delete(partition);
    const claimTag = await store.claim(partition);
    const { streams, discarded } = await store.load(partition, offset);
    return keep(partition, {
      claimTag,
      next: offset,
      streams: new Map(streams.map((stored) => [stored.stream.streamId, stored])),
      discarded: new Map(discarded.map(({ offset: at, contentHash }) => [at, contentHash])),
    });
  };

  return {
    before: async (partition, offset) => {
      const entry = known.get(partition);
      if (entry === undefined) return load(partition, offset);
      const { view, usedAtMs } = entry;
      const continuity = continuityOf(view, offset, monotonicMs() - usedAtMs);
      switch (continuity) {
        case "next":
          return keep(partition, view);
        case "unsure":
          return (await store.holdsClaim(partition, view.claimTag))
            ? keep(partition, { ...view, next: offset })
            : load(partition, offset);
        case "again":
          return load(partition, offset);
        default:
          return unreachable(continuity);
      }
    },

    handled: (partition, offset) => {
      const entry = known.get(partition);
      if (entry !== undefined) keep(partition, afterRecord(entry.view, offset));
    },

    learn: (partition, streamId, stored, claimTag) => {
      const entry = known.get(partition);
      if (entry !== undefined) keep(partition, withStream(entry.view, streamId, stored, claimTag));
    },

    forget: (partition) => {
      known.delete(partition);
    },

    makeRoom: async (partition, streamId, offset) => {
      const entry = known.get(partition);
      if (entry !== undefined && hasRoomFor(entry.view, streamId, limits)) return;
      // Much of what is known may have been redriven since.
      if (!hasRoomFor(await load(partition, offset), streamId, limits))
        throw new ParkingUnavailable(
          `${partition} has as many parked streams (${limits.mostStreams}) or messages (${limits.mostMessages}) as it may`,
        );
    },
  };
};
