import type { AuditEntry, ParkedMessage } from "./items.ts";
import { isLeased, leased, withoutMessage } from "./parked-stream.ts";
import { ParkingUnavailable, type ParkedStore, type StoredStream } from "./store.ts";

/** Contention with the deliveries of the same stream, each of which puts one more message behind. */
const mostAttempts = 20;

export type LeaseStore = Pick<ParkedStore, "update" | "readStream" | "readMessage" | "firstMessages" | "settle">;

/** Somebody else redrives or discards messages of the stream at this moment. */
export class RedriveUnderWay extends Error {
  override readonly name = "RedriveUnderWay";
}

/** A stream of one partition that nobody else redrives meanwhile. */
export interface HeldStream {
  /** As it was stored last; undefined if no message is left. */
  readonly current: () => StoredStream | undefined;
  /** The first message that waits. */
  first(): Promise<ParkedMessage | undefined>;
  /** Removes a message, with the audit entry. Throws `RedriveUnderWay` if somebody else has taken over. */
  settle(message: ParkedMessage, audit: AuditEntry): Promise<void>;
  /** Gives the stream back as `change` makes it of what it is; does nothing if somebody else has taken over. */
  release(change: (stream: StoredStream["stream"]) => StoredStream["stream"], audit?: AuditEntry): Promise<void>;
}

export interface Lessee {
  /** Unique for this redrive. */
  readonly leaseId: string;
  readonly by: string;
  /**
   * Longer than a command and a dead letter usually take together, so that a holder that lives has renewed it. One that was
   * merely slow can at worst repeat a command under its id, which changes nothing, and removes nothing, since the ETag has
   * moved on.
   */
  readonly leaseMs: number;
  readonly nowMs: () => number;
}

/**
 * Holds a parked stream for one redrive or discard.
 *
 * @returns undefined if it is not parked any more
 * @throws RedriveUnderWay if somebody else holds it
 */
export const holdStream = async (
  store: LeaseStore,
  found: StoredStream,
  { leaseId, by, leaseMs, nowMs }: Lessee,
): Promise<HeldStream | undefined> => {
  const { partition, streamId } = found.stream;
  const held = (stream: StoredStream["stream"]): StoredStream["stream"] =>
    leased(stream, leaseId, by, nowMs() + leaseMs);

  /** Repeats an attempt on the stream as it is read anew, until it was not moved meanwhile. */
  const untilNotMoved = async <Result>(
    from: StoredStream,
    attempt: (stored: StoredStream) => Promise<Result | undefined>,
    reread: () => Promise<StoredStream | undefined>,
  ): Promise<Result | undefined> => {
    let stored: StoredStream | undefined = from;
    for (let number = 1; stored !== undefined; number += 1) {
      const result = await attempt(stored);
      if (result !== undefined) return result;
      if (number >= mostAttempts) throw new ParkingUnavailable(`${streamId} is written to all the while`);
      stored = await reread();
    }
    return undefined;
  };

  const taken = await untilNotMoved(
    found,
    async (stored) => {
      if (isLeased(stored.stream, nowMs()))
        throw new RedriveUnderWay(`${stored.stream.lease?.by} redrives ${streamId}`);
      return store.update(stored, held(stored.stream));
    },
    async () => store.readStream(partition, streamId),
  );
  if (taken === undefined) return undefined;
  let current: StoredStream | undefined = taken;

  /** The stream as it is now, if it is still held by us. */
  const rereadOurs = async (): Promise<StoredStream | undefined> => {
    const stored = await store.readStream(partition, streamId);
    return stored?.stream.lease?.id === leaseId ? stored : undefined;
  };
  const ours = (): StoredStream => {
    if (current === undefined) throw new Error(`no message of ${streamId} is left`);
    return current;
  };

  return {
    current: () => current,

    first: async () => (await store.firstMessages(partition, streamId, ours().stream.head, 1))[0],

    settle: async (message, audit) => {
      const settled = await untilNotMoved(
        ours(),
        async (stored) => {
          const candidates = await store.firstMessages(partition, streamId, stored.stream.head, 2);
          const next = withoutMessage(
            stored.stream,
            candidates.find(({ offset }) => offset !== message.offset),
          );
          const result = await store.settle(stored, next === undefined ? undefined : held(next), message, audit);
          if (result.outcome === "settled") return result;
          // A first attempt whose answer was lost has removed it; or whoever has taken over, which comes to the same.
          const isLeft = (await store.readMessage(partition, message.offset)) !== undefined;
          return isLeft ? undefined : { stored: await rereadOurs() };
        },
        rereadOurs,
      );
      if (settled === undefined) throw new RedriveUnderWay(`somebody else has taken ${streamId} over`);
      current = settled.stored;
    },

    release: async (change, audit) => {
      if (current === undefined) return;
      await untilNotMoved(current, async (stored) => store.update(stored, change(stored.stream), audit), rereadOurs);
      current = undefined;
    },
  };
};
