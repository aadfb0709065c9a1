import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import fc from "fast-check";
import { breakingChanges } from "../../../contracts/compatibility/compare-schemas.ts";
import type { Direction } from "../../../contracts/compatibility/compare-schemas.ts";
import type { JsonSchema } from "../../../contracts/json-schema.ts";
import { anyModel, jsonSchemaOfModel, mutationsOf, valueOf } from "./schema-model.ts";
import type { Model } from "./schema-model.ts";

const directions: readonly Direction[] = ["published", "accepted"];

const order: JsonSchema = {
  type: "object",
  properties: {
    orderId: { type: "string" },
    note: { type: "string" },
    status: { type: "string", enum: ["Placed", "Completed"] },
    lines: {
      type: "array",
      items: {
        type: "object",
        properties: { sku: { type: "string" }, quantity: { type: "integer", minimum: 1 } },
        required: ["sku", "quantity"],
      },
    },
  },
  required: ["orderId", "status", "lines"],
};

const changed = (properties: Record<string, JsonSchema | undefined>, required = order["required"]): JsonSchema => {
  const all: Record<string, JsonSchema | undefined> = {
    ...(order["properties"] as Record<string, JsonSchema>),
    ...properties,
  };
  return {
    ...order,
    required,
    properties: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  };
};

const described = (later: JsonSchema, direction: Direction, earlier: JsonSchema = order): string[] =>
  breakingChanges(earlier, later, direction).map(({ path, what }) => `${path} ${what}`);

describe("what is published", () => {
  test.each<[string, JsonSchema, string[]]>([
    ["loses a field", changed({ orderId: undefined }, ["status", "lines"]), ["orderId is gone"]],
    ["loses an optional field", changed({ note: undefined }), ["note is gone"]],
    ["may lack a field", changed({}, ["status", "lines"]), ["orderId may be missing now"]],
    [
      "has a field of another type",
      changed({ orderId: { type: "integer" } }),
      ['orderId was of type "string" and is of type "integer"'],
    ],
    [
      "has a value more",
      changed({ status: { type: "string", enum: ["Placed", "Expired", "Completed"] } }),
      ['status can also be "Expired"'],
    ],
    [
      "has a value less",
      changed({ status: { type: "string", enum: ["Placed"] } }),
      ['status can no longer be "Completed"'],
    ],
    [
      "has a field that can be null",
      changed({ orderId: { anyOf: [{ type: "string" }, { type: "null" }] } }),
      ['orderId was of type "string" and is of type "null"'],
    ],
    [
      "changes deep within",
      changed({
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: { sku: { type: "string" }, quantity: { type: "integer", minimum: 0 } },
            required: ["sku", "quantity"],
          },
        },
      }),
      ["lines[].quantity has the minimum 0 where 1 is expected"],
    ],
    ["is bound by something that the check does not know", { ...order, dependentRequired: { note: ["orderId"] } }, []],
  ])("%s", (_, later, expected) => expect(described(later, "published")).toEqual(expected));

  test("is no longer bound by something that the check does not know", () =>
    expect(described(order, "published", { ...order, dependentRequired: { note: ["orderId"] } })).toEqual([
      ' does not have the dependentRequired {"note":["orderId"]} on both sides',
    ]));

  test("may have fields more, and say more about itself", () => {
    const later = changed({ total: { type: "integer" }, orderId: { type: "string", description: "The id." } }, [
      "orderId",
      "status",
      "lines",
      "total",
    ]);
    expect(described({ ...later, title: "Order" }, "published")).toEqual([]);
  });

  test("keeps every alternative that readers may have a case for", () => {
    const [card, cash] = ["card", "cash"].map(
      (by): JsonSchema => ({
        type: "object",
        properties: { by: { type: "string", const: by } },
        required: ["by"],
      }),
    );
    expect(breakingChanges({ anyOf: [card, cash] }, { anyOf: [cash, card] }, "published")).toEqual([]);
    expect(breakingChanges({ anyOf: [card, cash] }, { anyOf: [card] }, "published")).not.toEqual([]);
    expect(breakingChanges({ anyOf: [card] }, { anyOf: [card, cash] }, "published")).not.toEqual([]);
    expect(breakingChanges({ anyOf: [card] }, { anyOf: [card, cash] }, "accepted")).toEqual([]);
    expect(breakingChanges({ anyOf: [card, cash] }, { anyOf: [card] }, "accepted")).not.toEqual([]);
  });
});

const strict: JsonSchema = { ...order, additionalProperties: false };

const strictly = (properties: Record<string, JsonSchema | undefined>, required?: string[]): JsonSchema => ({
  ...changed(properties, required),
  additionalProperties: false,
});

/** One amount: asked for, or with a default. */
const withDefault = (value?: number): JsonSchema => ({
  type: "object",
  properties: { amount: { type: "integer", ...(value !== undefined && { default: value }) } },
  required: value === undefined ? ["amount"] : [],
});

describe("what is accepted", () => {
  test.each<[string, JsonSchema, string[]]>([
    ["no longer has a field", strictly({ note: undefined }), ["note is no longer taken"]],
    [
      "asks for a field that was optional",
      strictly({}, ["orderId", "status", "lines", "note"]),
      ["note is required now"],
    ],
    [
      "asks for a new field",
      strictly({ total: { type: "integer" } }, ["orderId", "status", "lines", "total"]),
      ["total is required now"],
    ],
    [
      "no longer takes a value",
      strictly({ status: { type: "string", enum: ["Placed"] } }),
      ['status no longer takes "Completed"'],
    ],
    [
      "asks for a pattern",
      strictly({ orderId: { type: "string", pattern: "^o" } }),
      ['orderId does not have the pattern "^o" on both sides'],
    ],
    ["takes more", strictly({ status: { type: "string" }, total: { type: "integer" } }, ["orderId"]), []],
  ])("%s", (_, later, expected) => expect(described(later, "accepted", strict)).toEqual(expected));

  test("keeps its defaults, and may get one where a field was asked for", () => {
    expect(described(withDefault(0), "accepted", withDefault())).toEqual([]);
    expect(described(withDefault(0), "accepted", withDefault(0))).toEqual([]);
    expect(described(withDefault(1), "accepted", withDefault(0))).toEqual(["amount had the default 0 and has 1"]);
  });
});

const naming = (...values: readonly string[]): JsonSchema => ({ type: "string", "x-extensible-enum": values });

describe("values that are named where others may come, too", () => {
  test.each<[string, JsonSchema, string[]]>([
    ["stay", naming("b", "a"), []],
    ["may become more", naming("a", "b", "c"), []],
    ["must not become fewer", naming("a"), [' no longer names "b"']],
    ["must not be renamed", naming("a", "c"), [' no longer names "b"']],
    ["must not all go", { type: "string" }, [' no longer names "a", "b"']],
  ])("%s", (_, later, expected) => {
    for (const direction of ["published", "accepted"] as const)
      expect(described(later, direction, naming("a", "b"))).toEqual(expected);
  });

  test("may be named where none were", () =>
    expect(described(naming("a"), "published", { type: "string" })).toEqual([]));
});

describe("any schema", () => {
  const runs = { numRuns: 40, seed: 20_261_129 };

  test("is compatible with itself", () =>
    fc.assert(
      fc.property(anyModel, (model) => {
        const schema = jsonSchemaOfModel(model);
        for (const direction of directions) expect(breakingChanges(schema, schema, direction)).toEqual([]);
      }),
      runs,
    ));

  test("is broken by each change that breaks somebody, and by no other, wherever it is made", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyModel, (model) => {
        const earlier = jsonSchemaOfModel(model);
        for (const { name, changed, breaks } of mutationsOf(model)) {
          const later = jsonSchemaOfModel(changed);
          for (const direction of directions) {
            const found = breakingChanges(earlier, later, direction).length > 0;
            if (found !== breaks[direction]) {
              throw new Error(
                `${name}: ${direction} ${found ? "is" : "is not"} broken\n${JSON.stringify({ earlier, later })}`,
              );
            }
          }
          seen.add(name.split(" in ")[0] ?? "");
        }
      }),
      runs,
    );
    expect(seen.size).toBeGreaterThan(20);
  });

  test("that is called compatible takes whatever was written by the other side", () => {
    const ajv = new Ajv({ strict: false });
    const pairs = anyModel.chain((earlier) => {
      const once = fc.constantFrom(...mutationsOf(earlier)).map(({ changed }) => changed);
      const twice = once.chain((changed) => fc.constantFrom(...mutationsOf(changed)).map((second) => second.changed));
      return fc.tuple(fc.constant(earlier), fc.oneof(once, twice));
    });
    let compatible = 0;
    const check = (written: Model, read: Model, isCompatible: boolean): void => {
      if (!isCompatible) return;
      compatible += 1;
      const isValid = ajv.compile(jsonSchemaOfModel(read));
      for (const value of fc.sample(valueOf(written), { numRuns: 20, seed: 1 })) {
        if (!isValid(value)) throw new Error(JSON.stringify({ value, written, read }));
      }
    };
    fc.assert(
      fc.property(pairs, ([earlier, later]) => {
        const [before, after] = [jsonSchemaOfModel(earlier), jsonSchemaOfModel(later)];
        check(later, earlier, breakingChanges(before, after, "published").length === 0);
        check(earlier, later, breakingChanges(before, after, "accepted").length === 0);
      }),
      { ...runs, numRuns: 250 },
    );
    expect(compatible).toBeGreaterThan(100);
  });
});
