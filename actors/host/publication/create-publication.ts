import { createPublicationCore } from "./create-publication-core.ts";
import { findPublishedThrough, type IsEventCovered } from "./find-published.ts";
import type { Publication } from "./publication.ts";
import type { Bulk, PublicationCore, Read } from "./publication-core.ts";
import type { PublicationLimits, PublicationPorts } from "./publication-ports.ts";
import { createWatermarkCache } from "./watermark-cache.ts";

/** The part of a stop's deadline that is for publishing; the rest is for the last watermark. */
const drainShare = 0.75;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Drives a core: does the bulks and reads it asks for, a bounded number at a time, and writes its watermark. Takes the core
 * as an argument so that a test can show what happens under other rules.
 */
export const drivePublication = (
  core: PublicationCore,
  ports: PublicationPorts,
  limits: PublicationLimits,
): Publication => {
  const { log, monotonicNow } = ports;
  const isCoveredElsewhere = createWatermarkCache(ports.readWatermark, monotonicNow, limits.watermarkEveryMs);
  let running = false;
  let bulks = 0;
  let reads = 0;
  let wake: { readonly at: number; readonly cancel: () => void } | undefined;
  let heartbeat: (() => void) | undefined;
  let writing: Promise<void> | undefined;
  let whenDrained: (() => void) | undefined;

  const isEventCovered: IsEventCovered = async ({ hostEpoch, hostSeq }) =>
    hostEpoch === core.hostEpoch ? core.isCovered(hostSeq) : isCoveredElsewhere(hostEpoch, hostSeq);

  const wakeBy = (at: number): void => {
    if (!running || (wake !== undefined && wake.at <= at)) return;
    wake?.cancel();
    wake = { at, cancel: ports.startTimer(Math.max(0, at - monotonicNow()), onWake) };
  };

  const onWake = (): void => {
    wake = undefined;
    pump();
  };

  const publish = async (bulk: Bulk): Promise<void> => {
    let failed: ReadonlySet<string>;
    try {
      failed = await ports.publishBulk(bulk.topic, bulk.entries);
      if (failed.size > 0) log.warn("some events were not published and will be repeated", { failed: failed.size });
    } catch (error) {
      failed = new Set(bulk.entries.map(({ streamId }) => streamId));
      log.warn("a bulk was not published and will be repeated", { topic: bulk.topic, error: messageOf(error) });
    }
    bulks -= 1;
    core.bulkAnswered(bulk, failed, monotonicNow());
    pump();
  };

  /** Does a read; the answer tells the core what was found. */
  const doRead = async (wanted: Read): Promise<(now: number) => void> => {
    if (wanted.kind === "search") {
      const page = limits.maxQueuedPerStream;
      const found = await findPublishedThrough(ports.readEvents, isEventCovered, wanted, page);
      return (now) => core.searched(wanted, found, now);
    }
    const events = await ports.readEvents(wanted.streamId, wanted.after, wanted.limit);
    return (now) => core.refilled(wanted, events, now);
  };

  const read = async (wanted: Read): Promise<void> => {
    try {
      const tellCore = await doRead(wanted);
      tellCore(monotonicNow());
    } catch (error) {
      const { streamId } = wanted;
      log.warn("a stream could not be read for publishing and will be read again", {
        streamId,
        error: messageOf(error),
      });
      core.readFailed(wanted, monotonicNow());
    }
    reads -= 1;
    pump();
  };

  const pump = (): void => {
    if (!running) return;
    const now = monotonicNow();
    while (bulks < limits.maxBulksInFlight) {
      const bulk = core.takeBulk(now);
      if (bulk === undefined) break;
      bulks += 1;
      void publish(bulk);
    }
    while (reads < limits.maxReadsInFlight) {
      const wanted = core.takeRead(now);
      if (wanted === undefined) break;
      reads += 1;
      void read(wanted);
    }
    // Without a free slot the next answer comes back here by itself.
    const due = core.nextDueAt();
    if (due.bulk !== undefined && bulks < limits.maxBulksInFlight) wakeBy(due.bulk);
    if (due.read !== undefined && reads < limits.maxReadsInFlight) wakeBy(due.read);
    if (core.isDrained()) whenDrained?.();
  };

  /** Commits that follow one another closely are looked at together. */
  const pumpSoon = (): void => wakeBy(monotonicNow() + limits.gatherMs);

  const writeWatermark = async (): Promise<void> => {
    const { through, except } = core.watermark();
    const heartbeatAt = new Date(ports.now()).toISOString();
    try {
      await ports.writeWatermark({ kind: "watermark", hostEpoch: core.hostEpoch, heartbeatAt, through, except });
    } catch (error) {
      log.warn("the watermark was not written and will be written again", { error: messageOf(error) });
    }
  };

  const beat = (): void => {
    // One write at a time, or an old watermark could take the place of a new one for good.
    writing ??= writeWatermark().finally(() => {
      writing = undefined;
    });
    heartbeat = ports.startTimer(limits.watermarkEveryMs, beat);
  };

  const writeLastWatermark = async (): Promise<void> => {
    await writing;
    await writeWatermark();
  };

  /** Waits for the work, but not beyond the deadline. */
  const within = async (deadlineMs: number, work: Promise<void>): Promise<void> => {
    const deadline = Promise.withResolvers<void>();
    const cancel = ports.startTimer(deadlineMs, deadline.resolve);
    await Promise.race([work, deadline.promise]);
    cancel();
  };

  return {
    hostEpoch: core.hostEpoch,
    beginAppend: core.beginAppend,
    abandoned: core.abandoned,
    unknown: core.unknown,
    publishedThrough: core.publishedThrough,
    committed: (ticket, events) => {
      core.committed(ticket, events, monotonicNow());
      pumpSoon();
    },
    loaded: (streamId, streamType, version) => {
      core.loaded(streamId, streamType, version, monotonicNow());
      pumpSoon();
    },
    start: () => {
      if (running) return;
      running = true;
      beat();
      pump();
    },
    stop: async (deadlineMs) => {
      if (!running) return;
      const drained = Promise.withResolvers<void>();
      whenDrained = drained.resolve;
      pump();
      await within(deadlineMs * drainShare, drained.promise);
      running = false;
      wake?.cancel();
      heartbeat?.();
      await within(deadlineMs * (1 - drainShare), writeLastWatermark());
    },
    stats: () => core.stats(monotonicNow()),
  };
};

/** The publication of this start of a host. Nothing is published before `start`. */
export const createPublication = (hostEpoch: string, ports: PublicationPorts, limits: PublicationLimits): Publication =>
  drivePublication(createPublicationCore(hostEpoch, limits, ports.toBodies), ports, limits);
