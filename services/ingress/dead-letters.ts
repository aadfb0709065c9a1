import { Pool } from "undici";
import { SidecarUnavailable } from "../platform/sidecar.ts";
import type { DeadLetterReason } from "./classify.ts";
import type { KafkaRecord } from "./kafka-record.ts";

/** The component that publishes; the one that subscribes strips headers, so it cannot. */
const component = "event-publisher";
export const deadLetterTopic = "order-commands-dead-letter";

const longestReason = 512;
/**
 * The key travels in the request's query, and the sidecar reads at most 8 KiB of request line and headers. An order id has
 * 128 characters; the key of a foreign record that does not fit here is left out rather than blocking its partition.
 */
const longestEscapedKey = 4_096;
const publishTimeoutMs = 10_000;

/** One line of printable ASCII, at most 512 characters: what `dlq-reason` holds. */
export const reasonLine = ({ cause, detail }: DeadLetterReason): string =>
  `${cause}: ${detail}`
    .slice(0, longestReason)
    .replaceAll(/\s/g, " ")
    .replaceAll(/[^\x20-\x7e]/g, "?");

/** Percent-encodes bytes that need not be UTF-8. */
const escapeBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/**
 * The path that publishes a dead letter: its metadata, which the component makes into the record's key and headers, stands
 * in the query. `rawPayload` keeps the sidecar from wrapping the bytes.
 */
const publishPath = (record: KafkaRecord, reason: DeadLetterReason): string => {
  const query = new URLSearchParams({
    "metadata.rawPayload": "true",
    "metadata.dlq-reason": reasonLine(reason),
    "metadata.dlq-topic": record.topic,
    "metadata.dlq-partition": String(record.partition),
    "metadata.dlq-offset": record.offset,
  });
  const key = record.key === undefined ? undefined : escapeBytes(record.key);
  const keyFits = key === undefined || key.length <= longestEscapedKey;
  if (!keyFits) query.set("metadata.dlq-key-omitted", `${record.key?.byteLength} bytes`);
  const escapedKey = key !== undefined && keyFits ? `&metadata.partitionKey=${key}` : "";
  return `/v1.0/publish/${component}/${deadLetterTopic}?${query.toString()}${escapedKey}`;
};

export interface DeadLetters {
  /**
   * Publishes a record with its original bytes and key, and where it came from and why in headers. Resolves when Kafka has
   * it; throws `SidecarUnavailable` otherwise.
   */
  publish(record: KafkaRecord, reason: DeadLetterReason): Promise<void>;
  close(): Promise<void>;
}

/** Publishes through the sidecar on this machine. It has a client of its own, since a key is bytes and not always text. */
export const createDeadLetters = (daprHttpPort: number): DeadLetters => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: 8, pipelining: 1 });
  return {
    publish: async (record, reason) => {
      try {
        const response = await pool.request({
          method: "POST",
          path: publishPath(record, reason),
          headers: { "content-type": "application/octet-stream" },
          body: record.value,
          signal: AbortSignal.timeout(publishTimeoutMs),
        });
        const text = await response.body.text();
        if (response.statusCode !== 204 && response.statusCode !== 200)
          throw new Error(`the sidecar answered ${response.statusCode}: ${text.slice(0, 500)}`);
      } catch (error) {
        throw new SidecarUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
    close: async () => pool.destroy(),
  };
};
