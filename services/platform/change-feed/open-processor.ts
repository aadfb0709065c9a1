import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { z } from "zod";
import type { OrderContainers } from "../cosmos.ts";
import type { Logger } from "../logger.ts";
import { createFeedSource } from "./feed-source.ts";
import type { Clock } from "./held-lease.ts";
import { createLeaseStore } from "./lease-store.ts";
import { createProcessor, type ChangeFeedProcessor, type ProcessorMetrics } from "./processor.ts";
import type { HandleBatch } from "./range-reader.ts";

/** Settings of a service that reads the change feed. */
export const changeFeedSettings = {
  /** A reader that was not heard of for this long is taken for dead. */
  LEASE_TIME_TO_LIVE_MS: z.coerce.number().int().min(500).max(600_000).default(6_000),
  /** How long to wait at the end of the feed before asking again. */
  CHANGE_FEED_IDLE_MS: z.coerce.number().int().min(10).max(60_000).default(150),
};

export interface ChangeFeedSettings {
  readonly LEASE_TIME_TO_LIVE_MS: number;
  readonly CHANGE_FEED_IDLE_MS: number;
}

/** Items that are in memory at a time, per range. */
const pageSize = 100;

export const systemClock: Clock = {
  nowIso: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};

/** A processor of the events container, with its leases in the leases container. */
export const openProcessor = (
  group: string,
  containers: Pick<OrderContainers, "events" | "leases">,
  handle: HandleBatch,
  logger: Logger,
  metrics: ProcessorMetrics,
  settings: ChangeFeedSettings,
): ChangeFeedProcessor =>
  createProcessor(
    {
      group,
      instance: `${hostname()}:${process.pid}:${randomUUID()}`,
      source: createFeedSource(containers.events, pageSize),
      leases: createLeaseStore(containers.leases, group),
      clock: systemClock,
      handle,
      logger,
      metrics,
    },
    { leaseTimeToLiveMs: settings.LEASE_TIME_TO_LIVE_MS, idlePauseMs: settings.CHANGE_FEED_IDLE_MS },
  );
