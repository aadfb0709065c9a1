import { hitFailpoint } from "../../actors/host/failpoint.ts";
import { unreachable } from "../../actors/kernel/decision.ts";
import type { Logger } from "../platform/logger.ts";
import { SidecarUnavailable } from "../platform/sidecar.ts";
import type { CarriedOut } from "./carry-out.ts";
import { classify, type DeadLetterReason, type MessageCommand } from "./classify.ts";
import { reasonLine, type DeadLetters } from "./dead-letters.ts";
import { placeOf, type KafkaRecord } from "./kafka-record.ts";
import type { DeliveryOutcome, IngressMetrics } from "./metrics.ts";
import { createInTurn } from "./parking/in-turn.ts";
import { contentHashOf, offsetOf, partitionOf } from "./parking/items.ts";
import type { KnownPartitions } from "./parking/known-partitions.ts";
import type { Park } from "./parking/park.ts";
import { routeOf } from "./parking/partition-view.ts";
import { ParkingUnavailable } from "./parking/store.ts";

export interface RecordHandlerDependencies {
  /**
   * Carries a command out, in place and within bounds. A fault is the command's own; throws `SidecarUnavailable` if a part is
   * away.
   */
  readonly carryOut: (record: KafkaRecord, command: MessageCommand) => Promise<CarriedOut>;
  readonly partitions: Pick<KnownPartitions, "before" | "handled">;
  readonly park: Park;
  readonly deadLetters: Pick<DeadLetters, "publish">;
  readonly metrics: Pick<IngressMetrics, "observe">;
  readonly logger: Logger;
}

/** `done`: the record may be acknowledged. `redeliver`: nothing is decided, the same record must come again. */
export type Handled = "done" | "redeliver";

/** Each message that is redriven meanwhile moves the stream behind which a record is to go. */
const mostRoutes = 10;

export type RecordHandler = (record: KafkaRecord) => Promise<Handled>;

/**
 * Makes the function that turns one record into a command, a dead letter or a parked message, before it is acknowledged.
 *
 * A repeated record repeats its command under the same id, which the actor answers as it did the first time, and a record is
 * parked once. So after a crash nothing is done twice, except that a dead letter can be published twice, with the same
 * origin headers.
 */
export const createRecordHandler = ({
  carryOut,
  partitions,
  park,
  deadLetters,
  metrics,
  logger,
}: RecordHandlerDependencies): RecordHandler => {
  const inTurn = createInTurn();

  const bury = async (record: KafkaRecord, reason: DeadLetterReason): Promise<DeliveryOutcome> => {
    await deadLetters.publish(record, reason);
    hitFailpoint("after-dead-letter", Buffer.from(record.key ?? []).toString("utf8"));
    logger.warn("dead-lettered", { record: placeOf(record), reason: reasonLine(reason) });
    return reason.cause;
  };

  /** What became of the record; undefined if it was to be parked and something has become known meanwhile. */
  const carryOutOrPark = async (record: KafkaRecord, command: MessageCommand): Promise<DeliveryOutcome | undefined> => {
    const result = await carryOut(record, command);
    switch (result.kind) {
      case "done":
        return result.outcome;
      case "refused":
        return bury(record, result.reason);
      case "fault": {
        const { reason } = result;
        if (!(await park(record, command, reason))) return undefined;
        logger.error("parked", { record: placeOf(record), streamId: command.streamId, reason });
        return "parked";
      }
      default:
        return unreachable(result);
    }
  };

  const handleCommand = async (record: KafkaRecord, command: MessageCommand): Promise<DeliveryOutcome | undefined> => {
    const view = await partitions.before(partitionOf(record), offsetOf(record));
    const route = routeOf(view, command.streamId, offsetOf(record), () => contentHashOf(record.value));
    switch (route) {
      case "discarded":
        return "discarded";
      case "behind":
        return (await park(record, command, undefined)) ? "parkedBehind" : undefined;
      case "direct":
        return carryOutOrPark(record, command);
      default:
        return unreachable(route);
    }
  };

  const handle = async (record: KafkaRecord): Promise<DeliveryOutcome> => {
    const command = classify(record);
    if (command.kind === "deadLetter") return bury(record, command.reason);
    for (let number = 1; number <= mostRoutes; number += 1) {
      const outcome = await handleCommand(record, command);
      if (outcome !== undefined) return outcome;
    }
    throw new ParkingUnavailable(`${command.streamId} is being redriven all the while`);
  };

  const handleInTurn = async (record: KafkaRecord): Promise<Handled> => {
    const startedAt = performance.now();
    const observe = (outcome: DeliveryOutcome): void =>
      metrics.observe(outcome, (performance.now() - startedAt) / 1_000);
    try {
      observe(await handle(record));
      partitions.handled(partitionOf(record), offsetOf(record));
      return "done";
    } catch (error) {
      observe("redelivered");
      if (!(error instanceof SidecarUnavailable) && !(error instanceof ParkingUnavailable)) throw error;
      logger.warn("a part is away, the record must come again", { record: placeOf(record), reason: error.message });
      return "redeliver";
    }
  };

  return async (record) => inTurn(partitionOf(record), async () => handleInTurn(record));
};
