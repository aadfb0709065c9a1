import { describe, expect, test } from "@jest/globals";
import { loadPageModule } from "./explorer-page.ts";

const { signer, resourceOf } = await loadPageModule<{
  signer: (key: string) => Promise<(request: { method: string; segments: string[]; date: string }) => Promise<string>>;
  resourceOf: (segments: string[]) => { type: string; link: string };
}>("signing.js");

const { firstPositions, positionsAfterSplit, withNewest } = await loadPageModule<{
  firstPositions: (ranges: object[], fromBeginning: boolean) => Map<string, string | undefined>;
  positionsAfterSplit: (
    positions: Map<string, string | undefined>,
    ranges: object[],
  ) => Map<string, string | undefined>;
  withNewest: <Entry>(shown: Entry[], fresh: Entry[], most: number) => Entry[];
}>("feed-positions.js");

const { columnsOf, cellOf, jsonTokens } = await loadPageModule<{
  columnsOf: (results: unknown[]) => string[];
  cellOf: (result: unknown, column: string) => string;
  jsonTokens: (value: unknown) => { text: string; kind: string; isSystem: boolean }[];
}>("results.js");

const { partitionKeyOf, shownKey, asciiJson } = await loadPageModule<{
  partitionKeyOf: (paths: string[], item: unknown) => unknown[];
  shownKey: (key: unknown[]) => string;
  asciiJson: (value: unknown) => string;
}>("partition-key.js");

const { placeOfError, markedQuery } = await loadPageModule<{
  placeOfError: (body: unknown) => { start: number; end: number; message: string } | undefined;
  markedQuery: (
    query: string,
    place: { start: number; end: number },
  ) => { before: string; marked: string; after: string };
}>("query-error.js");

const { placeIn, fragmentOf } = await loadPageModule<{
  placeIn: (fragment: string) => { database: string; container: string; view: string } | undefined;
  fragmentOf: (place: { database: string; container: string; view: string }) => string;
}>("place.js");

describe("the explorer's signature", () => {
  test("is what Azure's documentation says", async () => {
    const key = "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";
    const sign = await signer(key);
    const request = { method: "GET", segments: ["dbs", "ToDoList"], date: "Thu, 27 Apr 2017 00:51:12 GMT" };
    const expected = "type=master&ver=1.0&sig=c09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu+c+c=";
    expect(decodeURIComponent(await sign(request))).toBe(expected);
  });

  test("covers a feed's parent and an item itself", () => {
    expect(resourceOf([])).toEqual({ type: "", link: "" });
    expect(resourceOf(["dbs"])).toEqual({ type: "dbs", link: "" });
    expect(resourceOf(["dbs", "d", "colls", "c", "docs"])).toEqual({ type: "docs", link: "dbs/d/colls/c" });
    expect(resourceOf(["dbs", "d", "colls", "c", "docs", "ä"])).toEqual({ type: "docs", link: "dbs/d/colls/c/docs/ä" });
  });
});

const range = (id: string, ...parents: string[]): object => ({ id, parents });

describe("a reader of the live change feed", () => {
  test("begins now, or at the beginning", () => {
    expect([...firstPositions([range("0"), range("1")], false)]).toEqual([
      ["0", "*"],
      ["1", "*"],
    ]);
    expect([...firstPositions([range("0")], true)]).toEqual([["0", undefined]]);
  });

  test("goes on in the children of a split where it was in the parent", () => {
    const after = positionsAfterSplit(
      new Map([
        ["0", '"7"'],
        ["1", '"3"'],
      ]),
      [range("2", "0"), range("3", "0"), range("1")],
    );
    expect([...after]).toEqual([
      ["2", '"7"'],
      ["3", '"7"'],
      ["1", '"3"'],
    ]);
  });

  test("follows two splits at once by the nearest ancestor that it knows", () => {
    const known = new Map([
      ["0", '"7"'],
      ["2", '"9"'],
    ]);
    const after = positionsAfterSplit(known, [range("4", "0", "2"), range("5", "0", "3"), range("6", "8")]);
    expect([...after]).toEqual([
      ["4", '"9"'],
      ["5", '"7"'],
      ["6", undefined],
    ]);
  });

  test("shows the newest first and no more than there is room for", () => {
    expect(withNewest(["c", "b", "a"], ["d", "e"], 4)).toEqual(["e", "d", "c", "b"]);
  });
});

describe("a table of results", () => {
  test("has a column for every member, the system's last", () => {
    const results = [
      { _ts: 1, id: "a" },
      { id: "b", total: 2, _etag: "e" },
    ];
    expect(columnsOf(results)).toEqual(["id", "total", "_ts", "_etag"]);
  });

  test("has one column for results that are no objects", () => {
    expect(columnsOf([1, "x", null, [2]])).toEqual(["value"]);
    expect(columnsOf([1, { value: 2, other: 3 }])).toEqual(["value", "other"]);
    expect(["value", "other"].map((column) => cellOf(7, column))).toEqual(["7", ""]);
  });

  test("tells what is null from what is not there", () => {
    const result = { none: null, text: "t", list: [1, { a: 2 }] };
    expect(["none", "text", "list", "missing"].map((column) => cellOf(result, column))).toEqual([
      "null",
      "t",
      '[1,{"a":2}]',
      "",
    ]);
  });
});

const dimmed = (value: unknown): string[] =>
  jsonTokens(value)
    .filter(({ isSystem }) => isSystem)
    .map(({ text }) => text);

describe("formatted JSON", () => {
  const item = { id: "a", list: [1, {}, []], deep: { _ts: 1, none: null }, _ts: 5 };

  test.each([[item], [[]], ["text"], [null], [[item, 2]]])("reads as JSON.stringify writes it: %j", (value) => {
    const written = jsonTokens(value).map(({ text }) => text);
    expect(written.join("")).toBe(JSON.stringify(value, null, 2));
  });

  test("sets apart what the system added to an item, and nothing else of that name", () => {
    expect(dimmed(item)).toEqual(['"_ts"', ": ", "5"]);
    expect(dimmed([item])).toEqual(['"_ts"', ": ", "5"]);
  });
});

describe("a partition key in the explorer", () => {
  test("is taken from an item by the container's paths", () => {
    const item = { tenant: "t", user: { "id/é": 5 }, none: null, list: [1] };
    expect(partitionKeyOf(["/tenant", '/user/"id/é"', "/none", "/missing", "/list"], item)).toEqual([
      "t",
      5,
      null,
      {},
      {},
    ]);
    expect(shownKey(["t", 5, null, {}])).toBe("t / 5 / null / (none)");
  });

  test("is sent in ASCII", () => {
    expect(asciiJson(["ß😀\u007f"])).toBe(String.raw`["\u00df\ud83d\ude00\u007f"]`);
    expect(JSON.parse(asciiJson(["ß😀"]))).toEqual(["ß😀"]);
  });
});

const body = (start: number, end: number): object => ({
  code: "BadRequest",
  message: `Message: {"errors":[{"severity":"Error","location":{"start":${start},"end":${end}},"code":"SC1001","message":"Syntax error"}]}\r\nActivityId: 1`,
});

describe("an error in a query", () => {
  test("is marked where the endpoint says it is", () => {
    expect(placeOfError(body(7, 9))).toEqual({ start: 7, end: 9, message: "Syntax error" });
    expect(markedQuery("SELECT !! FROM c", { start: 7, end: 9 })).toEqual({
      before: "SELECT ",
      marked: "!!",
      after: " FROM c",
    });
  });

  test("is marked at the end of a query that stops too early, and at one character at least", () => {
    expect(markedQuery("SELECT", { start: 6, end: 6 })).toEqual({ before: "SELECT", marked: "␣", after: "" });
    expect(markedQuery("SELECT", { start: 2, end: 2 })).toEqual({ before: "SE", marked: "L", after: "ECT" });
    expect(markedQuery("SELECT", { start: 90, end: 99 })).toEqual({ before: "SELECT", marked: "␣", after: "" });
  });

  test.each([[undefined], [{}], [{ message: "plain" }], [{ message: "{ broken" }], [{ message: '{"errors":[]}' }]])(
    "has no place in %j",
    (answer) => {
      expect(placeOfError(answer)).toBeUndefined();
    },
  );
});

describe("a place in the explorer", () => {
  test("comes back from its fragment, whatever its names are", () => {
    const place = { database: "d/ é", container: "c#%", view: "feed" };
    expect(placeIn(fragmentOf(place))).toEqual(place);
  });

  test("is none without a container, and shows items when its view is unknown", () => {
    expect(placeIn("")).toBeUndefined();
    expect(placeIn("#/d")).toBeUndefined();
    expect(placeIn("#/%E0%A4%A/c")).toBeUndefined();
    expect(placeIn("#/d/c/nothing")).toMatchObject({ view: "items" });
  });
});
