import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type FeedReader, openFeedReader, type SeenChange } from "./model/feed-reader.ts";
import { type InProcessEndpoint, KEY, openInProcess } from "./model/in-process-endpoint.ts";
import { split } from "./model/split.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const RUNS = Number(process.env["COSMOS_MODEL_RUNS"] ?? 60);
const LONGEST_TEST_MS = 300_000 + RUNS * 5_000;
const DATABASE = "feed";
const KEYS = ["a", "b", "c", "d"];

const partitionKey = fc.constantFrom(...KEYS);
const write = fc.record({ kind: fc.constantFrom("Upsert", "Upsert", "Delete"), id: fc.constantFrom("x", "y", "z") });
type Write = typeof write extends fc.Arbitrary<infer Kind> ? Kind : never;

/** What happens, one after the other. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant("write" as const), partitionKey, write }) },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant("batch" as const),
      partitionKey,
      writes: fc.array(write, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant("read" as const),
      reader: fc.constantFrom("latest" as const, "all" as const),
      range: fc.nat(7),
      size: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("split" as const),
      range: fc.nat(7),
      at: fc.constantFrom("keys", "middle"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("restart" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

let served: InProcessEndpoint;

beforeAll(async () => {
  served = await openInProcess();
  await sendSigned(served.url(), KEY, { method: "POST", path: "/dbs", body: JSON.stringify({ id: DATABASE }) });
});

afterAll(() => served.close());

/** A container, what should be in it, all that happened to it, and its two readers with what they have seen. */
interface World {
  readonly id: string;
  readonly path: string;
  readonly items: Map<string, number>;
  readonly history: SeenChange[][];
  readonly readers: Readonly<Record<"latest" | "all", FeedReader>>;
  readonly seen: Readonly<Record<"latest" | "all", SeenChange[][]>>;
  n: number;
}

const newWorld = async (): Promise<World> => {
  const id = `c-${randomUUID()}`;
  const definition = { id, partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 } };
  const path = `/dbs/${DATABASE}/colls`;
  await sendSigned(served.url(), KEY, { method: "POST", path, body: JSON.stringify(definition) });
  const own = `${path}/${id}`;
  const readers = {
    latest: await openFeedReader({ url: served.url, key: KEY }, own, "latest"),
    all: await openFeedReader({ url: served.url, key: KEY }, own, "all"),
  };
  return { id, path: own, items: new Map(), history: [], readers, seen: { latest: [], all: [] }, n: 0 };
};

const nameOf = (key: string, id: string): string => `${key}/${id}`;

const send = (
  world: World,
  key: string,
  operations: readonly object[],
  more: Record<string, string>,
): Promise<RawAnswer> =>
  sendSigned(served.url(), KEY, {
    method: "POST",
    path: `${world.path}/docs`,
    headers: { "x-ms-documentdb-partitionkey": JSON.stringify([key]), ...more },
    body: JSON.stringify(operations),
  });

/** Does writes as one batch. When one of them deletes what is not there, none of them happens. */
const doBatch = async (world: World, key: string, writes: readonly Write[]): Promise<void> => {
  const items = new Map(world.items);
  const changes: SeenChange[] = [];
  let fails = false;
  const operations = writes.map(({ kind, id }) => {
    const name = nameOf(key, id);
    const before = items.get(name);
    if (kind === "Delete") {
      fails ||= before === undefined;
      items.delete(name);
      changes.push({ operation: "delete", id, partitionKey: key, n: before ?? 0, lsn: 0 });
      return { operationType: kind, id };
    }
    world.n += 1;
    items.set(name, world.n);
    const operation = before === undefined ? "create" : "replace";
    changes.push({ operation, id, partitionKey: key, n: world.n, lsn: 0 });
    return { operationType: kind, resourceBody: { id, partitionKey: key, n: world.n } };
  });
  const atomic = { "x-ms-cosmos-is-batch-request": "True", "x-ms-cosmos-batch-atomic": "True" };
  expect((await send(world, key, operations, atomic)).status).toBe(fails ? 207 : 200);
  if (fails) return;
  world.history.push(changes);
  world.items.clear();
  for (const [name, n] of items) world.items.set(name, n);
};

/** Notes a page: what is read of the latest versions must be the latest of its item at that moment. */
const note = (world: World, reader: "latest" | "all", page: SeenChange[]): void => {
  if (page.length === 0) return;
  world.seen[reader].push(page);
  if (reader === "all") return;
  for (const { id, partitionKey: key, n } of page) expect(n).toBe(world.items.get(nameOf(key, id)));
};

const run = async (world: World, it: Step): Promise<void> => {
  switch (it.step) {
    case "write":
      await doBatch(world, it.partitionKey, [it.write]);
      return;
    case "batch":
      await doBatch(world, it.partitionKey, it.writes);
      return;
    case "read":
      note(world, it.reader, await world.readers[it.reader].readPage(it.range, it.size));
      return;
    case "split": {
      const ranges = served.endpoint().catalogue.databases.get(DATABASE)?.containers.get(world.id)?.ranges ?? [];
      const range = ranges[it.range % ranges.length];
      if (range === undefined) throw new Error("The container has no ranges.");
      // A range without two keys cannot be cut between them.
      await split(served, DATABASE, world.id, range.id, it.at).catch((error: unknown) => {
        expect(error).toMatchObject({ status: 400 });
      });
      return;
    }
    default:
      await served.restart();
  }
};

const withoutLsn = ({ operation, id, n }: SeenChange): object => ({ operation, id, n });
const ofKey =
  (key: string) =>
  ({ partitionKey: own }: SeenChange): boolean =>
    own === key;

const checkAll = ({ history, seen }: World): void => {
  for (const key of KEYS) {
    const happened = history.flat().filter(ofKey(key));
    const read = seen.all.flat().filter(ofKey(key));
    expect(read.map(withoutLsn)).toEqual(happened.map(withoutLsn));
    const lsns = read.map(({ lsn }) => lsn);
    expect(lsns).toEqual([...lsns].sort((left, right) => left - right));
    // A batch is on one page, under one LSN.
    const batches = history.filter((changes) => changes.some(ofKey(key))).map(({ length }) => length);
    const groups = new Map<number, number>();
    for (const page of seen.all) {
      const lsnsOfPage = new Set(page.filter(ofKey(key)).map(({ lsn }) => lsn));
      for (const lsn of lsnsOfPage) {
        expect(groups.has(lsn)).toBe(false);
        groups.set(lsn, page.filter((change) => ofKey(key)(change) && change.lsn === lsn).length);
      }
    }
    expect([...groups.values()]).toEqual(batches);
  }
};

const checkLatest = ({ items, seen }: World): void => {
  const read = seen.latest.flat();
  for (const key of KEYS) {
    const lsns = read.filter(ofKey(key)).map(({ lsn }) => lsn);
    expect(lsns).toEqual([...lsns].sort((left, right) => left - right));
  }
  const versions = read.map(({ n }) => n);
  expect(new Set(versions).size).toBe(versions.length);
  for (const n of items.values()) expect(versions).toContain(n);
};

describe("the change feed, whatever is written, split, restarted and read in between", () => {
  test(
    "loses nothing, repeats nothing and keeps the order of each key, in both modes",
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
          const world = await newWorld();
          for (const it of steps) await run(world, it);
          for (const reader of ["latest", "all"] as const) {
            for (const page of await world.readers[reader].drain(3)) note(world, reader, page);
          }
          checkAll(world);
          checkLatest(world);
        }),
        { numRuns: RUNS },
      ),
    LONGEST_TEST_MS,
  );
});
