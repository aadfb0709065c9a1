import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { findContainer } from "../../../deploy/local/cosmos/resources/containers.ts";
import { locateKey } from "../../../deploy/local/cosmos/resources/key-location.ts";
import { splitRange } from "../../../deploy/local/cosmos/resources/split.ts";
import { type InProcessEndpoint, KEY, openInProcess } from "./model/in-process-endpoint.ts";
import {
  expectedOutcome,
  isDone,
  type Item,
  MOST_PATCHES,
  type Operation,
  type Outcome,
  type Partition,
} from "./model/item-model.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const RUNS = Number(process.env["COSMOS_MODEL_RUNS"] ?? 60);
const LONGEST_TEST_MS = 300_000 + RUNS * 5_000;
const KEYS = ["a", "b"];
const IDS = ["x", "y"];

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom("create", "upsert", "replace", "patch", "delete", "read"),
  id: fc.constantFrom(...IDS),
  value: fc.integer({ min: 0, max: 9 }),
  condition: fc.constantFrom("none", "none", "present", "past", "any"),
});

const key = fc.constantFrom(...KEYS);

/** What happens to the endpoint, one after the other. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant("single" as const), key, operation }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("batch" as const),
      key,
      operations: fc.array(operation, { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("split" as const), key }) },
);
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

let served: InProcessEndpoint;

beforeAll(async () => {
  served = await openInProcess();
  await sendSigned(served.url(), KEY, { method: "POST", path: "/dbs", body: JSON.stringify({ id: "model" }) });
});

afterAll(() => served.close());

const KINDS: Readonly<Record<Operation["kind"], string>> = {
  create: "Create",
  upsert: "Upsert",
  replace: "Replace",
  patch: "Patch",
  delete: "Delete",
  read: "Read",
};

/** A container and what should be in it. */
interface World {
  readonly id: string;
  readonly docs: string;
  readonly partitions: Map<string, Map<string, Item>>;
  /** Every ETag ever given: none may come twice. */
  readonly etags: Set<string>;
}

const keyHeader = (partitionKey: string): Record<string, string> => ({
  "x-ms-documentdb-partitionkey": JSON.stringify([partitionKey]),
});

const newWorld = async (): Promise<World> => {
  const id = `c-${randomUUID()}`;
  const definition = { id, partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 } };
  const body = JSON.stringify(definition);
  await sendSigned(served.url(), KEY, { method: "POST", path: "/dbs/model/colls", body });
  const partitions = new Map(KEYS.map((partitionKey) => [partitionKey, new Map<string, Item>()]));
  return { id, docs: `/dbs/model/colls/${id}/docs`, partitions, etags: new Set() };
};

const PAST_ETAG = '"00000000-0000-0000-0000-000000000000"';

const conditionOf = (partition: Partition, { condition, id }: Operation): string | undefined => {
  switch (condition) {
    case "none":
      return undefined;
    case "any":
      return "*";
    case "past":
      return PAST_ETAG;
    default:
      return partition.get(id)?.etag ?? PAST_ETAG;
  }
};

const document = (partitionKey: string, { id, value }: Operation): object => ({ id, partitionKey, value, patched: 0 });

const patchOf = ({ value }: Operation): object => ({
  condition: `FROM c WHERE c.patched < ${MOST_PATCHES}`,
  operations: [
    { op: "incr", path: "/value", value },
    { op: "incr", path: "/patched", value: 1 },
  ],
});

const sendSingle = (world: World, partitionKey: string, asked: Operation, etag: string | undefined) => {
  const { kind, id } = asked;
  const isRead = kind === "read";
  const condition = etag === undefined ? {} : { [isRead ? "if-none-match" : "if-match"]: etag };
  const headers = {
    ...keyHeader(partitionKey),
    ...condition,
    ...(kind === "upsert" ? { "x-ms-documentdb-is-upsert": "True" } : {}),
  };
  const request = (method: string, path: string, body?: object): Promise<RawAnswer> =>
    sendSigned(served.url(), KEY, {
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const item = `${world.docs}/${id}`;
  if (kind === "create" || kind === "upsert") return request("POST", world.docs, document(partitionKey, asked));
  if (kind === "replace") return request("PUT", item, document(partitionKey, asked));
  if (kind === "patch") return request("PATCH", item, patchOf(asked));
  return request(isRead ? "GET" : "DELETE", item);
};

/** Takes over what an operation did, with the ETag that it was answered with. */
const apply = (world: World, items: Map<string, Item>, { kind, id }: Operation, outcome: Outcome, etag: string) => {
  if (!isDone(outcome.status) || kind === "read") return;
  if (outcome.item === undefined) {
    items.delete(id);
    return;
  }
  expect(world.etags).not.toContain(etag);
  world.etags.add(etag);
  items.set(id, { ...outcome.item, etag });
};

const partitionOf = (world: World, partitionKey: string): Map<string, Item> => {
  const items = world.partitions.get(partitionKey);
  if (items === undefined) throw new Error(`There is no partition ${partitionKey}.`);
  return items;
};

const single = async (world: World, partitionKey: string, asked: Operation): Promise<void> => {
  const items = partitionOf(world, partitionKey);
  const outcome = expectedOutcome(items, asked);
  const answer = await sendSingle(world, partitionKey, asked, conditionOf(items, asked));
  expect(answer.status).toBe(outcome.status);
  if (asked.kind === "read" && outcome.status === 200) {
    const etag = items.get(asked.id)?.etag;
    expect(JSON.parse(answer.text)).toMatchObject({ id: asked.id, partitionKey, ...outcome.item, _etag: etag });
  }
  apply(world, items, asked, outcome, answer.headers.get("etag") ?? "");
};

interface BatchResult {
  readonly statusCode: number;
  readonly eTag?: string;
}

const batch = async (world: World, partitionKey: string, operations: readonly Operation[]): Promise<void> => {
  const before = partitionOf(world, partitionKey);
  // What the operations of a batch may refer to is what was there before it: a client cannot know more.
  const sent = operations.map((asked) => {
    const etag = conditionOf(before, asked);
    const condition = etag === undefined ? {} : { [asked.kind === "read" ? "ifNoneMatch" : "ifMatch"]: etag };
    const resourceBody =
      asked.kind === "patch"
        ? { resourceBody: patchOf(asked) }
        : asked.kind === "read" || asked.kind === "delete"
          ? {}
          : { resourceBody: document(partitionKey, asked) };
    return { operationType: KINDS[asked.kind], id: asked.id, ...resourceBody, ...condition };
  });
  const headers = {
    ...keyHeader(partitionKey),
    "x-ms-cosmos-is-batch-request": "True",
    "x-ms-cosmos-batch-atomic": "True",
  };
  const body = JSON.stringify(sent);
  const answer = await sendSigned(served.url(), KEY, { method: "POST", path: world.docs, headers, body });
  const results: BatchResult[] = JSON.parse(answer.text);
  const statuses = results.map(({ statusCode }) => statusCode);

  const during = new Map(before);
  for (const [index, asked] of operations.entries()) {
    // Once the batch has changed an item, a condition on its former ETag names a past one.
    const isStale = asked.condition === "present" && during.get(asked.id)?.etag !== before.get(asked.id)?.etag;
    const outcome = expectedOutcome(during, isStale || !before.has(asked.id) ? stale(asked) : asked);
    if (!isDone(outcome.status)) {
      expect(answer.status).toBe(207);
      expect(statuses).toEqual(operations.map((_, other) => (other === index ? outcome.status : 424)));
      return;
    }
    if (asked.kind === "read") continue;
    if (outcome.item === undefined) during.delete(asked.id);
    else during.set(asked.id, { ...outcome.item, etag: results[index]?.eTag ?? `none-${index}` });
  }
  expect(answer.status).toBe(200);
  for (const [id, item] of during) {
    if (before.get(id)?.etag === item.etag) continue;
    expect(world.etags).not.toContain(item.etag);
    world.etags.add(item.etag);
  }
  world.partitions.set(partitionKey, during);
};

/** A condition on the present ETag of an item that has another one by now. */
const stale = (asked: Operation): Operation =>
  asked.condition === "present" ? { ...asked, condition: "past" } : asked;

const query = async (world: World, partitionKey: string): Promise<unknown[]> => {
  const headers = {
    ...keyHeader(partitionKey),
    "content-type": "application/query+json",
    "x-ms-documentdb-isquery": "True",
  };
  const body = JSON.stringify({ query: 'SELECT c.id, c["value"], c.patched, c._etag AS etag FROM c ORDER BY c.id' });
  const answer = await sendSigned(served.url(), KEY, { method: "POST", path: world.docs, headers, body });
  return JSON.parse(answer.text).Documents;
};

const check = async (world: World): Promise<void> => {
  for (const [partitionKey, items] of world.partitions) {
    const expected = [...items].map(([id, item]) => ({ id, ...item }));
    expected.sort((left, right) => (left.id < right.id ? -1 : 1));
    expect(await query(world, partitionKey)).toEqual(expected);
  }
};

/** Cuts the range that holds a key. */
const split = async (world: World, partitionKey: string): Promise<void> => {
  const endpoint = served.endpoint();
  const container = findContainer(endpoint, "model", world.id);
  const { range } = locateKey(container, [partitionKey]);
  await new Promise((resolve, reject) => {
    endpoint.commits.write(() => splitRange(endpoint, container, range.id), resolve, reject);
  });
};

const take = async (world: World, taken: Step): Promise<void> => {
  switch (taken.step) {
    case "single":
      return single(world, taken.key, taken.operation);
    case "batch":
      return batch(world, taken.key, taken.operations);
    case "restart":
      return served.restart();
    default:
      return split(world, taken.key);
  }
};

describe("items under any sequence of operations, batches, restarts and splits", () => {
  test(
    "are what a map of items would hold, and every answer is what it would say",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
          const world = await newWorld();
          for (const taken of steps) await take(world, taken);
          await check(world);
          await served.restart();
          await check(world);
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_TEST_MS,
  );
});
