import type { StreamType } from "../../kernel/aggregate.ts";
import { publishedEventId, type RecordedEvent } from "../../kernel/recorded-event.ts";

/** Stable, whichever host publishes: together with `id` it names the event, and consumers keep the first of each. */
const source = "/orders/actor-host";

const topics: Record<StreamType, string> = { Order: "order-events", StockItem: "stock-events" };

/** The Kafka topic to which a stream's events go. */
export const topicOf = (streamType: StreamType): string => topics[streamType];

export const publishTopics: readonly string[] = Object.values(topics);

/** A CloudEvents 1.0 event in the JSON format. Extension attributes are left out where their value is not allowed. */
export interface PublishedCloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  /** The version of the stream with this event. */
  readonly version: number;
  readonly schemaversion: number;
  readonly commandid?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly data: RecordedEvent["data"];
}

/** What CloudEvents allows in a String attribute: no control characters, no surrogate on its own; and not empty. */
const attributeText = /^[^\p{Cc}\p{Cs}]+$/u;

/** W3C trace context, version 00; ids of zeros only are invalid. */
const traceparentText = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What is published of an event; known before the event has its place in the host's order of commits. */
export type PublishableEvent = Omit<RecordedEvent, "hostEpoch" | "hostSeq">;

/** The public form of a stored event. */
export const toCloudEvent = (event: PublishableEvent): PublishedCloudEvent => ({
  specversion: "1.0",
  id: publishedEventId(event),
  source,
  type: `orders.event.${event.type}`,
  subject: event.streamId,
  time: event.at,
  datacontenttype: "application/json",
  version: event.version,
  schemaversion: event.schemaVersion,
  ...(attributeText.test(event.commandId) && { commandid: event.commandId }),
  ...(attributeText.test(event.correlationId) && { correlationid: event.correlationId }),
  ...(attributeText.test(event.causationId) && { causationid: event.causationId }),
  ...(event.traceparent !== undefined && traceparentText.test(event.traceparent) && { traceparent: event.traceparent }),
  data: event.data,
});

/**
 * The largest CloudEvent that is published, in bytes. Below the 1 MB that Kafka's broker, its topics and daprd's producer
 * take by default for a record with its key and headers.
 */
export const maxPublishedBytes = 900_000;

/** Characters that daprd writes as `\u….` where JSON.stringify leaves them as they are, each in up to 6 bytes. */
const escapedByDaprd = /[<>&\u2028\u2029]/g;

/** The size in bytes of an event's CloudEvent in Kafka, at most. */
export const publishedBytes = (event: PublishableEvent): number => {
  const body = JSON.stringify(toCloudEvent(event));
  return Buffer.byteLength(body) + 5 * (body.match(escapedByDaprd)?.length ?? 0);
};

/** Whether Kafka will take the event. Asked before the commit, since every stored event has to be published. */
export const isPublishable = (event: PublishableEvent): boolean => publishedBytes(event) <= maxPublishedBytes;
