import type { PublicationLimits } from "./publication-ports.ts";

/** The limits a host runs with. */
export const defaultLimits: PublicationLimits = {
  maxQueuedEvents: 20_000,
  maxQueuedCharacters: 64 * 1024 * 1024,
  maxQueuedPerStream: 64,
  maxIdleStreams: 100_000,
  maxExcept: 1_000,
  maxBulkEntries: 100,
  // In UTF-8 at most three times as many bytes, which is within the 4 MiB that daprd takes in one request.
  maxBulkCharacters: 1_000_000,
  maxBulksInFlight: 2,
  maxReadsInFlight: 4,
  gatherMs: 15,
  watermarkEveryMs: 1_000,
  firstRetryMs: 100,
  longestRetryMs: 2_000,
};
