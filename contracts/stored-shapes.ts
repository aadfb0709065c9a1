import { canonicalHash } from "../actors/kernel/request-hash.ts";
import type { EventHistory } from "../actors/kernel/upcasting.ts";
import { orderEventHistories } from "../actors/order/events.ts";
import { stockItemEventHistories } from "../actors/stock-item/events.ts";
import { jsonSchemaOf } from "./json-schema.ts";

/** The hash of the JSON Schema of every stored shape, by its name: `Order/OrderPlaced.v1`. */
export type StoredShapes = Readonly<Record<string, string>>;

type Histories = Readonly<Record<string, Pick<EventHistory<string, object>, "type" | "schemas">>>;

const shapesOf = (streamType: string, histories: Histories): readonly (readonly [name: string, hash: string])[] =>
  Object.values(histories).flatMap(({ type, schemas }) =>
    schemas.map(
      (schema, index) => [`${streamType}/${type}.v${index + 1}`, canonicalHash(jsonSchemaOf(schema))] as const,
    ),
  );

/** Every shape that this code can read. */
export const readableShapes: StoredShapes = Object.fromEntries([
  ...shapesOf("Order", orderEventHistories),
  ...shapesOf("StockItem", stockItemEventHistories),
]);

/** What is stored stays as it is, so a recorded shape may neither change nor go; others are new. */
export interface ShapeChange {
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** Compares the shapes that the code can read with those that were recorded. */
export const compareShapes = (recorded: StoredShapes, readable: StoredShapes): ShapeChange => {
  const names = Object.keys(recorded);
  return {
    changed: names.filter((name) => readable[name] !== undefined && readable[name] !== recorded[name]),
    gone: names.filter((name) => readable[name] === undefined),
    added: Object.keys(readable).filter((name) => recorded[name] === undefined),
  };
};
