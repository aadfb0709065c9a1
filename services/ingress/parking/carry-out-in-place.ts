import { SidecarUnavailable, type CallLimits } from "../../platform/sidecar.ts";
import type { CarriedOut, CarryOut } from "../carry-out.ts";
import type { MessageCommand } from "../classify.ts";
import type { KafkaRecord } from "../kafka-record.ts";
import type { FaultJudge, OutageProbe } from "./fault-judge.ts";
import { offsetOf, partitionOf } from "./items.ts";

export interface CarryOutInPlaceParts {
  readonly carryOut: CarryOut;
  readonly probe: OutageProbe;
  readonly judge: FaultJudge;
  /** How long a command is tried before anything else is asked. */
  readonly commandMs: number;
  readonly monotonicMs: () => number;
}

/**
 * Carries out the command of a record, with bounded retries. A fault that is the result is the command's own: others
 * succeed.
 *
 * @throws SidecarUnavailable if a part is away for everyone
 */
export const createCarryOutInPlace = ({ carryOut, probe, judge, commandMs, monotonicMs }: CarryOutInPlaceParts) => {
  // Once more after a probe has found nothing wrong: a fault is the command's own only if it lies between two probes that succeed.
  const attempts: readonly CallLimits[] = [{ deadlineMs: commandMs }, { deadlineMs: commandMs / 2 }];
  /** Since when the record at hand of each partition has been tried, over all its deliveries. */
  const trying = new Map<string, { readonly offset: number; readonly sinceMs: number }>();

  const triedSince = (record: KafkaRecord): number => {
    const offset = offsetOf(record);
    const before = trying.get(partitionOf(record));
    if (before?.offset === offset) return before.sinceMs;
    const sinceMs = monotonicMs();
    trying.set(partitionOf(record), { offset, sinceMs });
    return sinceMs;
  };

  return async (record: KafkaRecord, command: MessageCommand): Promise<CarriedOut> => {
    const { streamId, streamType } = command;
    const sinceMs = triedSince(record);
    let reason = "";
    for (const limits of attempts) {
      const result = await carryOut(command, limits);
      if (result.kind === "done" && result.outcome === "accepted") judge.observed(streamId, "accepted");
      if (result.kind !== "fault") return result;
      reason = result.reason;
      judge.observed(streamId, "fault");
      const away = await probe(streamType);
      if (away !== undefined) throw new SidecarUnavailable(`${reason} (${away})`);
    }
    if (judge.judge(streamId, sinceMs) === "ownFault") return { kind: "fault", reason };
    throw new SidecarUnavailable(`${reason} (and no other command succeeds)`);
  };
};
