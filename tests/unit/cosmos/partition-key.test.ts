import { describe, expect, test } from "@jest/globals";
import {
  canonicalPartitionKey,
  extractPartitionKey,
  parsePartitionKeyDefinition,
  parsePartitionKeyHeader,
} from "../../../deploy/local/cosmos/keys/partition-key.ts";

const definition = parsePartitionKeyDefinition({ paths: ["/key"], kind: "Hash" });

describe("a partition key header", () => {
  test.each<[string, unknown[]]>([
    ['["a"]', ["a"]],
    ["[1.5]", [1.5]],
    ["[-0]", [0]],
    ["[true]", [true]],
    ["[null]", [null]],
    ["[{}]", [undefined]],
    ['["\\u00e9"]', ["é"]],
    // What Go's ASCII quoting writes and JSON does not know.
    ['["\\a\\v\\x01\\U0001f600"]', ["\u0007\u000b\u0001😀"]],
    ['["\\\\x01 \\"q\\" \\\\\\x02"]', ['\\x01 "q" \\\u0002']],
  ])("%s is read", (header, expected) => {
    expect(parsePartitionKeyHeader(definition, header)).toEqual(expected);
  });

  test.each(["", "a", '"a"', "[]", '["a","b"]', "[[1]]", '[{"a":1}]'])("%s is refused", (header) => {
    expect(() => parsePartitionKeyHeader(definition, header)).toThrow();
  });
});

describe("a partition key", () => {
  test("is taken from the item along its path", () => {
    const nested = parsePartitionKeyDefinition({ paths: ['/a/"b c"/d'] });
    expect(extractPartitionKey(nested, { a: { "b c": { d: "x" } } })).toEqual(["x"]);
    expect(extractPartitionKey(nested, { a: { other: 1 } })).toEqual([undefined]);
    expect(extractPartitionKey(nested, { a: 5 })).toEqual([undefined]);
  });

  test("has one text for equal keys", () => {
    expect(canonicalPartitionKey([1])).toBe(canonicalPartitionKey([1.0]));
    expect(canonicalPartitionKey(["1"])).not.toBe(canonicalPartitionKey([1]));
    expect(canonicalPartitionKey([undefined])).not.toBe(canonicalPartitionKey([null]));
  });
});

describe("a partition key definition", () => {
  test.each([
    undefined,
    {},
    { paths: [] },
    { paths: ["nokey"] },
    { paths: [1] },
    { paths: ["/a", "/b"], kind: "MultiHash" },
  ])("%j is refused", (sent) => {
    expect(() => parsePartitionKeyDefinition(sent as never)).toThrow();
  });
});
