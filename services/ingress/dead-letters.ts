import { Pool } from "undici";
import { SidecarUnavailable } from "../platform/sidecar.ts";
import type { DeadLetterReason } from "./classify.ts";
import type { KafkaRecord } from "./kafka-record.ts";

/** The component that publishes; the one that subscribes strips headers, so it cannot. */
const component = "event-publisher";
export const deadLetterTopic = "order-commands-dead-letter";

const longestReason = 512;
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
const publishPath = (record: KafkaRecord, reason: DeadLetterReason, withKey: boolean): string => {
  const query = new URLSearchParams({
    "metadata.rawPayload": "true",
    "metadata.dlq-reason": reasonLine(reason),
    "metadata.dlq-topic": record.topic,
    "metadata.dlq-partition": String(record.partition),
    "metadata.dlq-offset": record.offset,
  });
  const path = `/v1.0/publish/${component}/${deadLetterTopic}`;
  if (record.key === undefined) return `${path}?${query.toString()}`;
  if (withKey) return `${path}?${query.toString()}&metadata.partitionKey=${escapeBytes(record.key)}`;
  query.set("metadata.dlq-key-omitted", `${record.key.byteLength} bytes`);
  return `${path}?${query.toString()}`;
};

/** The sidecar reads a request line and headers of its `--read-buffer-size` and answers a longer one with this. */
const headersTooLarge = 431;

export interface DeadLetters {
  /**
   * Publishes a record with its original bytes and key, and where it came from and why in headers; a key that is too long
   * for the sidecar is left out, and a header says so. Resolves when Kafka has it; throws `SidecarUnavailable` otherwise.
   */
  publish(record: KafkaRecord, reason: DeadLetterReason): Promise<void>;
  close(): Promise<void>;
}

/** Publishes through the sidecar on this machine. It has a client of its own, since a key is bytes and not always text. */
export const createDeadLetters = (daprHttpPort: number): DeadLetters => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: 8, pipelining: 1 });
  const post = async (path: string, body: Uint8Array): Promise<number> => {
    const response = await pool.request({
      method: "POST",
      path,
      headers: { "content-type": "application/octet-stream" },
      body,
      signal: AbortSignal.timeout(publishTimeoutMs),
    });
    const text = await response.body.text();
    if (![200, 204, headersTooLarge].includes(response.statusCode))
      throw new Error(`the sidecar answered ${response.statusCode}: ${text.slice(0, 500)}`);
    return response.statusCode;
  };

  return {
    publish: async (record, reason) => {
      try {
        const status = await post(publishPath(record, reason, true), record.value);
        if (status !== headersTooLarge) return;
        // A key that long is none of ours; to insist on it would block its partition for ever.
        if ((await post(publishPath(record, reason, false), record.value)) === headersTooLarge)
          throw new Error("the sidecar's read buffer is too small for any dead letter");
      } catch (error) {
        throw new SidecarUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
    close: async () => pool.destroy(),
  };
};
