import type { StreamType } from "../../../actors/kernel/aggregate.ts";

/** What is known when a command has faulted between two probes of the way to the store that found nothing wrong. */
export interface FaultEvidence {
  /** Whether a command of another stream was carried out since this one was first tried. */
  readonly othersSucceeded: boolean;
  /** Whether a command of another stream faulted since. */
  readonly othersFaulted: boolean;
  /** How long this one has been tried, over all its deliveries. */
  readonly faultingMs: number;
}

/**
 * For so long several streams that fault while none succeeds are taken for an outage that the probe does not see: it reads,
 * and only writes may be failing. Afterwards they are taken for what they look like, since nothing may block for ever.
 */
export const longestSuspicionMs = 60_000;

/** Whether a fault is the command's own, so that its stream is parked, or a part is away, so that all wait. */
export const judgeFault = ({ othersSucceeded, othersFaulted, faultingMs }: FaultEvidence): "ownFault" | "outage" =>
  othersSucceeded || !othersFaulted || faultingMs >= longestSuspicionMs ? "ownFault" : "outage";

/** The last moments at which something happened to two different streams: enough to know when it last did to another. */
export interface LatestByStream {
  happened(streamId: string, atMs: number): void;
  /** When it last happened to a stream other than this; undefined if it never did. */
  lastOfOthers(streamId: string): number | undefined;
}

export const createLatestByStream = (): LatestByStream => {
  let newest: { streamId: string; atMs: number } | undefined;
  let ofAnother: { streamId: string; atMs: number } | undefined;
  return {
    happened: (streamId, atMs) => {
      if (newest !== undefined && newest.streamId !== streamId) ofAnother = newest;
      newest = { streamId, atMs };
    },
    lastOfOthers: (streamId) => (newest?.streamId === streamId ? ofAnother : newest)?.atMs,
  };
};

export interface FaultJudge {
  /** A command of the stream was carried out, or had no outcome. */
  observed(streamId: string, outcome: "accepted" | "fault"): void;
  /** Judges a fault of a command that has been tried since then. */
  judge(streamId: string, sinceMs: number): "ownFault" | "outage";
}

const toOthersSince = (latest: LatestByStream, streamId: string, sinceMs: number): boolean =>
  (latest.lastOfOthers(streamId) ?? Number.NEGATIVE_INFINITY) >= sinceMs;

/** Remembers what became of the commands of this process; `monotonicMs` is a clock that never goes back. */
export const createFaultJudge = (monotonicMs: () => number): FaultJudge => {
  const successes = createLatestByStream();
  const faults = createLatestByStream();
  return {
    observed: (streamId, outcome) => (outcome === "accepted" ? successes : faults).happened(streamId, monotonicMs()),
    judge: (streamId, sinceMs) =>
      judgeFault({
        othersSucceeded: toOthersSince(successes, streamId, sinceMs),
        othersFaulted: toOthersSince(faults, streamId, sinceMs),
        faultingMs: monotonicMs() - sinceMs,
      }),
  };
};

/** Why a command of this type cannot be carried out by anyone at this moment; undefined if nothing is known to be away. */
export type OutageProbe = (streamType: StreamType) => Promise<string | undefined>;
