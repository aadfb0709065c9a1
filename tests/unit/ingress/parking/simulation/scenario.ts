import * as fc from "fast-check";
import type { KafkaRecord } from "../../../../../services/ingress/kafka-record.ts";

/** A run: what is in the partition, and a number for each choice of what happens next. */
export interface Scenario {
  /** Per record: which stream, whether it is refused, and how many offsets before it are empty. */
  readonly log: readonly { readonly stream: number; readonly refused: boolean; readonly gap: number }[];
  readonly choices: readonly number[];
}

export const streamIds = ["order-a", "order-b", "order-c"];

export const scenarios = (mostChoices: number): fc.Arbitrary<Scenario> =>
  fc.record({
    log: fc.array(
      fc.record({
        stream: fc.nat({ max: streamIds.length - 1 }),
        refused: fc.constantFrom(false, false, false, true),
        gap: fc.constantFrom(0, 0, 0, 1),
      }),
      { minLength: 3, maxLength: 14 },
    ),
    choices: fc.array(fc.nat({ max: 2 ** 30 }), { maxLength: mostChoices, size: "max" }),
  });

/** A record of the partition and the command in it. */
export interface LogEntry {
  readonly record: KafkaRecord;
  readonly streamId: string;
  readonly commandId: string;
}

/** The records of a scenario, as they stand in the partition. */
export const logOf = (entries: Scenario["log"]): LogEntry[] => {
  let offset = -1;
  return entries.map(({ stream, refused, gap }) => {
    offset += 1 + gap;
    const streamId = streamIds[stream] ?? "";
    const commandId = `c${offset}${refused ? "-refused" : ""}`;
    const event = {
      specversion: "1.0",
      id: commandId,
      source: "/test",
      type: "orders.command.RecordDelivery",
      subject: streamId,
      data: { shipmentId: `s-${offset}` },
    };
    const value = Buffer.from(JSON.stringify(event));
    const record = { topic: "t", partition: 0, offset: String(offset), key: Buffer.from(streamId), value };
    return { record, streamId, commandId };
  });
};
