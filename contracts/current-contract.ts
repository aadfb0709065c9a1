import type { z } from "zod";
import { topicOf } from "../actors/host/publication/cloud-event.ts";
import type { StreamType } from "../actors/kernel/aggregate.ts";
import { orderCommandSchemas } from "../actors/order/schemas.ts";
import { publishedAttributes } from "../actors/public-contract/attributes.ts";
import { publicEvents } from "../actors/public-contract/contract.ts";
import { dataschemaOf } from "../actors/public-contract/public-event.ts";
import type { PublicEvent, PublicVersion } from "../actors/public-contract/public-event.ts";
import { stockItemCommandSchemas } from "../actors/stock-item/schemas.ts";
import { commandEvent } from "../services/ingress/command-event.ts";
import { directionOf } from "./contract-schema.ts";
import type { Contract, ContractSchema } from "./contract-schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

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

/** The schema of a CloudEvent that carries a command. */
export const commandEventSchema: JsonSchema = jsonSchemaOf(commandEvent);

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

const contractSchema = (name: string, schema: JsonSchema): ContractSchema => ({
  name,
  direction: directionOf(name),
  schema,
});

/** What this code agrees with the outside. */
export const currentContract: Contract = [
  contractSchema("events/attributes", publishedAttributesSchema),
  ...publishedMessages.map(({ streamType, event, version, schema }) =>
    contractSchema(`events/${topicOf(streamType)}/${event.type}.v${version}`, schema),
  ),
  contractSchema("commands/attributes", commandEventSchema),
  ...acceptedCommands.map(({ streamType, type, schema }) => contractSchema(`commands/${streamType}/${type}`, schema)),
];
