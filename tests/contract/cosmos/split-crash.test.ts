import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitFor } from "../../support/wait-for.ts";
import { byText } from "./contract-test.ts";
import { type EmbeddedProcess, endEmbedded, startEmbedded } from "./endpoint-under-test.ts";
import { type FeedReader, openFeedReader, type SeenChange } from "./model/feed-reader.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

// Only the embedded endpoint can be killed and told to split, so these tests run against it alone.

const KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
const PATH = "/dbs/crash/colls/c";
const WRITERS = 4;
const KILLS = 16;
/** The first kill comes about this long after a split was asked for: before it, in the middle of it, or after it. */
const FIRST_DELAY_MS = 4;

let directory: string;
let running: EmbeddedProcess;

const reachable = { url: () => running.url, key: KEY };

const send = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<RawAnswer> =>
  sendSigned(running.url, KEY, {
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const start = async (): Promise<void> => {
  running = await startEmbedded(directory, 0, "--admin-port", "0");
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-split-crash-"));
  await start();
  await send("POST", "/dbs", {}, { id: "crash" });
  await send("POST", "/dbs/crash/colls", {}, { id: "c", partitionKey: { paths: ["/partitionKey"], kind: "Hash" } });
});

afterAll(async () => {
  await endEmbedded(running, "SIGTERM");
  await rm(directory, { recursive: true });
});

interface WireRange {
  readonly id: string;
  readonly minInclusive: string;
  readonly maxExclusive: string;
  readonly parents: readonly string[];
}

const rangesNow = async (): Promise<WireRange[]> =>
  JSON.parse((await send("GET", `${PATH}/pkranges`)).text).PartitionKeyRanges;

/** Asks for a split of whatever range is the fullest; its answer is lost with the endpoint. */
const askForSplit = async (): Promise<void> => {
  const body = JSON.stringify({ database: "crash", container: "c", at: "keys" });
  const headers = { "content-type": "application/json" };
  await fetch(new URL("splits", running.admin), { method: "POST", headers, body }).catch(() => undefined);
};

/** Creates item after item, each in another partition, until the endpoint is gone; notes what was answered. */
const writeUntilGone = async (writer: number, kill: number, answered: string[]): Promise<void> => {
  for (let n = 0; ; n++) {
    const id = `${writer}-${kill}-${n}`;
    const partitionKey = `key-${(writer * 7 + n) % 24}`;
    const headers = { "x-ms-documentdb-partitionkey": JSON.stringify([partitionKey]) };
    let answer: RawAnswer;
    try {
      answer = await send("POST", `${PATH}/docs`, headers, { id, partitionKey, n });
    } catch {
      return;
    }
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text}`);
    answered.push(id);
  }
};

const idsOf = (pages: readonly SeenChange[][]): string[] => pages.flat().map(({ id }) => id);

describe("an endpoint killed while it splits", () => {
  const answered: string[] = [];
  const latest: SeenChange[][] = [];
  const all: SeenChange[][] = [];
  const rangeCounts = new Set<number>();

  beforeAll(async () => {
    const readers: [FeedReader, SeenChange[][]][] = [
      [await openFeedReader(reachable, PATH, "latest"), latest],
      [await openFeedReader(reachable, PATH, "all"), all],
    ];
    let delayMs = FIRST_DELAY_MS;
    let ranges = (await rangesNow()).length;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = answered.length;
      const writing = Promise.all(
        Array.from({ length: WRITERS }, (_, writer) => writeUntilGone(writer, kill, answered)),
      );
      await waitFor(() => answered.length >= before + WRITERS * 4, { what: "some writes", timeoutMs: 10_000 });
      const splitting = askForSplit();
      await new Promise((resolve) => setTimeout(resolve, randomInt(0, Math.ceil(2 * delayMs) + 1)));
      await endEmbedded(running, "SIGKILL");
      await Promise.all([writing, splitting]);
      await start();
      const { length } = await rangesNow();
      rangeCounts.add(length);
      // A kill that came too late is followed by a sooner one, and the other way round, however fast the machine is.
      delayMs *= length > ranges ? 1 / 1.5 : 1.5;
      ranges = length;
      for (const [reader, seen] of readers) seen.push(...(await reader.drain(50)));
    }
  });

  test("has ranges that fill the key space without a gap, none of them with its parent beside it", async () => {
    // Some splits were done and some were not.
    expect(rangeCounts.size).toBeGreaterThan(1);
    const ranges = await rangesNow();
    expect([ranges[0]?.minInclusive, ranges.at(-1)?.maxExclusive]).toEqual(["", "FF"]);
    expect(ranges.slice(1).map(({ minInclusive }) => minInclusive)).toEqual(
      ranges.slice(0, -1).map(({ maxExclusive }) => maxExclusive),
    );
    const ids = new Set(ranges.map(({ id }) => id));
    expect(ids.size).toBe(ranges.length);
    expect(ranges.flatMap(({ parents }) => parents).filter((id) => ids.has(id))).toEqual([]);
  });

  test("gave every item that it answered once to readers of either feed, in order within each partition", () => {
    for (const pages of [latest, all]) {
      const seen = idsOf(pages);
      expect(new Set(seen).size).toBe(seen.length);
      expect([...answered].filter((id) => !seen.includes(id))).toEqual([]);
      const lsns = new Map<string, number>();
      for (const { partitionKey, lsn } of pages.flat()) {
        expect(lsn).toBeGreaterThan(lsns.get(partitionKey) ?? 0);
        lsns.set(partitionKey, lsn);
      }
    }
    expect(idsOf(latest).sort(byText)).toEqual(idsOf(all).sort(byText));
  });
});
