import { describe, expect, test } from "@jest/globals";
import {
  canonicalPartitionKey,
  extractPartitionKey,
  parsePartitionKeyDefinition,
  parsePartitionKeyHeader,
} from "../../../deploy/local/cosmos/keys/partition-key.ts";

const definition = parsePartitionKeyDefinition({ paths: ["/key"], kind: "Hash" });
const hierarchical = parsePartitionKeyDefinition({ paths: ["/state", "/city", "/zip"], kind: "MultiHash", version: 2 });

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

  test.each<[string, unknown[]]>([
    ['["CA"]', ["CA"]],
    ['["CA",null]', ["CA", null]],
    ['["CA",{},5]', ["CA", undefined, 5]],
    ["[]", []],
    // So the Python SDK writes no component at all.
    ["[[]]", []],
  ])("%s is read for a hierarchical key", (header, expected) => {
    expect(parsePartitionKeyHeader(hierarchical, header)).toEqual(expected);
  });

  test("is refused with substatus 1001 when it has too many components", () => {
    expect(() => parsePartitionKeyHeader(hierarchical, "[1,2,3,4]")).toThrow(
      expect.objectContaining({ status: 400, substatus: 1001 }),
    );
  });

  test("may have 2048 bytes, not more", () => {
    const longest = "é".repeat(1024);
    expect(parsePartitionKeyHeader(definition, JSON.stringify([longest]))).toEqual([longest]);
    expect(() => parsePartitionKeyHeader(definition, JSON.stringify([`${longest}a`]))).toThrow("2048 bytes");
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

  test("is taken along every path of a hierarchical key", () => {
    expect(extractPartitionKey(hierarchical, { state: "CA", zip: null })).toEqual(["CA", undefined, null]);
  });

  test("can lie at names in single or double quotes", () => {
    const quoted = parsePartitionKeyDefinition({ paths: [`/"first level' 1*()"/'le/"vel2'`] });
    expect(extractPartitionKey(quoted, { "first level' 1*()": { 'le/"vel2': "x" } })).toEqual(["x"]);
  });

  test("has one text for equal keys", () => {
    expect(canonicalPartitionKey([1])).toBe(canonicalPartitionKey([1.0]));
    expect(canonicalPartitionKey(["1"])).not.toBe(canonicalPartitionKey([1]));
    expect(canonicalPartitionKey([undefined])).not.toBe(canonicalPartitionKey([null]));
  });
});

describe("a partition key definition", () => {
  test.each([
    [{ paths: ["/a"] }, "Hash", 2],
    [{ paths: ["/a"], kind: "Hash", version: 1 }, "Hash", 1],
    [{ paths: ["/a"], kind: "Hash", version: 2 }, "Hash", 2],
    [{ paths: ["/a", "/b"], kind: "MultiHash" }, "MultiHash", 2],
  ])("%j is of the kind %s and the version %d", (sent, kind, version) => {
    expect(parsePartitionKeyDefinition(sent)).toMatchObject({ kind, version });
  });

  test.each([
    undefined,
    {},
    { paths: [] },
    { paths: ["nokey"] },
    { paths: [1] },
    { paths: ["/a/"] },
    { paths: ["/a"], kind: "Range" },
    { paths: ["/a"], version: 3 },
    { paths: ["/a", "/a"], kind: "MultiHash" },
    { paths: ["/a", "/b"], kind: "MultiHash", version: 1 },
    { paths: ["/a", "/b"], kind: "Hash" },
    { paths: ["/a", "/b", "/c", "/d"], kind: "MultiHash" },
  ])("%j is refused", (sent) => {
    expect(() => parsePartitionKeyDefinition(sent)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
