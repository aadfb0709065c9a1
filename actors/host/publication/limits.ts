import type { PublicationLimits } from "./publication-ports.ts";

/** The limits a host runs with. */
export const defaultLimits: PublicationLimits = {
  maxQueuedEvents: 20_000,
  maxQueuedCharacters: 64 * 1024 * 1024,
  maxQueuedPerStream: 64,
  maxIdleStreams: 100_000,
  maxExcept: 1_000,
  maxHeldPerStream: 16,
  maxBulkEntries: 100,
  // A bulk to one partition becomes one batch, which has to stay below the 1 MB that a topic takes by default.
  maxBulkCharacters: 500_000,
  maxBulksInFlight: 2,
  maxReadsInFlight: 2,
  gatherMs: 15,
  watermarkEveryMs: 1_000,
  firstRetryMs: 100,
  longestRetryMs: 2_000,
};
