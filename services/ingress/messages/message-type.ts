import type { z } from "zod";
import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import type { FieldIssue } from "../../../actors/kernel/answer.ts";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import { orderCommandSchemas } from "../../../actors/order/schemas.ts";

/** The stream that a message is for, and the fields of its command. */
export interface Translated {
  readonly streamId: string;
  readonly fields: Record<string, unknown>;
}

export type Translation =
  | ({ readonly valid: true } & Translated)
  | { readonly valid: false; readonly issues: readonly FieldIssue[] };

/** What the CloudEvents of one type mean. */
export interface MessageType {
  readonly streamType: StreamType;
  readonly commandType: string;
  /** What `data` must hold, as it stands in the message. */
  readonly data: z.ZodObject;
  /** Whether `subject` names the stream; otherwise `data` does, and `subject` may be anything. */
  readonly subjectIsStream: boolean;
  /** The stream id in words, for the documentation. */
  readonly streamIdIs: string;
  /**
   * `own`: the event's id is the command id, as it is an Idempotency-Key by HTTP. `source`: several back ends number their
   * messages independently, so the command id is made from the event's source and id, which CloudEvents are unique by.
   */
  readonly commandIds: "own" | "source";
  /** The stream and the command's fields, or every wrong field of `data`. `subject` is the event's, where it names the stream. */
  translate(subject: string, data: Record<string, unknown>): Translation;
}

type OrderCommandType = keyof typeof orderCommandSchemas;

const unknownField = "is not a field of this message";

/**
 * A message about the order that `subject` names; its data are the fields of the command. What a sender wrote is what the
 * actor gets: it parses the fields itself, and tells a repetition by them.
 */
export const orderMessage = (
  commandType: OrderCommandType,
  commandIds: MessageType["commandIds"] = "source",
): MessageType => {
  const data: z.ZodObject = orderCommandSchemas[commandType];
  return {
    streamType: "Order",
    commandType,
    data,
    subjectIsStream: true,
    streamIdIs: "the order that `subject` names",
    commandIds,
    translate: (subject, fields) => {
      const parsed = data.safeParse(fields);
      return parsed.success
        ? { valid: true, streamId: subject, fields }
        : { valid: false, issues: fieldIssuesOf(parsed.error, unknownField) };
    },
  };
};

export interface MessageOfData<Data extends z.ZodObject>
  extends Pick<MessageType, "streamType" | "commandType" | "streamIdIs"> {
  readonly data: Data;
  readonly streamIdOf: (data: z.output<Data>) => string;
  /** The members of `data` that name the stream and are no fields of the command. */
  readonly notFields: readonly (keyof z.output<Data> & string)[];
}

/** A message whose data name the stream that it is about. */
export const messageOfData = <Data extends z.ZodObject>({
  streamIdOf,
  notFields,
  data,
  ...type
}: MessageOfData<Data>): MessageType => ({
  ...type,
  data,
  subjectIsStream: false,
  commandIds: "source",
  translate: (_subject, sent) => {
    const parsed = data.safeParse(sent);
    if (!parsed.success) return { valid: false, issues: fieldIssuesOf(parsed.error, unknownField) };
    const leftOut = new Set<string>(notFields);
    const fields = Object.fromEntries(Object.entries(sent).filter(([name]) => !leftOut.has(name)));
    return { valid: true, streamId: streamIdOf(parsed.data), fields };
  },
});
