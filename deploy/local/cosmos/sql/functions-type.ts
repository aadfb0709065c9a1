import { isObject } from "../json.ts";
import { parseDateTime } from "./date-time.ts";
import { define, type NamedFunction } from "./function-definition.ts";
import type { Value } from "./values.ts";

const test = (name: string, holds: (value: Value) => boolean): NamedFunction =>
  define(name, 1, 1, ([value]) => holds(value));

const isPrimitive = (value: Value): boolean => value === null || ["boolean", "number", "string"].includes(typeof value);

/** Functions that ask for a value's type; they are never undefined. */
export const TYPE_FUNCTIONS: readonly NamedFunction[] = [
  test("IS_DEFINED", (value) => value !== undefined),
  test("IS_NULL", (value) => value === null),
  test("IS_BOOL", (value) => typeof value === "boolean"),
  test("IS_NUMBER", (value) => typeof value === "number"),
  test("IS_STRING", (value) => typeof value === "string"),
  test("IS_ARRAY", (value) => Array.isArray(value)),
  test("IS_OBJECT", isObject),
  test("IS_PRIMITIVE", isPrimitive),
  test("IS_FINITE_NUMBER", (value) => typeof value === "number" && Number.isFinite(value)),
  // 64 bits; JSON reads the largest of these integers as the power of two beside it.
  test("IS_INTEGER", (value) => typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 2 ** 63),
  test("IS_DATETIME", (value) => typeof value === "string" && parseDateTime(value) !== undefined),
];
