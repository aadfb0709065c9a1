import { leaseId, rangeName, type FeedPosition, type FeedRange, type Lease, type StoredLease } from "./lease.ts";
import type { LeaseStore } from "./lease-store.ts";
import { partsOfContinuation } from "./continuation.ts";

/**
 * A lease while this instance holds it. Its writes are made one after the other, each under the ETag of the one before, so
 * whatever is written through it was written by the holder.
 */
export interface HeldLease {
  readonly id: string;
  readonly range: FeedRange;
  /** Aborts when the lease is lost or given back. */
  readonly ended: AbortSignal;
  /** The last checkpoint. */
  position(): FeedPosition;
  /** Shows the other instances that the holder is alive. Throws if the store is away. */
  renew(): Promise<void>;
  /** Records how far the group has come; false if the lease is lost. Throws if the store is away. */
  checkpoint(position: FeedPosition): Promise<boolean>;
  /** Records `position`, and replaces this lease by one lease for each part the range was split into. */
  split(position: FeedPosition): Promise<void>;
  /** Gives the lease back, so that another instance takes it at once. */
  release(): Promise<void>;
  /** Ends the tenure without a word: another instance has the lease, or may have. */
  abandon(reason: string): void;
  /** How long ago the lease was last written, in milliseconds: after the time to live others may take it. */
  unrenewedMs(): number;
}

export interface Clock {
  /** The time of day: ISO 8601, UTC. */
  readonly nowIso: () => string;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

/** Answers of our own writes can get lost, but not for ever. */
const maxAttempts = 5;

/** Takes the lease over for `instance`; undefined if somebody else was faster. */
export const acquire = async (
  store: LeaseStore,
  clock: Clock,
  stored: StoredLease,
  instance: string,
): Promise<HeldLease | undefined> => {
  const taken = await store.replace(stored, {
    ...stored.lease,
    owner: instance,
    tenure: stored.lease.tenure + 1,
    renewedAt: clock.nowIso(),
  });
  return taken === undefined ? undefined : hold(store, clock, taken);
};

const hold = (store: LeaseStore, clock: Clock, taken: StoredLease): HeldLease => {
  const { owner, tenure, range } = taken.lease;
  const id = leaseId(taken.lease);
  const end = new AbortController();
  let current = taken;
  let lastWrite: Promise<unknown> = Promise.resolve();
  let writtenAtMs = clock.monotonicMs();

  const inTurn = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    const turn = lastWrite.then(write);
    lastWrite = turn.catch(() => undefined);
    return turn;
  };

  const isOurs = (lease: Lease): boolean => lease.owner === owner && lease.tenure === tenure && !lease.retired;

  /** Writes the lease; if it is not current, the reason may be an earlier write of ours whose answer did not arrive. */
  const write = async (change: Partial<Lease>): Promise<boolean> => {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (end.signal.aborted) return false;
      const startedAtMs = clock.monotonicMs();
      const next = await store.replace(current, { ...current.lease, renewedAt: clock.nowIso(), ...change });
      if (next !== undefined) {
        current = next;
        writtenAtMs = startedAtMs;
        return true;
      }
      const found = await store.read(id);
      if (found === undefined || !isOurs(found.lease)) {
        end.abort(new Error(`the lease ${id} is lost`));
        return false;
      }
      current = found;
    }
    throw new Error(`the lease ${id} could not be written in ${maxAttempts} attempts`);
  };

  return {
    id,
    range,
    ended: end.signal,
    position: () => current.lease.position,
    renew: async () => {
      await inTurn(async () => write({}));
    },
    checkpoint: async (position) => inTurn(async () => write({ position })),
    split: async (position) =>
      inTurn(async () => {
        if (end.signal.aborted) return;
        const parts = partsOfContinuation(position.continuation).map((part): Lease => {
          const inherited: FeedPosition = { ...position, continuation: part.continuation };
          return { ...current.lease, range: part.range, owner: null, tenure: 0, position: inherited };
        });
        await store.split(current, parts);
        end.abort(new Error(`the range ${rangeName(range)} was split`));
      }),
    release: async () =>
      inTurn(async () => {
        if (end.signal.aborted) return;
        await write({ owner: null });
        end.abort(new Error(`the lease ${id} was given back`));
      }),
    abandon: (reason) => end.abort(new Error(`the lease ${id} is lost: ${reason}`)),
    unrenewedMs: () => clock.monotonicMs() - writtenAtMs,
  };
};
