import type { z } from "zod";
import { topicOf } from "../actors/host/publication/cloud-event.ts";
import type { StreamType } from "../actors/kernel/aggregate.ts";
import { orderCommandSchemas } from "../actors/order/schemas.ts";
import { publishedAttributes } from "../actors/public-contract/attributes.ts";
import { publicEvents } from "../actors/public-contract/contract.ts";
import { dataschemaOf } from "../actors/public-contract/public-event.ts";
import type { PublicEvent, PublicVersion } from "../actors/public-contract/public-event.ts";
import { stockItemCommandSchemas } from "../actors/stock-item/schemas.ts";
import { eventOfData, eventOfSubject } from "../services/ingress/command-event.ts";
import type { MessageType } from "../services/ingress/messages/message-type.ts";
import { messageTypes } from "../services/ingress/messages/message-types.ts";
import { directionOf } from "./contract-schema.ts";
import type { Contract, ContractSchema } from "./contract-schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Where back ends send. */
export const commandTopic = "order-commands";

const streamTypes: readonly StreamType[] = ["Order", "StockItem"];

/** The commands that anyone may send, by the type of stream that takes them. */
const commandSchemas: Readonly<Record<StreamType, Readonly<Record<string, z.ZodObject>>>> = {
  Order: orderCommandSchemas,
  StockItem: stockItemCommandSchemas,
};

/** One version of one published event type. */
export interface PublishedMessage {
  readonly streamType: StreamType;
  readonly event: PublicEvent;
  readonly version: number;
  readonly dataschema: string;
  /** The schema of its data. */
  readonly schema: JsonSchema;
}

/** The schema of the data of a published event. */
const dataSchemaOf = (streamType: StreamType, event: PublicEvent, { version, schema }: PublicVersion): JsonSchema => ({
  $id: dataschemaOf(streamType, event.type, version),
  title: `${event.type}, version ${version}`,
  description: event.description,
  ...jsonSchemaOf(schema),
});

/** Every message that is published. */
export const publishedMessages: readonly PublishedMessage[] = streamTypes.flatMap((streamType) =>
  Object.values(publicEvents[streamType]).flatMap((event) =>
    event.versions.map((version) => ({
      streamType,
      event,
      version: version.version,
      dataschema: dataschemaOf(streamType, event.type, version.version),
      schema: dataSchemaOf(streamType, event, version),
    })),
  ),
);

/** The schema of what a published CloudEvent has beside its data. */
export const publishedAttributesSchema: JsonSchema = jsonSchemaOf(publishedAttributes);

/** What a message by Kafka has beside its data, if its subject names the stream that it is for, and if its data do. */
export const messageAttributesSchemas: { readonly subject: JsonSchema; readonly data: JsonSchema } = {
  subject: jsonSchemaOf(eventOfSubject),
  data: jsonSchemaOf(eventOfData),
};

/** The fields of every command that anyone may send. */
export const acceptedCommands: readonly {
  readonly streamType: StreamType;
  readonly type: string;
  readonly schema: JsonSchema;
}[] = streamTypes.flatMap((streamType) =>
  Object.entries(commandSchemas[streamType]).map(([type, schema]) => ({
    streamType,
    type,
    schema: { title: type, ...jsonSchemaOf(schema) },
  })),
);

/** One type of message that may come by Kafka. */
export interface AcceptedMessage {
  /** The type attribute of its CloudEvents. */
  readonly type: string;
  readonly message: MessageType;
  /** Whether its data are the fields of its command as they are. */
  readonly isCommand: boolean;
  /** The schema of its data. */
  readonly schema: JsonSchema;
}

/** Every message that is taken from Kafka. */
export const acceptedMessages: readonly AcceptedMessage[] = Object.entries(messageTypes).map(([type, message]) => ({
  type,
  message,
  isCommand: message.data === commandSchemas[message.streamType][message.commandType],
  schema: { title: type, ...jsonSchemaOf(message.data) },
}));

const contractSchema = (name: string, schema: JsonSchema): ContractSchema => ({
  name,
  direction: directionOf(name),
  schema,
});

/** What this code agrees with the outside: what it publishes, and what it takes by Kafka and by HTTP. */
export const currentContract: Contract = [
  contractSchema("events/attributes", publishedAttributesSchema),
  ...publishedMessages.map(({ streamType, event, version, schema }) =>
    contractSchema(`events/${topicOf(streamType)}/${event.type}.v${version}`, schema),
  ),
  contractSchema("messages/attributes-with-subject", messageAttributesSchemas.subject),
  contractSchema("messages/attributes", messageAttributesSchemas.data),
  ...acceptedMessages.map(({ type, schema }) => contractSchema(`messages/${commandTopic}/${type}`, schema)),
  ...acceptedCommands.map(({ streamType, type, schema }) => contractSchema(`commands/${streamType}/${type}`, schema)),
];
