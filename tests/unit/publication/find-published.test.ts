import { describe, expect, test } from "@jest/globals";
import { findPublishedThrough } from "../../../actors/host/publication/find-published.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { orderEvent } from "./events.ts";

/** A stream of this length, read by a search; `published` is the newest version in Kafka. */
const search = async (length: number, published: number, range: { from: number; floor: number }) => {
  const stream = Array.from({ length }, (_, index) => orderEvent({ version: index + 1, hostSeq: index + 1 }));
  const reads: Array<{ after: number; limit: number }> = [];
  const readEvents = async (_: string, after: number, limit: number): Promise<readonly RecordedEvent[]> => {
    reads.push({ after, limit });
    return stream.slice(after, after + limit);
  };
  const isCovered = async (event: RecordedEvent): Promise<boolean> => event.version <= published;
  const found = await findPublishedThrough(readEvents, isCovered, { streamId: "order-1", ...range }, 64);
  return { found, reads };
};

describe("the newest published event of a stream", () => {
  test("is found with one read of one event when it is the newest of all, however long the stream is", async () => {
    const { found, reads } = await search(100_000, 100_000, { from: 100_000, floor: 0 });
    expect({ found, reads }).toEqual({ found: 100_000, reads: [{ after: 99_999, limit: 1 }] });
  });

  test("is found behind what a host left when it died", async () => {
    const { found, reads } = await search(100, 80, { from: 100, floor: 0 });
    expect(found).toBe(80);
    expect(reads.map(({ limit }) => limit)).toEqual([1, 8, 64]);
  });

  test("is not looked for below what is known", async () => {
    const { found, reads } = await search(10, 0, { from: 10, floor: 7 });
    expect({ found, reads }).toEqual({
      found: 7,
      reads: [
        { after: 9, limit: 1 },
        { after: 7, limit: 2 },
      ],
    });
  });

  test("is none of a stream that nobody published", async () => {
    expect((await search(3, 0, { from: 3, floor: 0 })).found).toBe(0);
  });

  test("is not guessed when the store leaves an event out", async () => {
    await expect(search(3, 0, { from: 5, floor: 0 })).rejects.toThrow("does not give version 5");
  });
});
