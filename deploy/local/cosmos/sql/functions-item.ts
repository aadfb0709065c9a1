import { isObject } from "../json.ts";
import { define, type NamedFunction } from "./function-definition.ts";
import type { Value } from "./values.ts";

/** The number of an item in its container: the last eight of the sixteen bytes of its `_rid`. */
const documentId = ([item]: readonly Value[]): Value => {
  const rid = isObject(item) ? item["_rid"] : undefined;
  if (typeof rid !== "string") return undefined;
  const bytes = Buffer.from(rid.replaceAll("-", "/"), "base64");
  return bytes.length === 16 ? Number(bytes.readBigUInt64LE(8)) : undefined;
};

/** Functions of whole items, and the one that chooses. */
export const ITEM_FUNCTIONS: readonly NamedFunction[] = [
  define("DOCUMENTID", 1, 1, documentId),
  define("IIF", 3, 3, ([test, yes, no]) => (test === true ? yes : no)),
];
