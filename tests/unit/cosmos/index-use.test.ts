import { describe, expect, test } from "@jest/globals";
import { type IndexUse, indexUse } from "../../../deploy/local/cosmos/indexing/index-use.ts";
import { indexedPathsIn } from "../../../deploy/local/cosmos/indexing/indexed-paths.ts";
import { indexingPolicy } from "../../../deploy/local/cosmos/resources/indexing-policy.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";

const definition = {
  indexingPolicy: indexingPolicy({
    includedPaths: [{ path: "/*" }],
    excludedPaths: [{ path: "/hidden/*" }],
    compositeIndexes: [
      [
        { path: "/a", order: "ascending" },
        { path: "/b", order: "descending" },
      ],
    ],
  }),
};

const useOf = (rest: string, keyPaths: string[][] = []): IndexUse =>
  indexUse(parseQuery(`SELECT * FROM c ${rest}`), indexedPathsIn(definition), definition, keyPaths);

describe("the single indexes of a query", () => {
  test.each([
    ["WHERE c.x = 1", ["/x/?"]],
    ["WHERE 1 < c.x AND (c.y = 2 OR NOT c.z != 3)", ["/x/?", "/y/?", "/z/?"]],
    ["WHERE c.x IN (1, 2) AND c.y BETWEEN 1 AND 2 AND c.z LIKE 'a%'", ["/x/?", "/y/?", "/z/?"]],
    ["WHERE STARTSWITH(c.deep.name, 'a') AND IS_DEFINED(c.y)", ["/deep/name/?", "/y/?"]],
    ["WHERE ARRAY_CONTAINS(c.tags, 'x')", ["/tags/[]/?"]],
    ["WHERE c['two words'] = 1", ['/"two words"/?']],
    ["WHERE c.flag", ["/flag/?"]],
    ["ORDER BY c.x", ["/x/?"]],
    ["", []],
  ])("%s are those of the properties that it names", (rest, paths) => {
    expect(useOf(rest)).toMatchObject({ missing: [] });
    expect([...useOf(rest).used].toSorted()).toEqual(paths.toSorted());
  });

  test("are missed where the policy leaves them out", () => {
    expect(useOf("WHERE c.hidden.x = 1 AND c.x = 1")).toMatchObject({ used: ["/x/?"], missing: ["/hidden/x/?"] });
  });

  test("are those of the partition key too, when a request names it", () => {
    expect(useOf("", [["pk"]]).used).toEqual(["/pk/?"]);
  });
});

describe("the composite indexes of a query", () => {
  test.each([
    ["ORDER BY c.a, c.b DESC", ["/a ASC", "/b DESC"]],
    ["ORDER BY c.a DESC, c.b", ["/a DESC", "/b ASC"]],
    ["WHERE c.b = 1 AND c.a > 2", ["/a ASC", "/b DESC"]],
  ])("%s are used where the policy has them, either way round", (rest, paths) => {
    expect(useOf(rest)).toMatchObject({ usedComposites: [paths], missingComposites: [] });
  });

  test.each([
    ["ORDER BY c.a, c.b", ["/a ASC", "/b ASC"]],
    ["ORDER BY c.b DESC, c.a", ["/b DESC", "/a ASC"]],
    ["WHERE c.x = 1 AND c.y > 2", ["/x ASC", "/y ASC"]],
  ])("%s are missed where it has not", (rest, paths) => {
    expect(useOf(rest)).toMatchObject({ usedComposites: [], missingComposites: [paths] });
  });

  test("are of no use to alternatives, or to one property", () => {
    expect(useOf("WHERE c.x = 1 OR c.y = 2")).toMatchObject({ usedComposites: [], missingComposites: [] });
    expect(useOf("WHERE c.x > 1 AND c.x < 5")).toMatchObject({ usedComposites: [], missingComposites: [] });
  });
});
