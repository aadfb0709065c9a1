import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type EmbeddedProcess, endEmbedded, startEmbedded } from "./endpoint-under-test.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
const DOCS = "/dbs/crash/colls/c/docs";
const WRITERS = 8;
const KILLS = 50;
/** The writers run this long before a kill, at least and at most: some kills hit an endpoint that has hardly begun. */
const SHORTEST_RUN_MS = 5;
const LONGEST_RUN_MS = 160;
const LONGEST_WAIT_MS = 60_000;

interface Item {
  readonly id: string;
  readonly partitionKey: string;
  readonly version: number;
  readonly _lsn?: number;
}

let directory: string;
let running: EmbeddedProcess;

const send = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<RawAnswer> =>
  sendSigned(running.url, KEY, {
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-crash-"));
  running = await startEmbedded(directory);
  await send("POST", "/dbs", {}, { id: "crash" });
  await send("POST", "/dbs/crash/colls", {}, { id: "c", partitionKey: { paths: ["/partitionKey"], kind: "Hash" } });
});

afterAll(async () => {
  await endEmbedded(running, "SIGTERM");
  await rm(directory, { recursive: true });
});

/** A stream of versions, each committed as a batch of two insert-only items and one that is replaced. */
interface Stream {
  readonly key: string;
  /** The last version that was answered. */
  answered: number;
}

const idOf = (version: number, part: string): string => `${String(version).padStart(10, "0")}${part}`;

const commit = (key: string, version: number): Promise<RawAnswer> => {
  const create = (part: string): object => ({
    operationType: "Create",
    resourceBody: { id: idOf(version, part), partitionKey: key, version },
  });
  const snapshot = { operationType: "Upsert", resourceBody: { id: "snapshot", partitionKey: key, version } };
  const headers = {
    "x-ms-documentdb-partitionkey": JSON.stringify([key]),
    "x-ms-cosmos-is-batch-request": "True",
    "x-ms-cosmos-batch-atomic": "True",
  };
  return send("POST", DOCS, headers, [create("a"), create("b"), snapshot]);
};

/** Commits version after version until the endpoint is gone. A version already there was stored but not answered. */
const writeUntilGone = async (stream: Stream): Promise<void> => {
  while (true) {
    let answer: RawAnswer;
    try {
      answer = await commit(stream.key, stream.answered + 1);
    } catch {
      return;
    }
    if (answer.status !== 200 && answer.status !== 207) throw new Error(`${answer.status}: ${answer.text}`);
    stream.answered++;
  }
};

const read = async (path: string, headers: Record<string, string>): Promise<{ items: Item[]; etag: string }> => {
  const answer = await send("GET", path, { "x-ms-max-item-count": "200", ...headers });
  const items: Item[] = answer.status === 200 ? JSON.parse(answer.text).Documents : [];
  return { items, etag: answer.headers.get("etag") ?? "" };
};

/** Follows the feed of all ranges; its positions outlive the crashes. */
const follower = (ranges: readonly string[]): { seen: Item[]; follow: () => Promise<void> } => {
  const positions = new Map<string, string>();
  const seen: Item[] = [];
  return {
    seen,
    follow: async () => {
      for (const range of ranges) {
        while (true) {
          const position = positions.get(range);
          const headers = { "a-im": "Incremental Feed", "x-ms-documentdb-partitionkeyrangeid": range };
          const page = await read(DOCS, {
            ...headers,
            ...(position === undefined ? {} : { "if-none-match": position }),
          });
          positions.set(range, page.etag);
          seen.push(...page.items);
          if (page.items.length === 0) break;
        }
      }
    },
  };
};

const rangeIds = async (): Promise<string[]> => {
  const { text } = await send("GET", "/dbs/crash/colls/c/pkranges");
  const ranges: { id: string }[] = JSON.parse(text).PartitionKeyRanges;
  return ranges.map(({ id }) => id);
};

const partition = async (key: string): Promise<Item[]> => {
  const items: Item[] = [];
  let continuation = "";
  do {
    const answer = await send(
      "POST",
      DOCS,
      {
        "content-type": "application/query+json",
        "x-ms-documentdb-isquery": "True",
        "x-ms-max-item-count": "-1",
        "x-ms-documentdb-partitionkey": JSON.stringify([key]),
        ...(continuation === "" ? {} : { "x-ms-continuation": continuation }),
      },
      { query: "SELECT * FROM c ORDER BY c.id" },
    );
    items.push(...JSON.parse(answer.text).Documents);
    continuation = answer.headers.get("x-ms-continuation") ?? "";
  } while (continuation !== "");
  return items;
};

describe("an endpoint killed in the middle of its work, again and again", () => {
  const streams: Stream[] = Array.from({ length: WRITERS }, (_, writer) => ({ key: `stream-${writer}`, answered: 0 }));
  let feed: ReturnType<typeof follower>;

  beforeAll(async () => {
    feed = follower(await rangeIds());
    for (let kill = 0; kill < KILLS; kill++) {
      const runMs = randomInt(SHORTEST_RUN_MS, LONGEST_RUN_MS + 1);
      const writing = Promise.all(streams.map(writeUntilGone));
      const following = feed.follow().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, runMs));
      await endEmbedded(running, "SIGKILL");
      await Promise.race([
        Promise.all([writing, following]),
        new Promise((_, reject) => setTimeout(reject, LONGEST_WAIT_MS, new Error("The writers did not stop.")).unref()),
      ]);
      running = await startEmbedded(directory);
    }
    await feed.follow();
  });

  test("has every write that it answered, and no half of a batch", async () => {
    expect(streams.reduce((sum, { answered }) => sum + answered, 0)).toBeGreaterThan(KILLS);
    for (const { key, answered } of streams) {
      const items = await partition(key);
      const snapshot = items.find(({ id }) => id === "snapshot");
      const last = snapshot?.version ?? 0;
      expect(last).toBeGreaterThanOrEqual(answered);
      const versions = Array.from({ length: last }, (_, index) => index + 1);
      const expected = versions.flatMap((version) => [idOf(version, "a"), idOf(version, "b")]);
      expect(items.filter(({ id }) => id !== "snapshot").map(({ id }) => id)).toEqual(expected);
    }
  });

  test("gave every item once to a reader of the feed that lived through it all, in order", async () => {
    for (const { key } of streams) {
      const stored = (await partition(key)).filter(({ id }) => id !== "snapshot").map(({ id }) => id);
      const seen = feed.seen.filter(({ id, partitionKey }) => partitionKey === key && id !== "snapshot");
      expect(seen.map(({ id }) => id)).toEqual(stored);
      const lsns = seen.map(({ _lsn }) => _lsn ?? 0);
      expect(lsns).toEqual([...lsns].sort((left, right) => left - right));
    }
  });
});
