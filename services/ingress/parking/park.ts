import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { MessageCommand } from "../classify.ts";
import { placeOf, type KafkaRecord } from "../kafka-record.ts";
import { messageOfRecord, offsetOf, partitionOf } from "./items.ts";
import type { KnownPartitions } from "./known-partitions.ts";
import { boundedReason, withMessage } from "./parked-stream.ts";
import { ParkingUnavailable, type ParkedStore } from "./store.ts";

/** Contention with a redrive of the same stream, which moves the stream with each message. */
const mostAttempts = 10;

export interface ParkParts {
  readonly store: Pick<ParkedStore, "park" | "readStream">;
  readonly partitions: Pick<KnownPartitions, "before" | "learn" | "forget" | "makeRoom">;
  readonly nowIso: () => string;
}

/**
 * Parks the record of a command: because of a fault, or (without one) behind what its stream has parked.
 *
 * @returns whether it is stored; false if it was to go behind a stream that was redriven or discarded from meanwhile: what is
 *   to be done with the record must be found out anew, since it may be the very one that was discarded
 * @throws ParkingUnavailable if it cannot be stored now, or not by this instance
 */
export type Park = (record: KafkaRecord, command: MessageCommand, fault: string | undefined) => Promise<boolean>;

export const createPark = ({ store, partitions, nowIso }: ParkParts): Park => {
  const attempt = async (
    record: KafkaRecord,
    command: MessageCommand,
    fault: string | undefined,
  ): Promise<boolean | "again"> => {
    const { streamType, streamId, messageType, envelope } = command;
    const partition = partitionOf(record);
    const offset = offsetOf(record);
    await partitions.makeRoom(partition, streamId, offset);
    const { claimTag, streams } = await partitions.before(partition, offset);
    const before = streams.get(streamId);
    if (fault === undefined && (before === undefined || offset < before.stream.head)) return false;
    const message = messageOfRecord(record, {
      streamType,
      streamId,
      messageType,
      commandId: envelope.commandId,
      parkedAt: nowIso(),
      reason: fault === undefined ? null : boundedReason(fault),
    });
    const result = await store.park(claimTag, before, withMessage(before?.stream, message), message);
    switch (result.outcome) {
      case "parked":
        hitFailpoint("after-park", streamId);
        partitions.learn(partition, streamId, result.stored, result.claimTag);
        return true;
      case "claimLost":
        partitions.forget(partition);
        throw new ParkingUnavailable(`another instance has taken ${partition}`);
      case "streamMoved":
        if (fault === undefined) {
          partitions.forget(partition);
          return false;
        }
        partitions.learn(partition, streamId, await store.readStream(partition, streamId));
        return "again";
      case "alreadyParked":
        // Offsets begin anew if the topic is deleted and created: what waits from before must be redriven or discarded first.
        if (result.value !== message.value)
          throw new ParkingUnavailable(`another message is parked under ${placeOf(record)}`);
        partitions.learn(partition, streamId, await store.readStream(partition, streamId));
        return true;
      default:
        return unreachable(result);
    }
  };

  return async (record, command, fault) => {
    for (let number = 1; number <= mostAttempts; number += 1) {
      const result = await attempt(record, command, fault);
      if (result !== "again") return result;
    }
    throw new ParkingUnavailable(`${command.streamId} is being redriven all the while`);
  };
};
