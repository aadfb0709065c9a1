import type { ErrorKind } from "../../actors/kernel/answer.ts";
import { SidecarUnavailable, type CallLimits, type Sidecar } from "../platform/sidecar.ts";
import type { DeadLetterCause, DeadLetterReason, MessageCommand } from "./classify.ts";

/** What came of a command: it has an outcome, or is refused for ever, or nobody knows. */
export type CarriedOut =
  | { readonly kind: "done"; readonly outcome: "accepted" | "replayed" }
  | { readonly kind: "refused"; readonly reason: DeadLetterReason }
  | { readonly kind: "fault"; readonly reason: string };

/** Sends a command to its actor, within the limits. Throws only for a bug. */
export type CarryOut = (command: MessageCommand, limits: CallLimits) => Promise<CarriedOut>;

/** Every refusal of an actor but a fault is final: repeating the message would be refused again. */
const causeOf: { readonly [Kind in Exclude<ErrorKind, "fault">]: DeadLetterCause } = {
  invalid: "InvalidCommand",
  rejected: "Rejected",
  versionConflict: "VersionConflict",
  commandIdReused: "CommandIdReused",
  unknownStream: "UnknownStream",
};

export const createCarryOut =
  (sidecar: Pick<Sidecar, "command">): CarryOut =>
  async ({ streamType, streamId, envelope }, limits) => {
    try {
      const answer = await sidecar.command("execute", streamType, streamId, envelope, limits);
      if ("ok" in answer) return { kind: "done", outcome: answer.ok.replayed ? "replayed" : "accepted" };
      const { kind, code, message } = answer.error;
      return kind === "fault"
        ? { kind: "fault", reason: message }
        : { kind: "refused", reason: { cause: causeOf[kind], detail: `${code}: ${message}` } };
    } catch (error) {
      if (!(error instanceof SidecarUnavailable)) throw error;
      return { kind: "fault", reason: error.message };
    }
  };
