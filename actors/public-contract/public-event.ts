import { z } from "zod";
import type { StreamType } from "../kernel/aggregate.ts";
import type { PublicForm, StoredEvent } from "../kernel/public-form.ts";
import type { EventHistory } from "../kernel/upcasting.ts";

/** One version of the public form of an event type: its schema, and how an event as the domain sees it today becomes one. */
export interface PublicShape<Data> {
  readonly schema: z.ZodObject;
  /** Pure. What it gives beyond the schema's fields is left out, so nothing is public by accident. */
  readonly from: (data: Readonly<Data>, streamId: string) => object;
}

/** A version of the public form that is published today. */
export interface PublicVersion {
  readonly version: number;
  readonly schema: z.ZodObject;
  readonly of: (event: Pick<StoredEvent, "streamId" | "schemaVersion" | "data">) => Record<string, unknown>;
}

/** What the world is told of one event type. */
export interface PublicEvent<Type extends string = string> {
  readonly type: Type;
  /** One sentence for those who receive it: what has happened. */
  readonly description: string;
  /** The versions that are published today, the oldest first; each is an event of its own. */
  readonly versions: readonly PublicVersion[];
}

/** The public form with these fields. `from` gives them from the event's own data; fields of the same name just stay. */
export const shape = <Data, Fields extends z.ZodRawShape>(
  fields: Fields,
  from: (data: Readonly<Data>, streamId: string) => z.input<z.ZodObject<Fields>>,
): PublicShape<Data> => ({ schema: z.object(fields), from });

/**
 * Makes the entry of an event type.
 *
 * `shapes` has every version that is published, by number. To change one in a way that breaks who receives it, add the next
 * version beside it; take the old one out when nobody needs it any more, and list it among the retired ones.
 */
export const published = <Type extends string, Data extends object>(
  history: EventHistory<Type, Data>,
  description: string,
  shapes: { readonly [version: number]: PublicShape<NoInfer<Data>> },
): PublicEvent<Type> => {
  // Keys that are whole numbers come in ascending order.
  const versions = Object.entries(shapes).map(
    ([version, { schema, from }]): PublicVersion => ({
      version: Number(version),
      schema,
      of: ({ streamId, schemaVersion, data }) => schema.parse(from(history.decode(schemaVersion, data).data, streamId)),
    }),
  );
  if (versions.length === 0) throw new Error(`Nothing would be published of ${history.type}.`);
  return { type: history.type, description, versions };
};

/** The URI that names the public schema of one version of an event type. */
export const dataschemaOf = (streamType: StreamType, type: string, version: number): string =>
  `urn:orders:event:${streamType}:${type}:${version}`;

/** The public forms of a stored event of this type. Throws if its data cannot be read. */
export const formsOf = (event: PublicEvent, stored: StoredEvent): readonly PublicForm[] =>
  event.versions.map(({ version, of }) => ({
    type: event.type,
    version,
    dataschema: dataschemaOf(stored.streamType, event.type, version),
    data: of(stored),
  }));
