import { z } from "zod";
import type { KafkaRecord } from "./kafka-record.ts";

/** What the sidecar wraps around the bytes of a raw record; its other members are made up by the sidecar. */
const wrapper = z.object({ data_base64: z.string() });

/** The Kafka component's metadata, which the sidecar sends as HTTP headers. */
const metadata = z.object({
  __topic: z.string().min(1),
  __partition: z.string().regex(/^\d+$/).transform(Number),
  __offset: z.string().regex(/^\d+$/),
  __key: z.string().optional(),
});

/** Undoes Go's `url.QueryEscape`, byte by byte, since a key need not be UTF-8. */
const unescapeBytes = (escaped: string): Uint8Array => {
  const latin1 = escaped
    .replaceAll("+", " ")
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, "latin1");
};

/**
 * The record that a delivery of the sidecar carries.
 *
 * Throws if it carries none: then the subscription is not the raw one that this service needs (`rawPayload: "true"` and
 * `escapeHeaders: "true"`), whatever the message says.
 */
export const recordOfDelivery = (
  body: unknown,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): KafkaRecord => {
  const { data_base64: value } = wrapper.parse(body);
  const { __topic: topic, __partition: partition, __offset: offset, __key: key } = metadata.parse(headers);
  return {
    topic,
    partition,
    offset,
    key: key === undefined ? undefined : unescapeBytes(key),
    value: Buffer.from(value, "base64"),
  };
};
