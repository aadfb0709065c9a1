import type { ParkedMessage, ParkedStream } from "./items.ts";

/** How faulted streams are tried again without being asked. */
export interface RedrivePolicy {
  /** Whether they are at all. */
  readonly automatic: boolean;
  /** The wait before the first attempt; it doubles with each that faults. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** After so many faults in a row only an operator redrives. */
  readonly mostAttempts: number;
}

const longestReason = 1_000;

/** A reason that cannot outgrow its item. */
export const boundedReason = (reason: string): string => reason.slice(0, longestReason);

/**
 * The stream with one more message that waits. `before` is undefined if none did: then the message has faulted and its
 * reason is why.
 */
export const withMessage = (before: ParkedStream | undefined, message: ParkedMessage): ParkedStream => {
  const { partition, streamType, streamId, offset, parkedAt } = message;
  const fault = message.reason === null ? before?.fault : { reason: message.reason, at: parkedAt };
  if (before === undefined) {
    if (fault === undefined) throw new Error(`${message.messageId} was parked behind nothing`);
    return {
      kind: "stream",
      partition,
      streamType,
      streamId,
      sortKey: `${streamId}@${partition}`,
      head: offset,
      messages: 1,
      waitingSince: parkedAt,
      fault,
      attempts: 0,
      lease: null,
    };
  }
  const isFirst = offset < before.head;
  return {
    ...before,
    head: Math.min(before.head, offset),
    messages: before.messages + 1,
    waitingSince: isFirst ? parkedAt : before.waitingSince,
    fault: fault ?? before.fault,
  };
};

/** The stream without one of its messages; undefined if none is left. `first` is the first that is left. */
export const withoutMessage = (
  before: ParkedStream,
  first: Pick<ParkedMessage, "offset" | "parkedAt"> | undefined,
): ParkedStream | undefined =>
  first === undefined
    ? undefined
    : {
        ...before,
        head: first.offset,
        messages: Math.max(1, before.messages - 1),
        waitingSince: first.parkedAt,
        // Something went on, so the next one is tried as if it were new.
        attempts: 0,
      };

/** The stream after a redrive whose first message faulted again. */
export const afterFault = (before: ParkedStream, reason: string, at: string): ParkedStream => ({
  ...before,
  fault: { reason: boundedReason(reason), at },
  attempts: before.attempts + 1,
  lease: null,
});

/** The stream held by one redrive or discard, so that no other interferes. */
export const leased = (before: ParkedStream, id: string, by: string, untilMs: number): ParkedStream => ({
  ...before,
  lease: { id, by, until: new Date(untilMs).toISOString() },
});

export const released = (before: ParkedStream): ParkedStream => ({ ...before, lease: null });

/** Whether someone redrives or discards at this moment. A lease that was never released runs out. */
export const isLeased = ({ lease }: ParkedStream, nowMs: number): boolean =>
  lease !== null && Date.parse(lease.until) > nowMs;

/** When the stream is redriven without being asked, in ms since the epoch; undefined if it is not. */
export const nextRedriveMs = (
  { fault, attempts }: ParkedStream,
  { automatic, firstMs, longestMs, mostAttempts }: RedrivePolicy,
): number | undefined =>
  automatic && attempts < mostAttempts
    ? Date.parse(fault.at) + Math.min(firstMs * 2 ** attempts, longestMs)
    : undefined;
