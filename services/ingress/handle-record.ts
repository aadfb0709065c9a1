import { hitFailpoint } from "../../actors/host/failpoint.ts";
import type { ErrorKind } from "../../actors/kernel/answer.ts";
import type { Logger } from "../platform/logger.ts";
import { SidecarUnavailable, type Sidecar } from "../platform/sidecar.ts";
import { classify, type DeadLetterCause, type DeadLetterReason } from "./classify.ts";
import { reasonLine, type DeadLetters } from "./dead-letters.ts";
import { placeOf, type KafkaRecord } from "./kafka-record.ts";
import type { DeliveryOutcome, IngressMetrics } from "./metrics.ts";

export interface RecordHandlerDependencies {
  readonly sidecar: Pick<Sidecar, "command">;
  readonly deadLetters: Pick<DeadLetters, "publish">;
  readonly metrics: IngressMetrics;
  readonly logger: Logger;
}

/** `done`: the record may be acknowledged. `redeliver`: nothing is decided, the same record must come again. */
export type Handled = "done" | "redeliver";

export type RecordHandler = (record: KafkaRecord) => Promise<Handled>;

/** Every refusal of an actor but a fault is final: repeating the message would be refused again. */
const causeOf: { readonly [Kind in Exclude<ErrorKind, "fault">]: DeadLetterCause } = {
  invalid: "InvalidCommand",
  rejected: "Rejected",
  versionConflict: "VersionConflict",
  commandIdReused: "CommandIdReused",
  unknownStream: "UnknownStream",
};

/** How long a command may be tried in place before its record is handed back for redelivery. */
const commandLimits = { deadlineMs: 10_000 };

/**
 * Makes the function that turns one record into a command, or into a dead letter, before it is acknowledged.
 *
 * A repeated record repeats its command under the same id, which the actor answers as it did the first time. So after a
 * crash nothing is done twice, except that a dead letter can be published twice, with the same origin headers.
 */
export const createRecordHandler = ({
  sidecar,
  deadLetters,
  metrics,
  logger,
}: RecordHandlerDependencies): RecordHandler => {
  const bury = async (record: KafkaRecord, reason: DeadLetterReason): Promise<DeliveryOutcome> => {
    await deadLetters.publish(record, reason);
    hitFailpoint("after-dead-letter", Buffer.from(record.key ?? []).toString("utf8"));
    logger.warn("dead-lettered", { record: placeOf(record), reason: reasonLine(reason) });
    return reason.cause;
  };

  const handle = async (record: KafkaRecord): Promise<DeliveryOutcome> => {
    const classified = classify(record);
    if (classified.kind === "deadLetter") return bury(record, classified.reason);
    const { streamType, streamId, envelope } = classified;
    const answer = await sidecar.command("execute", streamType, streamId, envelope, commandLimits);
    if ("ok" in answer) return answer.ok.replayed ? "replayed" : "accepted";
    const { kind, code, message } = answer.error;
    if (kind === "fault") throw new SidecarUnavailable(message);
    return bury(record, { cause: causeOf[kind], detail: `${code}: ${message}` });
  };

  return async (record) => {
    const startedAt = performance.now();
    const observe = (outcome: DeliveryOutcome): void =>
      metrics.observe(outcome, (performance.now() - startedAt) / 1_000);
    try {
      observe(await handle(record));
      return "done";
    } catch (error) {
      observe("redelivered");
      if (!(error instanceof SidecarUnavailable)) throw error;
      logger.warn("a part is away, the record must come again", { record: placeOf(record), reason: error.message });
      return "redeliver";
    }
  };
};
