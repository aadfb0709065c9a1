import { z } from "zod";

/** What is public beside the data: the attributes of every published CloudEvent. */
export const publishedAttributes = z.object({
  specversion: z.literal("1.0"),
  id: z
    .string()
    .describe("`<stream id>/<version of the stream>`, with `/v<n>` behind it for version n > 1 of the public form."),
  source: z.string().describe("With `id` it names the event: what is delivered again has both alike."),
  type: z.string().describe("`orders.event.<Type>`, with `.v<n>` behind it for version n > 1 of the public form."),
  subject: z
    .string()
    .describe("The stream id: an order id, or `<sku>~<location>` of a stock item. Also the record's key."),
  time: z.string().meta({ format: "date-time" }).describe("When it happened, in UTC."),
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().describe("Names the schema of `data`."),
  version: z
    .int()
    .min(1)
    .describe("The version of the stream with this event: 1 for its first event, then without a gap."),
  schemaversion: z.int().min(1).describe("The version of the public form, the one that `dataschema` names."),
  commandid: z.string().optional().describe("The id of the command that caused the event."),
  correlationid: z.string().optional().describe("Ties together everything that one request from outside caused."),
  causationid: z
    .string()
    .optional()
    .describe("What caused the command: its own id, or that of the event it follows from."),
  traceparent: z.string().optional().describe("W3C trace context of the command."),
});
