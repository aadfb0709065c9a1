import type { StreamType } from "../../kernel/aggregate.ts";
import type { PublicForm, PublishableEvent, ToPublicForms } from "../../kernel/public-form.ts";
import { publishedEventId } from "../../kernel/recorded-event.ts";

/** Stable, whichever host publishes: together with `id` it names the event, and consumers keep the first of each. */
const source = "/orders/actor-host";

const topics: Record<StreamType, string> = { Order: "order-events", StockItem: "stock-events" };

/** The Kafka topic to which a stream's events go. */
export const topicOf = (streamType: StreamType): string => topics[streamType];

export const publishTopics: readonly string[] = Object.values(topics);

/** What every type of a published event begins with. */
const typePrefix = "orders.event.";

/** A CloudEvents 1.0 event in the JSON format. Extension attributes are left out where their value is not allowed. */
export interface PublishedCloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly dataschema: string;
  /** The version of the stream with this event. */
  readonly version: number;
  /** The version of the public form. */
  readonly schemaversion: number;
  readonly commandid?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly data: object;
}

/** What CloudEvents allows in a String attribute: no control characters, no surrogate on its own; and not empty. */
const attributeText = /^[^\p{Cc}\p{Cs}]+$/u;

/** W3C trace context, version 00; ids of zeros only are invalid. */
const traceparentText = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * A public form of a stored event as a CloudEvent. The first version has the plain type and id. A later version is another
 * event, beside the first as long as both are published: it has its version in both.
 */
export const toCloudEvent = (event: PublishableEvent, form: PublicForm): PublishedCloudEvent => ({
  specversion: "1.0",
  id: form.version === 1 ? publishedEventId(event) : `${publishedEventId(event)}/v${form.version}`,
  source,
  type: publishedTypeOf(form),
  subject: event.streamId,
  time: event.at,
  datacontenttype: "application/json",
  dataschema: form.dataschema,
  version: event.version,
  schemaversion: form.version,
  ...(attributeText.test(event.commandId) && { commandid: event.commandId }),
  ...(attributeText.test(event.correlationId) && { correlationid: event.correlationId }),
  ...(attributeText.test(event.causationId) && { causationid: event.causationId }),
  ...(event.traceparent !== undefined && traceparentText.test(event.traceparent) && { traceparent: event.traceparent }),
  data: form.data,
});

/** The type attribute under which a public form is published. */
export const publishedTypeOf = ({ type, version }: Pick<PublicForm, "type" | "version">): string =>
  version === 1 ? `${typePrefix}${type}` : `${typePrefix}${type}.v${version}`;

/** The CloudEvents as which a stored event is published, as JSON text, at least one. Throws if this code cannot read the event. */
export type ToBodies = (event: PublishableEvent) => readonly string[];

/** Makes the function that gives the bodies of an event. */
export const bodiesBy =
  (toPublicForms: ToPublicForms): ToBodies =>
  (event) =>
    toPublicForms(event).map((form) => JSON.stringify(toCloudEvent(event, form)));

/**
 * The largest CloudEvent that is published, in bytes. Below the 1 MB that Kafka's broker, its topics and daprd's producer
 * take by default for a record with its key and headers.
 */
export const maxPublishedBytes = 900_000;

/** Characters that daprd writes as `\u….` where JSON.stringify leaves them as they are, each in up to 6 bytes. */
const escapedByDaprd = /[<>&\u2028\u2029]/g;

/** The size in bytes of a body in Kafka, at most. */
export const publishedBytes = (body: string): number =>
  Buffer.byteLength(body) + 5 * (body.match(escapedByDaprd)?.length ?? 0);

/** Whether Kafka will take an event's bodies. Asked before the commit, since every stored event has to be published. */
export const isPublishable = (bodies: readonly string[]): boolean =>
  bodies.every((body) => publishedBytes(body) <= maxPublishedBytes);
