import type { Logger } from "../logger.ts";
import { leasesToTake, observe, type Observations } from "./balance.ts";
import type { FeedSource } from "./feed-source.ts";
import { acquire, type Clock, type HeldLease } from "./held-lease.ts";
import { leaseId, rangeName, uncovered, type Lease, type StoredLease } from "./lease.ts";
import type { LeaseStore } from "./lease-store.ts";
import { readRange, type HandleBatch, type RangeProgress, type RangeReader } from "./range-reader.ts";
import { pause } from "./waiting.ts";

export interface ProcessorOptions {
  /** A lease that was not written for this long is taken over. */
  readonly leaseTimeToLiveMs: number;
  /** How long to wait at the end of a range before asking for more. */
  readonly idlePauseMs: number;
}

export interface ProcessorPorts {
  /** The consumer group: all processors of a group together handle every event at least once. */
  readonly group: string;
  /** Who this is: unique among all processors that run, now and before. */
  readonly instance: string;
  readonly source: FeedSource;
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly handle: HandleBatch;
  readonly logger: Logger;
  readonly metrics: ProcessorMetrics;
}

/** What a processor counts, beside what can be asked for at any time. */
export interface ProcessorMetrics {
  handled(group: string, events: number): void;
  failed(group: string, step: "read" | "handle" | "checkpoint" | "lease"): void;
}

export interface ChangeFeedProcessor {
  readonly group: string;
  start(): void;
  /** Finishes the batches at hand, gives the leases back, and ends; after `drainMs` batches are left unfinished. */
  stop(drainMs: number): Promise<void>;
  /** The ranges that this instance reads. */
  progress(): RangeProgress[];
  /** Throws, saying why, unless the leases were seen and renewed lately. */
  checkReady(): Promise<void>;
}

interface Reading {
  readonly lease: HeldLease;
  readonly reader: RangeReader;
}

/** Leases are looked at and renewed this many times in their time to live. */
const roundsPerTimeToLive = 3;

/**
 * Reads the change feed together with the other processors of its group: takes its fair share of the ranges, hands their
 * events to the handler range by range, and checkpoints what is handled.
 */
export const createProcessor = (ports: ProcessorPorts, options: ProcessorOptions): ChangeFeedProcessor => {
  const { group, instance, source, leases: store, clock, logger } = ports;
  const draining = new AbortController();
  const cut = new AbortController();
  const readings = new Map<string, Reading>();
  let observations: Observations = new Map();
  let lastRoundMs: number | undefined;
  let wake = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const begin = (lease: HeldLease): void => {
    const reader = readRange(
      lease,
      {
        source,
        handle: ports.handle,
        logger,
        now: () => Date.parse(clock.nowIso()),
        idlePauseMs: options.idlePauseMs,
        onHandled: (events) => ports.metrics.handled(group, events),
        onFailure: (step) => ports.metrics.failed(group, step),
      },
      draining.signal,
      cut.signal,
    );
    readings.set(lease.id, { lease, reader });
    logger.info("reading a range of the change feed", { group, range: rangeName(lease.range) });
    const whenFinished = async (): Promise<void> => {
      await reader.finished;
      if (draining.signal.aborted) return;
      readings.delete(lease.id);
      logger.info("stopped reading a range", { group, reason: String(lease.ended.reason) });
      wake.abort();
    };
    void whenFinished();
  };

  const renewAll = async (): Promise<void> => {
    await Promise.all(
      [...readings.values()].map(async ({ lease }) => {
        try {
          await lease.renew();
        } catch (error) {
          ports.metrics.failed(group, "lease");
          logger.warn("cannot renew a lease", { group, lease: lease.id, error });
          if (lease.unrenewedMs() > options.leaseTimeToLiveMs) lease.abandon("it could not be renewed in time");
        }
      }),
    );
  };

  /** Creates a lease for whatever no lease covers: at the first start everything, later nothing. */
  const coverAll = async (found: readonly StoredLease[]): Promise<boolean> => {
    const missing = uncovered(
      await source.ranges(),
      found.map(({ lease }) => lease.range),
    );
    for (const range of missing) {
      const lease: Lease = {
        kind: "lease",
        group,
        range,
        owner: null,
        tenure: 0,
        renewedAt: clock.nowIso(),
        position: { continuation: await source.fromBeginning(range), lsn: null, storedAt: null },
        retired: false,
      };
      await store.createIfAbsent(lease);
    }
    return missing.length > 0;
  };

  /** Leases in this instance's name that it does not hold are free: the answer to taking or releasing them got lost. */
  const seenFromHere = (stored: StoredLease): StoredLease =>
    stored.lease.owner === instance && !readings.has(leaseId(stored.lease))
      ? { ...stored, lease: { ...stored.lease, owner: null } }
      : stored;

  const takeShare = async (): Promise<void> => {
    let found = await store.list();
    if (await coverAll(found)) found = await store.list();
    const nowMs = clock.monotonicMs();
    observations = observe(observations, found, nowMs);
    const wanted = leasesToTake(instance, found.map(seenFromHere), observations, nowMs, options.leaseTimeToLiveMs);
    for (const stored of wanted) {
      if (draining.signal.aborted) return;
      const lease = await acquire(store, clock, stored, instance);
      if (lease !== undefined) begin(lease);
    }
  };

  const run = async (): Promise<void> => {
    while (!draining.signal.aborted) {
      wake = new AbortController();
      await renewAll();
      try {
        await takeShare();
        lastRoundMs = clock.monotonicMs();
      } catch (error) {
        ports.metrics.failed(group, "lease");
        logger.warn("cannot look after the leases", { group, error });
      }
      const waitMs = options.leaseTimeToLiveMs / roundsPerTimeToLive;
      await pause(waitMs, AbortSignal.any([draining.signal, wake.signal]));
    }
  };

  return {
    group,
    start: () => {
      running = run();
    },
    stop: async (drainMs) => {
      draining.abort(new Error("the process is stopping"));
      const timer = setTimeout(() => cut.abort(new Error("the batch was not finished in time")), drainMs);
      await running;
      await Promise.all(
        [...readings.values()].map(async ({ lease, reader }) => {
          await reader.finished;
          await lease.release().catch((error: unknown) => logger.warn("cannot give a lease back", { group, error }));
        }),
      );
      clearTimeout(timer);
    },
    progress: () => [...readings.values()].map(({ reader }) => reader.progress()),
    checkReady: async () => {
      if (lastRoundMs === undefined) throw new Error("the leases have not been read yet");
      const silentMs = Math.round(clock.monotonicMs() - lastRoundMs);
      if (silentMs > options.leaseTimeToLiveMs) throw new Error(`the leases were last read ${silentMs} ms ago`);
    },
  };
};
