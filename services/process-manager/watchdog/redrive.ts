import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { versionOf } from "../../platform/change-feed/feed-entry.ts";
import { createEventHandler, EventLeft, type EventHandlerParts } from "../handle-event.ts";
import { beginRun, NotUnderstood } from "../run.ts";
import { expireOrder } from "../steps/expire.ts";

export interface Redrive {
  /**
   * Handles every event of an order again: what was done is found to be done, and what was left is done now.
   *
   * @returns why a step was left, if one was
   */
  redrive(orderId: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Gives up an order, unless it has moved on from this version.
   *
   * @returns why it could not be given up, if it could not
   */
  expire(orderId: string, version: number, reason: string, signal: AbortSignal): Promise<string | undefined>;
}

const eventsPerRead = 100;

export const createRedrive = (parts: EventHandlerParts): Redrive => ({
  redrive: async (orderId, signal) => {
    let failure: string | undefined;
    const note = (_: string, reason: string): void => {
      failure = reason;
    };
    const handle = createEventHandler({ ...parts, onLeft: note, onObstacle: note });
    for (let after = 0; ; ) {
      const entries = await parts.events.readAfter(orderId, after, eventsPerRead);
      const last = entries.at(-1);
      if (last === undefined) return failure;
      for (const entry of entries) {
        if (entry.kind === "unreadable") return `${entry.itemId}: ${entry.reason}`;
        try {
          await handle(entry.event, signal);
        } catch (error) {
          if (!(error instanceof EventLeft) && !(error instanceof NotUnderstood)) throw error;
          failure = error.message;
        }
        hitFailpoint("pm-redriving", orderId);
      }
      after = versionOf(last);
    }
  },

  expire: async (orderId, version, reason, signal) => {
    const [entry] = await parts.events.readAfter(orderId, version - 1, 1);
    if (entry?.kind !== "event") return `event ${version} cannot be read`;
    let failure: string | undefined;
    const onObstacle = (_: string, obstacle: string): void => {
      failure = obstacle;
    };
    const run = beginRun({ ...parts, onObstacle }, entry.event, signal);
    const expired = await expireOrder(run, { orderId, reason, expectedVersion: version });
    return failure ?? (expired ? undefined : "the order moved on");
  },
});
