import { Pool } from "undici";
import type { WaitingMessage } from "../storage/outbox.ts";

const component = "event-publisher";
/** Where back-end systems send what they have to tell; the key is the order id. */
const topic = "order-commands";
const timeoutMs = 10_000;
const maxConnections = 16;

export interface MessagePublisher {
  /** Publishes a message, keyed by its order. Resolves when Kafka has it; throws if that is not known. */
  publish(message: Pick<WaitingMessage, "orderId" | "event">): Promise<void>;
  close(): Promise<void>;
}

/** Publishes through the sidecar on this machine, raw: the CloudEvent is the record's value as it is. */
export const createMessagePublisher = (daprHttpPort: number): MessagePublisher => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: maxConnections, pipelining: 1 });
  return {
    publish: async ({ orderId, event }) => {
      const query = new URLSearchParams({
        "metadata.rawPayload": "true",
        "metadata.partitionKey": orderId,
        "metadata.content-type": "application/cloudevents+json",
      });
      const response = await pool.request({
        method: "POST",
        path: `/v1.0/publish/${component}/${topic}?${query.toString()}`,
        headers: { "content-type": "application/cloudevents+json" },
        body: event,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.body.text();
      if (response.statusCode !== 204 && response.statusCode !== 200)
        throw new Error(`the sidecar answered ${response.statusCode}: ${text.slice(0, 500)}`);
    },
    close: async () => pool.destroy(),
  };
};
