import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { CallLimits } from "../../platform/sidecar.ts";
import type { CarriedOut, CarryOut } from "../carry-out.ts";
import { classify, type Classified } from "../classify.ts";
import { reasonLine, type DeadLetters } from "../dead-letters.ts";
import { contentHashOf, recordOfMessage, type AuditEntry, type AuditResult, type ParkedMessage } from "./items.ts";
import { afterFault, boundedReason, released } from "./parked-stream.ts";
import { type ParkedStore, type StoredStream } from "./store.ts";
import { holdStream, type HeldStream } from "./stream-lease.ts";

/** What became of one message in a redrive. */
export interface Settled {
  readonly messageId: string;
  readonly result: Exclude<AuditResult, "fault" | "discarded">;
  /** Why it was dead-lettered. */
  readonly reason: string | null;
}

export interface RedriveReport {
  readonly streamId: string;
  readonly settled: readonly Settled[];
  /** How many messages still wait. */
  readonly left: number;
  /** The message that faulted again; null if none did. Then what is left came too late for this redrive, or was too much. */
  readonly stoppedBy: { readonly messageId: string; readonly reason: string } | null;
}

export interface Redriver {
  /**
   * Carries out a stream's messages in order, as far as the first that faults again; bounded in time and number.
   *
   * @param by who asks, for the record
   * @returns undefined if nothing of the stream is parked
   * @throws RedriveUnderWay, ParkingUnavailable, SidecarUnavailable (for a dead letter)
   */
  redrive(streamId: string, by: string): Promise<RedriveReport | undefined>;
  /**
   * Removes one message, which is dead-lettered with the reason. Those behind it wait on.
   *
   * @returns the message; undefined if it is not parked
   * @throws RedriveUnderWay, ParkingUnavailable, SidecarUnavailable (for the dead letter)
   */
  discard(streamId: string, messageId: string, reason: string, by: string): Promise<ParkedMessage | undefined>;
}

export interface RedriverParts {
  readonly store: Pick<ParkedStore, "streamsOf" | "update" | "readStream" | "firstMessages" | "settle" | "readMessage">;
  readonly carryOut: CarryOut;
  readonly deadLetters: Pick<DeadLetters, "publish">;
  /** How long a command is tried. */
  readonly commandMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** A text that no other call has given. */
  readonly newId: () => string;
  readonly onSettled: (result: AuditResult) => void;
}

/** One redrive goes no further; it can be asked for again. */
const mostMessages = 200;
const mostCommandTimes = 2;

/** How long a stream is held, in the time that one command may take. */
const leaseCommandTimes = 4.5;

type Attempt = { readonly settled: Settled } | { readonly fault: string };

export const createRedriver = ({
  store,
  carryOut,
  deadLetters,
  commandMs,
  nowMs,
  newId,
  onSettled,
}: RedriverParts): Redriver => {
  const commandLimits: CallLimits = { deadlineMs: commandMs };
  const leaseMs = leaseCommandTimes * commandMs;
  const audit = (
    message: ParkedMessage,
    by: string,
    outcome: Pick<AuditEntry, "action" | "result" | "reason">,
  ): AuditEntry => {
    const { partition, offset, messageId, streamType, streamId, messageType, commandId, value } = message;
    const at = new Date(nowMs()).toISOString();
    return {
      kind: "audit",
      partition,
      offset,
      messageId,
      sortKey: `${at}~${newId()}`,
      by,
      at,
      streamType,
      streamId,
      messageType,
      commandId,
      contentHash: contentHashOf(Buffer.from(value)),
      ...outcome,
    };
  };

  const outcomeOf = async (command: Classified, streamId: string): Promise<CarriedOut> => {
    if (command.kind === "deadLetter") return { kind: "refused", reason: command.reason };
    // Nothing holds that stream's messages together with this one's.
    if (command.streamId !== streamId) return { kind: "fault", reason: `it is for ${command.streamId} by now` };
    return carryOut(command, commandLimits);
  };

  /** Carries the message out as today's code understands it, or dead-letters it. */
  const attempt = async (message: ParkedMessage): Promise<Attempt> => {
    const { messageId, streamId } = message;
    const record = recordOfMessage(message);
    const result = await outcomeOf(classify(record), streamId);
    switch (result.kind) {
      case "done":
        hitFailpoint("after-redriven-command", streamId);
        return { settled: { messageId, result: result.outcome, reason: null } };
      case "refused":
        await deadLetters.publish(record, result.reason);
        hitFailpoint("after-redriven-dead-letter", streamId);
        return { settled: { messageId, result: "deadLettered", reason: reasonLine(result.reason) } };
      case "fault":
        return { fault: boundedReason(result.reason) };
      default:
        return unreachable(result);
    }
  };

  const redriveHeld = async (
    held: HeldStream,
    by: string,
    endsAtMs: number,
  ): Promise<Pick<RedriveReport, "settled" | "stoppedBy">> => {
    const settled: Settled[] = [];
    while (held.current() !== undefined && settled.length < mostMessages && nowMs() < endsAtMs) {
      const message = await held.first();
      if (message === undefined) throw new Error("a parked stream has no message");
      const result = await attempt(message);
      if ("fault" in result) {
        const entry = audit(message, by, { action: "redrive", result: "fault", reason: result.fault });
        await held.release((stream) => afterFault(stream, result.fault, entry.at), entry);
        onSettled("fault");
        return { settled, stoppedBy: { messageId: message.messageId, reason: result.fault } };
      }
      await held.settle(message, audit(message, by, { action: "redrive", ...result.settled }));
      onSettled(result.settled.result);
      settled.push(result.settled);
    }
    return { settled, stoppedBy: null };
  };

  /** Does the work while the stream is held; undefined if it is not parked any more. */
  const whileHeld = async <Result>(
    found: StoredStream,
    by: string,
    work: (held: HeldStream) => Promise<Result>,
  ): Promise<Result | undefined> => {
    const held = await holdStream(store, found, { leaseId: newId(), by, leaseMs, nowMs });
    if (held === undefined) return undefined;
    try {
      const result = await work(held);
      await held.release(released);
      return result;
    } catch (error) {
      // If it cannot be given back either, the lease runs out.
      await held.release(released).catch(() => undefined);
      throw error;
    }
  };

  return {
    redrive: async (streamId, by) => {
      const endsAtMs = nowMs() + mostCommandTimes * commandMs;
      const parts = await store.streamsOf(streamId);
      if (parts.length === 0) return undefined;
      const settled: Settled[] = [];
      let stoppedBy: RedriveReport["stoppedBy"] = null;
      for (const part of parts) {
        const done = await whileHeld(part, by, async (held) => redriveHeld(held, by, endsAtMs));
        settled.push(...(done?.settled ?? []));
        stoppedBy = done?.stoppedBy ?? null;
        if (stoppedBy !== null) break;
      }
      const left = (await store.streamsOf(streamId)).reduce((sum, { stream }) => sum + stream.messages, 0);
      return { streamId, settled, left, stoppedBy };
    },

    discard: async (streamId, messageId, reason, by) => {
      const slash = messageId.lastIndexOf("/");
      const partition = messageId.slice(0, slash);
      const part = (await store.streamsOf(streamId)).find(({ stream }) => stream.partition === partition);
      if (part === undefined) return undefined;
      return whileHeld(part, by, async (held) => {
        const message = await store.readMessage(partition, Number(messageId.slice(slash + 1)));
        if (message?.streamId !== streamId) return undefined;
        await deadLetters.publish(recordOfMessage(message), { cause: "Discarded", detail: `${reason} (by ${by})` });
        hitFailpoint("after-discarded-dead-letter", streamId);
        await held.settle(message, audit(message, by, { action: "discard", result: "discarded", reason }));
        onSettled("discarded");
        return message;
      });
    },
  };
};
