import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { MessageCommand } from "../classify.ts";
import { placeOf, type KafkaRecord } from "../kafka-record.ts";
import { contentHashOf, messageOfRecord, offsetOf, partitionOf } from "./items.ts";
import type { KnownPartitions } from "./known-partitions.ts";
import { boundedReason, withMessage } from "./parked-stream.ts";
import { routeOf } from "./partition-view.ts";
import { ParkingUnavailable, type ParkedStore, type ParkResult } from "./store.ts";

export interface ParkParts {
  readonly store: Pick<ParkedStore, "park">;
  readonly partitions: Pick<KnownPartitions, "before" | "learn" | "forget" | "makeRoom">;
  readonly nowIso: () => string;
}

/**
 * Parks the record of a command: because of a fault, or (without one) behind what its stream has parked.
 *
 * @returns whether it is stored; false if something has become known since it was decided to park it (its stream was redriven,
 *   or the record itself was discarded): what is to be done with it must be found out anew
 * @throws ParkingUnavailable if it cannot be stored now, or not by this instance
 */
export type Park = (record: KafkaRecord, command: MessageCommand, fault: string | undefined) => Promise<boolean>;

export const createPark = ({ store, partitions, nowIso }: ParkParts): Park => {
  /** Without an answer the message may be stored, which must be known before its record is handled again. */
  const storeOrForget = async (partition: string, ...given: Parameters<ParkedStore["park"]>): Promise<ParkResult> => {
    try {
      return await store.park(...given);
    } catch (error) {
      partitions.forget(partition);
      throw error;
    }
  };

  return async (record, command, fault) => {
    const { streamType, streamId, messageType, envelope } = command;
    const partition = partitionOf(record);
    const offset = offsetOf(record);
    await partitions.makeRoom(partition, streamId, offset);
    const view = await partitions.before(partition, offset);
    const route = routeOf(view, streamId, offset, () => contentHashOf(record.value));
    if (route === "discarded" || (route === "direct" && fault === undefined)) return false;
    const before = view.streams.get(streamId);
    const message = messageOfRecord(record, {
      streamType,
      streamId,
      messageType,
      commandId: envelope.commandId,
      parkedAt: nowIso(),
      reason: fault === undefined ? null : boundedReason(fault),
    });
    const next = withMessage(before?.stream, message);
    const result = await storeOrForget(partition, view.claimTag, before, next, message);
    switch (result.outcome) {
      case "parked":
        hitFailpoint("after-park", streamId);
        partitions.learn(partition, streamId, result.stored, result.claimTag);
        return true;
      case "claimLost":
        partitions.forget(partition);
        throw new ParkingUnavailable(`another instance has taken ${partition}`);
      case "streamMoved":
        partitions.forget(partition);
        return false;
      case "alreadyParked":
        // Offsets begin anew if the topic is deleted and created: what waits from before must be redriven or discarded first.
        if (result.value !== message.value)
          throw new ParkingUnavailable(`another message is parked under ${placeOf(record)}`);
        return true;
      default:
        return unreachable(result);
    }
  };
};
