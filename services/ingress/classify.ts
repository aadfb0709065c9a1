import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import type { CommandEnvelope } from "../../actors/kernel/envelope.ts";
import { describeIssues, fieldIssuesOf } from "../../actors/kernel/field-issues.ts";
import { parseCommandWith } from "../../actors/kernel/parse-command.ts";
import { orderCommandSchemas } from "../../actors/order/schemas.ts";
import { commandEvent } from "./command-event.ts";
import type { KafkaRecord } from "./kafka-record.ts";

/** The largest message that can be a command, in bytes: the limit that the HTTP API has too. */
export const largestMessageBytes = 256 * 1024;

/** The commands that anyone may send. */
const commandSchemas: Readonly<Record<string, z.ZodObject>> = orderCommandSchemas;

/** Why a message can never succeed. */
export type DeadLetterCause =
  | "TooLarge"
  | "NotUtf8"
  | "NotJson"
  | "InvalidEvent"
  | "KeyMismatch"
  | "UnknownType"
  | "InvalidCommand"
  | "Rejected"
  | "CommandIdReused"
  | "VersionConflict"
  | "UnknownStream";

export interface DeadLetterReason {
  readonly cause: DeadLetterCause;
  readonly detail: string;
}

export type Classified =
  | { readonly kind: "command"; readonly orderId: string; readonly envelope: CommandEnvelope }
  | { readonly kind: "deadLetter"; readonly reason: DeadLetterReason };

const deadLetter = (cause: DeadLetterCause, detail: string): Classified => ({
  kind: "deadLetter",
  reason: { cause, detail },
});

const parseJson = (text: string): { readonly json: unknown } | { readonly mistake: string } => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
};

/**
 * What a message asks for: a command of one order, or nothing that can ever be done. Only the bytes decide; the commands of
 * the process manager are as unknown here as any other word.
 */
export const classify = ({ key, value }: Pick<KafkaRecord, "key" | "value">): Classified => {
  if (value.byteLength > largestMessageBytes)
    return deadLetter("TooLarge", `${value.byteLength} bytes, at most ${largestMessageBytes} are allowed`);
  if (!isUtf8(value)) return deadLetter("NotUtf8", "the message is not UTF-8");

  const parsed = parseJson(Buffer.from(value).toString("utf8"));
  if ("mistake" in parsed) return deadLetter("NotJson", parsed.mistake);

  const event = commandEvent.safeParse(parsed.json);
  if (!event.success) return deadLetter("InvalidEvent", describeIssues(fieldIssuesOf(event.error)));

  const { id, type, subject: orderId, data, traceparent, correlationid, causationid } = event.data;
  if (key !== undefined && !Buffer.from(orderId).equals(key))
    return deadLetter("KeyMismatch", `the key is not the subject ${orderId}`);
  if (!Object.hasOwn(commandSchemas, type))
    return deadLetter("UnknownType", `type must name one of ${Object.keys(commandSchemas).join(", ")}`);

  const command = parseCommandWith(commandSchemas, type, data);
  if (!command.valid) return deadLetter("InvalidCommand", describeIssues(command.issues));

  return {
    kind: "command",
    orderId,
    envelope: {
      commandId: id,
      type,
      data,
      by: "ingress",
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
      ...(causationid === undefined ? {} : { causationId: causationid }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
};
