import { describe, expect, test } from "@jest/globals";
import { parsePartitionKeyDefinition } from "../../../deploy/local/cosmos/keys/partition-key.ts";
import { type Demands, demandsOf } from "../../../deploy/local/cosmos/sql/push-down.ts";
import type { Value } from "../../../deploy/local/cosmos/sql/values.ts";
import { expressionOf } from "./query-language.ts";

const definition = parsePartitionKeyDefinition({ paths: ["/key"] });
const NOTHING: Demands = { keys: undefined, ids: undefined, lowId: undefined, highId: undefined };

const demands = (where: string, parameters: Record<string, Value> = {}): Demands =>
  demandsOf(expressionOf(where), new Map(Object.entries(parameters)), definition);

describe("a condition", () => {
  test.each<[string, Partial<Demands>]>([
    ["c.key = 'a'", { keys: ["a"] }],
    ["'a' = c.key AND c.n = 1", { keys: ["a"] }],
    ["c.key IN ('a', 'b')", { keys: ["a", "b"] }],
    ["c['key'] = @p", { keys: ["p"] }],
    ["c.id = 'x'", { ids: ["x"] }],
    ["ARRAY_CONTAINS(@list, c.id)", { ids: ["x", "y"] }],
    ["c.id > 'b' AND c.id <= 'd'", { lowId: "b", highId: "d" }],
    ["'b' < c.id", { lowId: "b" }],
    ["c.id BETWEEN 'b' AND 'd'", { lowId: "b", highId: "d" }],
    ["STARTSWITH(c.id, 'a~')", { lowId: "a~", highId: "a\u007f" }],
    ["c.id >= 'a' AND c.id >= 'b'", { lowId: "b" }],
    ["c.key = 'a' AND (c.id = 'x' AND c.n > 1)", { keys: ["a"], ids: ["x"] }],
  ])("%s narrows what is read", (where, expected) => {
    expect(demands(where, { "@p": "p", "@list": ["x", 1, "y"] })).toEqual({ ...NOTHING, ...expected });
  });

  test.each([
    "c.key = 'a' OR c.n = 1",
    "NOT (c.key = 'a')",
    "c.key != 'a'",
    "c.other.key = 'a'",
    "c.key = c.other",
    "c.key IN ('a', c.other)",
    "ARRAY_CONTAINS(c.list, c.id)",
    "ARRAY_CONTAINS(@list, c.id, true)",
    "STARTSWITH(c.id, 'a', true)",
    "LOWER(c.id) = 'a'",
    "c.id > 5",
  ])("%s narrows nothing", (where) => {
    expect(demands(where, { "@list": ["x"] })).toEqual(NOTHING);
  });
});
