import { describe, expect, test } from "@jest/globals";
import { countIndexed, indexedPathsIn, isIndexed } from "../../../deploy/local/cosmos/indexing/indexed-paths.ts";
import type { Json, JsonObject } from "../../../deploy/local/cosmos/json.ts";
import { indexingPolicy } from "../../../deploy/local/cosmos/resources/indexing-policy.ts";

const count = (policy: Json | undefined, document: JsonObject): number =>
  countIndexed(indexedPathsIn({ indexingPolicy: indexingPolicy(policy) }), document);

const ITEM: JsonObject = {
  id: "a",
  nothing: null,
  gone: undefined,
  address: { city: "x", geo: { lat: 1, long: 2 } },
  tags: ["x", "y", { name: "z", n: 1 }],
  _etag: "e",
};

const paths = (list: string[]): Json[] => list.map((path) => ({ path }));

describe("the indexed values of an item", () => {
  test("are all but the ETag when the policy says nothing", () => {
    expect(count(undefined, ITEM)).toBe(9);
  });

  test("are none when nothing is indexed", () => {
    expect(count({ indexingMode: "none", automatic: false }, ITEM)).toBe(0);
    expect(count({ excludedPaths: [{ path: "/*" }] }, ITEM)).toBe(0);
  });

  test.each<[string[], string[], number]>([
    [["/*"], ["/address/*"], 6],
    [["/*"], ["/address/geo/*"], 7],
    [["/*"], ["/address/city/?"], 8],
    // The longer path decides.
    [["/*", "/address/geo/lat/?"], ["/address/*"], 7],
    [["/address/*"], ["/*"], 3],
    [["/address/?"], ["/*"], 0],
    [["/tags/[]/?"], ["/*"], 2],
    [["/tags/[]/name/?"], ["/*"], 1],
    [["/tags/*"], ["/*", "/tags/[]/n/?"], 3],
    [['/"address"/"city"/?'], ["/*"], 1],
  ])("with %j included and %j excluded are %d", (included, excluded, expected) => {
    expect(count({ includedPaths: paths(included), excludedPaths: paths(excluded) }, ITEM)).toBe(expected);
  });

  test("lie where the policy says", () => {
    const indexed = indexedPathsIn({
      indexingPolicy: indexingPolicy({ includedPaths: [{ path: "/a/b/?" }], excludedPaths: [{ path: "/*" }] }),
    });
    expect(isIndexed(indexed, ["a", "b"])).toBe(true);
    expect(isIndexed(indexed, ["a"])).toBe(false);
    expect(isIndexed(indexed, ["a", "b", "c"])).toBe(false);
  });
});
