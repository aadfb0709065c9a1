import { publishedTypeOf, topicOf } from "../../actors/host/publication/cloud-event.ts";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import { deadLetterTopic } from "../../services/ingress/dead-letters.ts";
import {
  acceptedMessages,
  commandTopic,
  messageAttributesSchemas,
  publishedAttributesSchema,
  publishedMessages,
} from "../current-contract.ts";
import type { AcceptedMessage, PublishedMessage } from "../current-contract.ts";
import type { JsonSchema } from "../json-schema.ts";

/** What receives or sends on a topic, seen from the order processor. */
interface Channel {
  readonly id: string;
  readonly address: string;
  readonly description: string;
  readonly messageIds: readonly string[];
}

const reference = (path: string) => ({ $ref: `#/components/${path}` });

const textKey = (description: string) => ({ kafka: { key: { type: "string", description } } });

const eventId = ({ streamType, event, version }: PublishedMessage): string => `${streamType}.${event.type}.v${version}`;

/** The schema of a message's data: several types may mean one command. */
const dataIdOf = ({ type, message, isCommand }: AcceptedMessage): string =>
  isCommand ? `Command.${message.commandType}` : `Data.${type}`;

/** A published CloudEvent: the attributes that all have, and its own type, schema and data. */
const eventMessage = (message: PublishedMessage) => {
  const { event, version, dataschema } = message;
  const type = publishedTypeOf({ type: event.type, version });
  return {
    name: type,
    title: event.type,
    summary: event.description,
    contentType: "application/cloudevents+json",
    bindings: textKey("The stream id, as in `subject`: what happens to one stream stays in order."),
    payload: {
      allOf: [
        reference("schemas/EventAttributes"),
        {
          type: "object",
          required: ["data"],
          properties: {
            type: { const: type },
            dataschema: { const: dataschema },
            schemaversion: { const: version },
            data: reference(`schemas/${eventId(message)}`),
          },
        },
      ],
    },
  };
};

/** A CloudEvent that means a command. */
const acceptedMessage = (accepted: AcceptedMessage) => {
  const { type, message } = accepted;
  return {
    name: type,
    title: type,
    summary: `\`${message.commandType}\` to ${message.streamIdIs}.`,
    contentType: "application/cloudevents+json",
    bindings: textKey("The id of what the message is about: messages about one order stay in order."),
    payload: {
      allOf: [
        reference(`schemas/${message.subjectIsStream ? "MessageAttributesWithSubject" : "MessageAttributes"}`),
        {
          type: "object",
          properties: { type: { const: type }, data: reference(`schemas/${dataIdOf(accepted)}`) },
        },
      ],
    },
  };
};

const deadLetterMessage = {
  name: "deadLetter",
  title: "Dead letter",
  summary: "A message that can never succeed: its original bytes under its original key, and why.",
  headers: {
    type: "object",
    required: ["dlq-reason", "dlq-topic", "dlq-partition", "dlq-offset"],
    properties: {
      "dlq-reason": {
        type: "string",
        maxLength: 512,
        description: "`<cause>: <detail>`, one line of printable ASCII.",
      },
      "dlq-topic": { type: "string", description: "The topic of the original record." },
      "dlq-partition": { type: "string", description: "Its partition." },
      "dlq-offset": { type: "string", description: "Its offset." },
      "dlq-key-omitted": { type: "string", description: "The length of a key that was too long to be kept." },
    },
  },
  payload: { description: "Whatever bytes were sent." },
};

const eventsOf = (streamType: StreamType): readonly PublishedMessage[] =>
  publishedMessages.filter((message) => message.streamType === streamType);

const eventChannel = (id: string, streamType: StreamType, description: string): Channel => ({
  id,
  address: topicOf(streamType),
  description,
  messageIds: eventsOf(streamType).map(eventId),
});

const received: readonly Channel[] = [
  {
    id: "orderCommands",
    address: commandTopic,
    description: "Commands, and messages of back ends that mean one.",
    messageIds: acceptedMessages.map(({ type }) => type),
  },
];

const sent: readonly Channel[] = [
  eventChannel("orderEvents", "Order", "Every event of every order, at least once, in order per order."),
  eventChannel("stockEvents", "StockItem", "Every event of every stock item, at least once, in order per stock item."),
  {
    id: "deadLetters",
    address: deadLetterTopic,
    description: "Messages that can never succeed, with the reason.",
    messageIds: ["DeadLetter"],
  },
];

const entriesOf = <Item, Value>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  valueOf: (item: Item) => Value,
): Record<string, Value> => Object.fromEntries(items.map((item) => [keyOf(item), valueOf(item)]));

const operation =
  (action: "send" | "receive") =>
  ({ id, description, messageIds }: Channel) => ({
    action,
    summary: description,
    channel: { $ref: `#/channels/${id}` },
    messages: messageIds.map((messageId) => ({ $ref: `#/channels/${id}/messages/${messageId}` })),
  });

const withoutId = ({ $id: _id, ...schema }: JsonSchema): JsonSchema => schema;

/**
 * The AsyncAPI 3.0 document of everything that goes through Kafka, in both directions.
 *
 * @param version the version of the software, which is that of its contract
 */
export const createAsyncApiDocument = (version: string) => ({
  asyncapi: "3.0.0",
  info: {
    title: "Order processor",
    version,
    description:
      "What the order processor takes from Kafka and what it publishes there. Whoever receives an event must pass over " +
      "fields and types that are not named here: more of both may come at any time. See kafka-api.md for delivery, order " +
      "and repetition.",
    license: { name: "MIT" },
  },
  defaultContentType: "application/cloudevents+json",
  servers: { local: { host: "127.0.0.1:8082", protocol: "kafka", description: "The stack that `npm start` runs." } },
  channels: entriesOf(
    [...received, ...sent],
    ({ id }) => id,
    ({ address, description, messageIds }) => ({
      address,
      description,
      messages: entriesOf(
        messageIds,
        (id) => id,
        (id) => reference(`messages/${id}`),
      ),
    }),
  ),
  operations: {
    ...entriesOf(received, ({ id }) => `receive-${id}`, operation("receive")),
    ...entriesOf(sent, ({ id }) => `send-${id}`, operation("send")),
  },
  components: {
    messages: {
      ...entriesOf(acceptedMessages, ({ type }) => type, acceptedMessage),
      ...entriesOf(publishedMessages, eventId, eventMessage),
      DeadLetter: deadLetterMessage,
    },
    schemas: {
      MessageAttributesWithSubject: messageAttributesSchemas.subject,
      MessageAttributes: messageAttributesSchemas.data,
      ...entriesOf(acceptedMessages, dataIdOf, ({ schema: { title: _type, ...schema } }) => schema),
      EventAttributes: publishedAttributesSchema,
      ...entriesOf(publishedMessages, eventId, ({ schema }) => withoutId(schema)),
    },
  },
});
