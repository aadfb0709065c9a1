import { ARRAY_FUNCTIONS } from "./functions-array.ts";
import { MATH_FUNCTIONS } from "./functions-math.ts";
import { STRING_FUNCTIONS } from "./functions-string.ts";
import { TYPE_FUNCTIONS } from "./functions-type.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** The functions a query can call, by upper-case name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map([
  ...TYPE_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
]);
