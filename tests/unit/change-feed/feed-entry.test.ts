import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { byStream, toFeedItem, type FeedEntry } from "../../../services/platform/change-feed/feed-entry.ts";
import { exampleEvent } from "./in-memory.ts";

const item = (id: string, partitionKey: string, value: object) => ({
  id,
  partitionKey,
  isBinary: false,
  value,
  _lsn: 7,
  _ts: 1_767_225_600,
});

describe("an item of the feed", () => {
  test("that holds an event gives the event, its place and its time", () => {
    const event = exampleEvent("o1", 3);
    expect(toFeedItem(item("o1~0000000003", "o1", event))).toEqual({
      entry: { kind: "event", event },
      lsn: 7,
      storedAt: "2026-01-01T00:00:00.000Z",
    });
  });

  test("that holds a snapshot or an outcome is no event", () => {
    expect(toFeedItem(item("o1~snapshot", "o1", { kind: "snapshot" })).entry).toBeUndefined();
    expect(toFeedItem(item("o1~outcome~x", "o1", { kind: "outcome" })).entry).toBeUndefined();
    expect(toFeedItem({ id: "foreign" }).entry).toBeUndefined();
  });

  test("that claims to be an event and is none is told by its stream and version", () => {
    const { entry } = toFeedItem(item("o1~0000000003", "o1", { kind: "event", version: "three" }));
    expect(entry).toMatchObject({ kind: "unreadable", streamId: "o1", version: 3 });
  });

  test("that holds an event of another place is not taken for that event", () => {
    expect(toFeedItem(item("o1~0000000003", "o1", exampleEvent("o2", 3))).entry?.kind).toBe("unreadable");
    expect(toFeedItem(item("o1~0000000003", "o1", exampleEvent("o1", 4))).entry?.kind).toBe("unreadable");
    expect(toFeedItem(item("odd", "o1", exampleEvent("o1", 4))).entry).toMatchObject({ version: undefined });
  });
});

describe("entries by stream", () => {
  test("hold every entry once, each stream in the order of versions", () => {
    const entry = fc
      .tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 9 }))
      .map(([streamId, version]): FeedEntry => ({ kind: "event", event: exampleEvent(streamId, version) }));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const streams = byStream(entries);
        expect([...streams.values()].flat()).toHaveLength(entries.length);
        for (const [streamId, entriesOfStream] of streams) {
          const events = entriesOfStream.flatMap((each) => (each.kind === "event" ? [each.event] : []));
          expect(events.every((event) => event.streamId === streamId)).toBe(true);
          const versions = events.map(({ version }) => version);
          expect(versions).toEqual(versions.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
