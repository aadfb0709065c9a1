import type { z } from "zod";
import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import type { FieldIssue } from "../../../actors/kernel/answer.ts";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { saleIdOf } from "../../../actors/order/sale/sale-id.ts";
import { orderCommandSchemas } from "../../../actors/order/schemas.ts";
import type { inventoryReceipt } from "./stock-messages.ts";

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

/** What a sender wrote is what the actor gets: it parses the fields itself, and tells a repetition by them. */
const asSent =
  (schema: z.ZodObject): MessageType["translate"] =>
  (subject, data) => {
    const parsed = schema.safeParse(data);
    return parsed.success
      ? { valid: true, streamId: subject, fields: data }
      : { valid: false, issues: fieldIssuesOf(parsed.error, "is not a field of this message") };
  };

/** A message about the order that `subject` names; its data are the fields of the command. */
export const orderMessage = (
  commandType: OrderCommandType,
  commandIds: MessageType["commandIds"] = "source",
): MessageType => ({
  streamType: "Order",
  commandType,
  data: orderCommandSchemas[commandType],
  subjectIsStream: true,
  streamIdIs: "the order that `subject` names",
  commandIds,
  translate: asSent(orderCommandSchemas[commandType]),
});

/** A message about the stock item that its data name. */
export const stockMessage = (commandType: "ReceiveStock", schema: typeof inventoryReceipt): MessageType => ({
  streamType: "StockItem",
  commandType,
  data: schema,
  subjectIsStream: false,
  streamIdIs: "the stock item `<sku>~<location>` of `data`",
  commandIds: "source",
  translate: (_subject, data) => {
    const parsed = schema.safeParse(data);
    if (!parsed.success) return { valid: false, issues: fieldIssuesOf(parsed.error, "is not a field of this message") };
    const { sku, location, ...fields } = parsed.data;
    return { valid: true, streamId: stockStreamId(sku, location), fields };
  },
});

/** A sale, which the receipt in its data names. */
export const saleMessage = (): MessageType => ({
  streamType: "Order",
  commandType: "RecordSale",
  data: orderCommandSchemas.RecordSale,
  subjectIsStream: false,
  streamIdIs: "the sale `pos.<storeId>.<terminalId>.<receiptNumber>` of `data`",
  commandIds: "source",
  translate: (_subject, data) => {
    const parsed = orderCommandSchemas.RecordSale.safeParse(data);
    return parsed.success
      ? { valid: true, streamId: saleIdOf(parsed.data), fields: data }
      : { valid: false, issues: fieldIssuesOf(parsed.error, "is not a field of this message") };
  },
});
