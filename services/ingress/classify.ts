import { isUtf8 } from "node:buffer";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import type { CommandEnvelope } from "../../actors/kernel/envelope.ts";
import { describeIssues, fieldIssuesOf } from "../../actors/kernel/field-issues.ts";
import { eventOfData, eventOfSubject, sourcedCommandId, typedEvent } from "./command-event.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import type { MessageType } from "./messages/message-type.ts";
import { messageTypeOf, messageTypes } from "./messages/message-types.ts";

/** The largest message that can be a command, in bytes: the limit that the HTTP API has too. */
export const largestMessageBytes = 256 * 1024;

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
  | "UnknownStream"
  | "Discarded";

export interface DeadLetterReason {
  readonly cause: DeadLetterCause;
  readonly detail: string;
}

/** A command for one stream, as a message asks for it. */
export interface MessageCommand {
  readonly kind: "command";
  readonly streamType: StreamType;
  readonly streamId: string;
  /** The CloudEvent's type. */
  readonly messageType: string;
  readonly envelope: CommandEnvelope;
}

export type Classified = MessageCommand | { readonly kind: "deadLetter"; readonly reason: DeadLetterReason };

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

const typeOf = (json: unknown): MessageType | undefined => {
  const typed = typedEvent.safeParse(json);
  return typed.success ? messageTypeOf(typed.data.type) : undefined;
};

/**
 * What a message asks for: a command of one stream, or nothing that can ever be done. Only the bytes decide; the commands of
 * the process manager are as unknown here as any other word.
 */
export const classify = ({ key, value }: Pick<KafkaRecord, "key" | "value">): Classified => {
  if (value.byteLength > largestMessageBytes)
    return deadLetter("TooLarge", `${value.byteLength} bytes, at most ${largestMessageBytes} are allowed`);
  if (!isUtf8(value)) return deadLetter("NotUtf8", "the message is not UTF-8");

  const parsed = parseJson(Buffer.from(value).toString("utf8"));
  if ("mistake" in parsed) return deadLetter("NotJson", parsed.mistake);

  const type = typeOf(parsed.json);
  const subjectMatters = type === undefined || type.subjectIsStream;
  const event = (subjectMatters ? eventOfSubject : eventOfData).safeParse(parsed.json);
  if (!event.success) return deadLetter("InvalidEvent", describeIssues(fieldIssuesOf(event.error)));
  if (type === undefined)
    return deadLetter("UnknownType", `type must be one of ${Object.keys(messageTypes).join(", ")}`);

  const { id, source, data, traceparent, correlationid, causationid } = event.data;
  const commandId = type.commandIds === "own" ? id : sourcedCommandId.safeParse({ source, id }).data;
  if (commandId === undefined)
    return deadLetter("InvalidEvent", "source#id: must be at most 256 printable ASCII characters");

  const translated = type.translate(String(event.data["subject"]), data);
  if (!translated.valid) return deadLetter("InvalidCommand", describeIssues(translated.issues));
  const { streamId, fields } = translated;
  if (key !== undefined && !Buffer.from(streamId).equals(key))
    return deadLetter("KeyMismatch", `the key is not ${streamId}`);

  return {
    kind: "command",
    streamType: type.streamType,
    streamId,
    messageType: event.data.type,
    envelope: {
      commandId,
      type: type.commandType,
      data: fields,
      by: "ingress",
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
      ...(causationid === undefined ? {} : { causationId: causationid }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
};
