import { describe, expect, test } from "@jest/globals";
import {
  afterRecord,
  continuityOf,
  hasRoomFor,
  routeOf,
  withStream,
  type PartitionView,
} from "../../../../services/ingress/parking/partition-view.ts";
import { storedStream } from "./examples.ts";

const view: PartitionView = {
  claimTag: "tag",
  next: 20,
  streams: new Map([["order-1", storedStream({ head: 17, messages: 3 })]]),
  discarded: new Map([[18, "hash"]]),
};

describe("what is known of a partition", () => {
  test.each<[string, number, number, string]>([
    ["the next record", 20, 5_000, "next"],
    ["the next record after a while", 20, 5_001, "unsure"],
    ["a record behind a gap", 21, 0, "unsure"],
    ["a record that came before", 19, 0, "again"],
    ["a record that came before, after a while", 19, 5_001, "again"],
  ])("follows on %s so far", (_what, offset, idleMs, continuity) => {
    expect(continuityOf(view, offset, idleMs)).toBe(continuity);
  });

  test("moves on with the next record only", () => {
    expect([19, 20, 21].map((offset) => afterRecord(view, offset).next)).toEqual([20, 21, 20]);
  });

  test("changes with what is learnt of a stream", () => {
    const stored = storedStream({ streamId: "order-2" });
    const more = withStream(view, "order-2", stored, "new tag");
    expect([more.claimTag, [...more.streams.keys()]]).toEqual(["new tag", ["order-1", "order-2"]]);
    const less = withStream(more, "order-1", undefined);
    expect([less.claimTag, [...less.streams.keys()]]).toEqual(["new tag", ["order-2"]]);
    expect([...view.streams.keys()]).toEqual(["order-1"]);
  });
});

const never = (): string => {
  throw new Error("no content needs to be hashed");
};

describe("a record", () => {
  test("of a stream that is not parked is carried out", () => {
    expect(routeOf(view, "order-2", 20, never)).toBe("direct");
  });

  test("goes behind the first that waits, itself included, while one from before is repeated", () => {
    expect([16, 17, 19, 20].map((offset) => routeOf(view, "order-1", offset, never))).toEqual([
      "direct",
      "behind",
      "behind",
      "behind",
    ]);
  });

  test("that was discarded is not carried out, unless another one has its offset", () => {
    expect(routeOf(view, "order-2", 18, () => "hash")).toBe("discarded");
    expect(routeOf(view, "order-2", 18, () => "another")).toBe("direct");
  });
});

describe("what may be parked of a partition", () => {
  test("is bounded in streams", () => {
    expect(hasRoomFor(view, "order-2", { mostStreams: 1, mostMessages: 100 })).toBe(false);
    expect(hasRoomFor(view, "order-1", { mostStreams: 1, mostMessages: 100 })).toBe(true);
    expect(hasRoomFor(view, "order-2", { mostStreams: 2, mostMessages: 100 })).toBe(true);
  });

  test("is bounded in messages", () => {
    expect(hasRoomFor(view, "order-1", { mostStreams: 9, mostMessages: 3 })).toBe(false);
    expect(hasRoomFor(view, "order-1", { mostStreams: 9, mostMessages: 4 })).toBe(true);
  });
});
