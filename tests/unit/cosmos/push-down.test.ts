import { describe, expect, test } from "@jest/globals";
import { parsePartitionKeyDefinition } from "../../../deploy/local/cosmos/keys/partition-key.ts";
import { type Demands, demandsOf } from "../../../deploy/local/cosmos/sql/push-down.ts";
import type { Value } from "../../../deploy/local/cosmos/sql/values.ts";
import { expressionOf } from "./query-language.ts";

const definition = parsePartitionKeyDefinition({ paths: ["/key"] });
const byId = parsePartitionKeyDefinition({ paths: ["/id"] });
const hierarchical = parsePartitionKeyDefinition({ paths: ["/a", "/b/c", "/d"], kind: "MultiHash" });
const NOTHING: Demands = {
  keys: undefined,
  prefixes: undefined,
  ids: undefined,
  items: undefined,
  lowId: undefined,
  highId: undefined,
};

const demands = (where: string, parameters: Record<string, Value> = {}, key = definition): Demands =>
  demandsOf(expressionOf(where), new Map(Object.entries(parameters)), key);

describe("a condition", () => {
  test.each<[string, Partial<Demands>]>([
    ["c.key = 'a'", { keys: [["a"]] }],
    ["'a' = c.key AND c.n = 1", { keys: [["a"]] }],
    ["c.key IN ('a', 'b')", { keys: [["a"], ["b"]] }],
    ["c['key'] = @p", { keys: [["p"]] }],
    ["c.key IN ('a', 'b') AND c.key IN ('b', 'c')", { keys: [["b"]] }],
    ["c.key = 'a' AND c.key = 'b'", { keys: [] }],
    ["c.key = false", { keys: [[false]] }],
    ["IS_DEFINED(c.key) = false", { keys: [[undefined]] }],
    ["NOT IS_DEFINED(c.key)", { keys: [[undefined]] }],
    ["c.id = 'x'", { ids: ["x"] }],
    ["c.id IN ('x', 'y') AND c.id IN ('y', 'z')", { ids: ["y"] }],
    ["ARRAY_CONTAINS(@list, c.id)", { ids: ["x", "y"] }],
    ["c.id > 'b' AND c.id <= 'd'", { lowId: "b", highId: "d" }],
    ["'b' < c.id", { lowId: "b" }],
    ["c.id BETWEEN 'b' AND 'd'", { lowId: "b", highId: "d" }],
    ["STARTSWITH(c.id, 'a~')", { lowId: "a~", highId: "a\u007f" }],
    ["c.id >= 'a' AND c.id >= 'b'", { lowId: "b" }],
    ["c.key = 'a' AND (c.id = 'x' AND c.n > 1)", { keys: [["a"]], ids: ["x"] }],
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
    "IS_DEFINED(c.key)",
    "IS_DEFINED(c.key) = true",
    "ARRAY_CONTAINS(c.list, c.id)",
    "ARRAY_CONTAINS(@list, c.id, true)",
    "STARTSWITH(c.id, 'a', true)",
    "LOWER(c.id) = 'a'",
    "c.id > 5",
  ])("%s narrows nothing", (where) => {
    expect(demands(where, { "@list": ["x"] })).toEqual(NOTHING);
  });
});

describe("alternatives", () => {
  test("name the items of an SDK that reads many, key and id of each", () => {
    const where = "( ( c.id = 'x' AND c.key = 'a' ) OR ( c.id = 'y' AND IS_DEFINED(c.key) = false ) )";
    expect(demands(where).items).toEqual(
      expect.arrayContaining([
        { key: ["a"], id: "x" },
        { key: [undefined], id: "y" },
      ]),
    );
    expect(demands(where).items).toHaveLength(2);
  });

  test("name items of a hierarchical key", () => {
    const where =
      "(c.id = 'x' AND c.a = 1 AND c.b.c = 'm' AND c.d = null) OR (c.d = 2 AND c.b.c = 'n' AND c.a = 1 AND c.id = 'y')";
    expect(demands(where, {}, hierarchical).items).toEqual(
      expect.arrayContaining([
        { key: [1, "m", null], id: "x" },
        { key: [1, "n", 2], id: "y" },
      ]),
    );
  });

  test("that all name keys name them together", () => {
    expect(demands("c.key = 'a' OR c.key IN ('b', 'a')").keys?.toSorted()).toEqual([["a"], ["b"]]);
  });

  test("that all name ids name them together", () => {
    expect(demands("c.id = 'x' OR (c.id = 'y' AND c.n > 1)").ids?.toSorted()).toEqual(["x", "y"]);
  });

  test("narrow beside other conditions", () => {
    const found = demands("c.n = 1 AND (c.id = 'x' AND c.key = 'a' OR c.id = 'y' AND c.key = 'b')");
    expect(found.items).toHaveLength(2);
  });

  test("narrow nothing when one of them names nothing", () => {
    expect(demands("(c.id = 'x' AND c.key = 'a') OR c.n = 1")).toEqual(NOTHING);
  });

  test("narrow by id alone when one of them names no key", () => {
    const { items, keys, ids } = demands("(c.id = 'x' AND c.key = 'a') OR c.id = 'y'");
    expect([items, keys, ids?.toSorted()]).toEqual([undefined, undefined, ["x", "y"]]);
  });

  test("can be a thousand, which is what the Python SDK asks for at once", () => {
    const where = Array.from({ length: 1_000 }, (_, index) => `(c.id = 'i${index}' AND c.key = ${index})`).join(" OR ");
    expect(demands(where).items).toHaveLength(1_000);
  });
});

describe("a container whose partition key is the id", () => {
  test("is read by the ids that a condition names", () => {
    expect(demands("c.id IN ('x', 'y')", {}, byId)).toMatchObject({ keys: [["x"], ["y"]], ids: ["x", "y"] });
  });
});

describe("a hierarchical key", () => {
  test("is named whole by all of its components", () => {
    expect(demands("c.d = true AND c.a = 'x' AND c.b.c IN (1, 2)", {}, hierarchical)).toEqual({
      ...NOTHING,
      keys: [
        ["x", 1, true],
        ["x", 2, true],
      ],
    });
  });

  test("is named as far as its first components are", () => {
    expect(demands("c.a IN ('x', 'y') AND c.d = 5", {}, hierarchical)).toEqual({
      ...NOTHING,
      prefixes: [["x"], ["y"]],
    });
    expect(demands("c.b.c = 1 AND c.d = 5", {}, hierarchical)).toEqual(NOTHING);
  });
});
