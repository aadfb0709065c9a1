import type { FunctionDefinition } from "./function-definition.ts";
import { ARRAY_FUNCTIONS } from "./functions-array.ts";
import { CONVERSION_FUNCTIONS } from "./functions-conversion.ts";
import { DATE_TIME_FUNCTIONS } from "./functions-date-time.ts";
import { INTEGER_FUNCTIONS } from "./functions-integer.ts";
import { ITEM_FUNCTIONS } from "./functions-item.ts";
import { MATH_FUNCTIONS } from "./functions-math.ts";
import { STRING_FUNCTIONS } from "./functions-string.ts";
import { TYPE_FUNCTIONS } from "./functions-type.ts";

/** The functions a query can call, by upper-case name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map([
  ...TYPE_FUNCTIONS,
  ...CONVERSION_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...INTEGER_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...DATE_TIME_FUNCTIONS,
  ...ITEM_FUNCTIONS,
]);
