import type { StreamType } from "../kernel/aggregate.ts";
import type { CallLimit } from "../event-store/event-store.ts";

/** The name of the one reminder that a stream has. */
export const wakeReminder = "wake";

/** Durable reminders: they outlive every process here, and are delivered again and again until they are taken. */
export interface Reminders {
  /**
   * Has the stream woken at `dueAt` (ISO 8601), in place of the reminder it may have had. Throws `StoreFault` if that is not
   * certain.
   */
  set(streamType: StreamType, streamId: string, dueAt: string, limit: CallLimit): Promise<void>;
}
