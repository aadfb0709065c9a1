import type { z } from "zod";

/** An event of one type, as the domain sees it today. */
export interface EventOfType<Type extends string, Data extends object> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/**
 * Every shape in which events of one type were ever stored, the oldest first, and how each becomes the next. Version 1 is
 * the first; versions have no gap, and the last is the one that is written today.
 */
export interface EventHistory<Type extends string, Data extends object> {
  readonly type: Type;
  /** The schema version that is written today. */
  readonly schemaVersion: number;
  /** The shapes; the one at index 0 is version 1. What was stored once never changes, so neither do they. */
  readonly schemas: readonly z.ZodType<object>[];
  /**
   * Parses stored data with the schema of the version it was written in, then upcasts it to today's.
   * Throws if this code does not know the version, or if the data has not its shape.
   */
  readonly decode: (schemaVersion: number, data: unknown) => EventOfType<Type, Data>;
  /**
   * Adds the next version. `upcast` is pure and total: it makes an event of the version before into one of this version from
   * its data alone, and never refuses.
   */
  readonly thenStoredAs: <Schema extends z.ZodType<object>>(
    schema: Schema,
    upcast: (older: Readonly<Data>) => z.input<Schema>,
  ) => EventHistory<Type, z.output<Schema>>;
}

/** Data of `schemaVersion` as data of the last version of a history. */
type Decode<Data> = (schemaVersion: number, data: unknown) => Data;

const historyOf = <Type extends string, Data extends object>(
  type: Type,
  schemas: readonly z.ZodType<object>[],
  toLast: Decode<Data>,
): EventHistory<Type, Data> => ({
  type,
  schemaVersion: schemas.length,
  schemas,

  decode: (schemaVersion, data) => {
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > schemas.length) {
      throw new Error(
        `Schema version ${schemaVersion} of the event ${type} is unknown: this code knows versions 1 to ${schemas.length}.`,
      );
    }
    return { type, data: toLast(schemaVersion, data) };
  },

  thenStoredAs: (schema, upcast) => {
    const added = schemas.length + 1;
    // What an upcaster gives is parsed too: a field that it carries on by mistake would live on in states and publications.
    return historyOf(type, [...schemas, schema], (schemaVersion, data) =>
      schema.parse(schemaVersion === added ? data : upcast(toLast(schemaVersion, data))),
    );
  },
});

/** Begins the history of an event type with the shape of its schema version 1. */
export const storedAs = <Type extends string, Schema extends z.ZodType<object>>(
  type: Type,
  schema: Schema,
): EventHistory<Type, z.output<Schema>> => historyOf(type, [schema], (_version, data) => schema.parse(data));

/** The event of a history, as the domain sees it today. */
export type EventOf<History> = History extends EventHistory<infer Type, infer Data> ? EventOfType<Type, Data> : never;

/** What decoding needs of a history. */
interface Decodable<Event> {
  readonly schemaVersion: number;
  readonly decode: (schemaVersion: number, data: unknown) => Event;
}

/**
 * Parses a stored event by the history of its type.
 *
 * @returns the event in today's shape. Throws if the type or its schema version is unknown, or if the data is not of that version's shape.
 */
export const decodeStoredEvent = <Event>(
  histories: Readonly<Record<string, Decodable<Event>>>,
  type: string,
  schemaVersion: number,
  data: unknown,
): Event => {
  const history = Object.hasOwn(histories, type) ? histories[type] : undefined;
  if (history === undefined) throw new Error(`The event type ${type} is unknown.`);
  return history.decode(schemaVersion, data);
};
