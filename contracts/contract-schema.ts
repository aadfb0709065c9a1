import type { Direction } from "./compatibility/compare-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";

/** One schema of the contract with the outside. */
export interface ContractSchema {
  /** Its name in a release, which is also its file there: `events/order-events/OrderPlaced.v1`. */
  readonly name: string;
  readonly direction: Direction;
  readonly schema: JsonSchema;
}

/** Everything that is agreed with the outside at one time. */
export type Contract = readonly ContractSchema[];

/** What is under this folder in a release is read by others; everything else is sent by them. */
const publishedFolder = "events/";

/** Which side a schema of this name binds. */
export const directionOf = (name: string): Direction => (name.startsWith(publishedFolder) ? "published" : "accepted");
