import { type ChangeFeedIteratorOptions, ChangeFeedMode, ChangeFeedStartFrom } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { byText, refusalOf } from "./contract-test.ts";
import { KEYS, ofRange, useSplits } from "./split-contract.ts";
import type { RawAnswer } from "./signed-request.ts";

const { database, newContainer, rangesOf, readFeed, send, splitIn, write } = useSplits();

describe("the change feed through a split", () => {
  test("goes on from an ETag of the parent in both children, without loss or repetition", async () => {
    const container = await newContainer();
    await write(container, 0);
    const before = await readFeed(container, { ...ofRange("0"), "x-ms-max-item-count": "3" });
    expect(before.ids).toHaveLength(3);
    const whole = await readFeed(container, ofRange("0"));
    const children = await splitIn(container, "0", "keys");
    const rest: string[] = [];
    const ends: string[] = [];
    for (const child of children) {
      const { ids, etag } = await readFeed(container, ofRange(child, before.etag));
      rest.push(...ids);
      ends.push(etag);
    }
    expect([...before.ids, ...rest].sort(byText)).toEqual([...whole.ids].sort(byText));
    const later = await write(container, 1);
    const news: string[] = [];
    for (const [index, child] of children.entries()) {
      news.push(...(await readFeed(container, ofRange(child, ends[index]))).ids);
    }
    const others = (await readFeed(container, ofRange("1"))).ids.filter((id) => later.includes(id));
    expect([...news, ...others].sort(byText)).toEqual([...later].sort(byText));
  });

  test("of the parent's slice of the key space is gone until it is asked for range by range", async () => {
    const container = await newContainer();
    await write(container, 0);
    const [parent] = await rangesOf(container);
    if (parent === undefined) throw new Error("There is no range.");
    const slice = { "x-ms-start-epk": parent.minInclusive, "x-ms-end-epk": parent.maxExclusive };
    const before = await readFeed(container, slice);
    expect(before.status).toBe(200);
    const children = await splitIn(container, "0", "keys");
    expect(await readFeed(container, slice)).toMatchObject({ status: 410, substatus: "1002" });
    const found: string[] = [];
    for (const child of children) found.push(...(await readFeed(container, { ...slice, ...ofRange(child) })).ids);
    expect(found.sort(byText)).toEqual([...before.ids].sort(byText));
  });

  const modes: [string, ChangeFeedMode][] = [
    ["latest versions", ChangeFeedMode.LatestVersion],
    ["all versions and deletes", ChangeFeedMode.AllVersionsAndDeletes],
  ];
  test.each(modes)("gives an iterator over %s everything once, in order per key", async (_, changeFeedMode) => {
    const container = await newContainer();
    type Entry = { id: string; partitionKey: string } & { current?: { id: string; partitionKey: string } };
    const options = (changeFeedStartFrom: ChangeFeedStartFrom): ChangeFeedIteratorOptions => ({
      changeFeedMode,
      changeFeedStartFrom,
      maxItemCount: 3,
    });
    let iterator = container.items.getChangeFeedIterator<Entry>(options(ChangeFeedStartFrom.Now()));
    const found: { id: string; partitionKey: string }[] = [];
    let continuation = "";
    const drain = async (most: number): Promise<void> => {
      for (let page = 0; page < most; page++) {
        const response = await iterator.readNext();
        continuation = response.continuationToken;
        if (response.statusCode === 304) return;
        found.push(...response.result.map((entry) => entry.current ?? entry));
      }
    };
    await drain(1);
    const expected: string[] = [];
    for (let n = 0; n < 4; n++) {
      expected.push(...(await write(container, n)));
      await drain(2);
      const ranges = await rangesOf(container);
      await splitIn(container, ranges[n % ranges.length]?.id ?? "", "keys").catch(() => undefined);
      if (n === 2) {
        iterator = container.items.getChangeFeedIterator<Entry>(
          options(ChangeFeedStartFrom.Continuation(continuation)),
        );
      }
    }
    await drain(Number.POSITIVE_INFINITY);
    expect((await rangesOf(container)).length).toBeGreaterThan(3);
    expect(found.map(({ id }) => id).sort(byText)).toEqual(expected.sort(byText));
    for (const key of KEYS) {
      const own = found.filter(({ partitionKey }) => partitionKey === key).map(({ id }) => id);
      expect(own).toEqual([0, 1, 2, 3].map((n) => `${key}~${n}`));
    }
  });
});

describe("session tokens through a split", () => {
  test("name the children, and a token of the parent is honoured through them", async () => {
    const container = await newContainer();
    await write(container, 0);
    const path = `/dbs/${database}/colls/${container.id}/docs/key-0~0`;
    const read = (token: string): Promise<RawAnswer> =>
      send({
        method: "GET",
        path,
        headers: { "x-ms-documentdb-partitionkey": '["key-0"]', "x-ms-session-token": token },
      });
    const whole = await read("0:-1#0");
    const [parent = "", lsn = ""] = whole.headers.get("x-ms-session-token")?.split(":-1#") ?? [];
    const children = await splitIn(container, parent, "keys");
    const known = await read(`${parent}:-1#${lsn}`);
    expect(known.status).toBe(200);
    const [child = ""] = known.headers.get("x-ms-session-token")?.split(":") ?? [];
    expect(children).toContain(child);
    const unknown = await read(`${parent}:-1#${Number(lsn) + 1}`);
    expect([unknown.status, unknown.headers.get("x-ms-substatus")]).toEqual([404, "1002"]);
  });

  test("of a client that has seen the parent are no obstacle", async () => {
    const container = await newContainer();
    await write(container, 0);
    for (const range of ["0", "1"]) await splitIn(container, range, "keys");
    await write(container, 1);
    for (const partitionKey of KEYS) {
      expect((await container.item(`${partitionKey}~1`, partitionKey).read()).statusCode).toBe(200);
    }
    expect(await refusalOf(container.item("none", "key-0").delete())).toEqual({ code: 404, substatus: undefined });
  });
});
