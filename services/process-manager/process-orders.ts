import { hitFailpoint } from "../../actors/host/failpoint.ts";
import type { RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { isOrderId } from "../../actors/kernel/stream-id.ts";
import { byStream, versionOf, type FeedEntry } from "../platform/change-feed/feed-entry.ts";
import type { ParkedStream, ParkedStreams } from "../platform/change-feed/parked-streams.ts";
import type { HandleBatch } from "../platform/change-feed/range-reader.ts";
import type { StoredEvents } from "../platform/change-feed/stored-events.ts";
import { concurrently } from "../platform/change-feed/waiting.ts";
import type { Logger } from "../platform/logger.ts";
import { NotUnderstood } from "./run.ts";

/** The consumer group that drives managed orders. */
export const processGroup = "process-manager";

export interface ProcessPorts {
  readonly handleEvent: (event: RecordedEvent, signal: AbortSignal) => Promise<void>;
  readonly parked: ParkedStreams;
  readonly events: StoredEvents;
  readonly logger: Logger;
  /** Told how many orders are parked, whenever it was looked up. */
  readonly onParkedCount: (count: number) => void;
}

export interface OrderProcess {
  readonly handle: HandleBatch;
  /** Tries the parked orders again, as after an update of the code. Throws if the store is away. */
  retryParked(signal: AbortSignal): Promise<void>;
}

/** Orders that are driven at the same time. */
const concurrency = 16;
const eventsPerRead = 100;

/**
 * Drives the orders of a batch, many at a time, the events of each one after the other. An order with an event that cannot
 * be understood is parked: its later events wait in the store until the code understands it.
 */
export const createOrderProcess = (ports: ProcessPorts): OrderProcess => {
  const { parked, logger } = ports;

  const listParked = async (): Promise<ReadonlyMap<string, ParkedStream>> => {
    const list = await parked.list();
    ports.onParkedCount(list.size);
    return list;
  };

  const park = async (orderId: string, version: number, reason: string): Promise<void> => {
    await parked.park(orderId, version, reason);
    logger.error("an event cannot be understood; its order is parked", { orderId, version, reason });
  };

  /** Handles events of one order in turn; false if one of them parked it. */
  const handleInTurn = async (
    orderId: string,
    entries: readonly FeedEntry[],
    signal: AbortSignal,
  ): Promise<boolean> => {
    for (const entry of entries) {
      signal.throwIfAborted();
      if (entry.kind === "unreadable") {
        await park(orderId, entry.version ?? 1, `${entry.itemId}: ${entry.reason}`);
        return false;
      }
      try {
        await ports.handleEvent(entry.event, signal);
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error;
        await park(orderId, entry.event.version, error.message);
        return false;
      }
    }
    return true;
  };

  /** Handles what is stored after a version; gives the last version handled, or undefined if one event parked the order. */
  const handleStored = async (
    orderId: string,
    afterVersion: number,
    signal: AbortSignal,
  ): Promise<number | undefined> => {
    let after = afterVersion;
    for (;;) {
      const entries = await ports.events.readAfter(orderId, after, eventsPerRead);
      const last = entries.at(-1);
      if (last === undefined) return after;
      if (!(await handleInTurn(orderId, entries, signal))) return undefined;
      after = versionOf(last);
    }
  };

  return {
    handle: async ({ entries }, signal) => {
      const records = await listParked();
      const orders = [...byStream(entries)].filter(([streamId]) => isOrderId(streamId) && !records.has(streamId));
      await concurrently(orders, concurrency, async ([orderId, entriesOfOrder]) => {
        await handleInTurn(orderId, entriesOfOrder, signal);
      });
      for (const [orderId] of orders) hitFailpoint("pm-before-checkpoint", orderId);
    },

    retryParked: async (signal) => {
      const records = await listParked();
      await concurrently(records.values(), concurrency, async ({ streamId, version }) => {
        const handled = await handleStored(streamId, version - 1, signal);
        if (handled === undefined) return;
        await parked.unpark(streamId);
        // A batch that still saw the order parked has left its events to us.
        await handleStored(streamId, handled, signal);
        logger.info("a parked order has caught up", { orderId: streamId });
      });
      if (records.size > 0) await listParked();
    },
  };
};
