import { describe, expect, test } from "@jest/globals";
import { createKnownPartitions, type KnownPartitions } from "../../../../services/ingress/parking/known-partitions.ts";
import { ParkingUnavailable, type LoadedPartition } from "../../../../services/ingress/parking/store.ts";
import { storedStream } from "./examples.ts";

interface Known {
  readonly partitions: KnownPartitions;
  /** What the store was asked. */
  readonly asked: string[];
  readonly clock: { ms: number };
}

/** What an instance knows, beside a store that has these streams and whose claim is still held or not. */
const knownOf = ({ held = true, loads = [] as (LoadedPartition | "away")[] }): Known => {
  const asked: string[] = [];
  const clock = { ms: 0 };
  const partitions = createKnownPartitions({
    store: {
      claim: async (partition) => {
        asked.push(`claim ${partition}`);
        return `tag ${asked.length}`;
      },
      holdsClaim: async (_partition, tag) => {
        asked.push(`holds ${tag}`);
        return held;
      },
      load: async (_partition, from) => {
        asked.push(`load ${from}`);
        const loaded = loads.shift() ?? { streams: [], discarded: [] };
        if (loaded === "away") throw new ParkingUnavailable("away");
        return loaded;
      },
    },
    monotonicMs: () => clock.ms,
    limits: { mostStreams: 1, mostMessages: 10 },
  });
  return { partitions, asked, clock };
};

const parkedOnce: LoadedPartition = {
  streams: [storedStream({ streamId: "order-1" })],
  discarded: [{ offset: 9, contentHash: "hash" }],
};

describe("the first record of a partition", () => {
  test("has the partition taken before it is read what is parked", async () => {
    const { partitions, asked } = knownOf({ loads: [parkedOnce] });
    const view = await partitions.before("t/0", 7);
    expect(asked).toEqual(["claim t/0", "load 7"]);
    expect([view.claimTag, view.next, [...view.streams.keys()], [...view.discarded]]).toEqual([
      "tag 1",
      7,
      ["order-1"],
      [[9, "hash"]],
    ]);
  });

  test("leaves nothing known if it cannot be read", async () => {
    const { partitions, asked } = knownOf({ loads: ["away", parkedOnce] });
    await expect(partitions.before("t/0", 7)).rejects.toBeInstanceOf(ParkingUnavailable);
    expect([...(await partitions.before("t/0", 7)).streams.keys()]).toEqual(["order-1"]);
    expect(asked).toEqual(["claim t/0", "load 7", "claim t/0", "load 7"]);
  });

  test("has everything read anew after it was forgotten", async () => {
    const { partitions, asked } = knownOf({});
    await partitions.before("t/0", 7);
    partitions.forget("t/0");
    await partitions.before("t/0", 7);
    expect(asked).toEqual(["claim t/0", "load 7", "claim t/0", "load 7"]);
  });
});

describe("the records after it", () => {
  test("cost nothing, whether they are tried once or again and again", async () => {
    const { partitions, asked } = knownOf({});
    await partitions.before("t/0", 7);
    await partitions.before("t/0", 7);
    partitions.handled("t/0", 7);
    expect((await partitions.before("t/0", 8)).next).toBe(8);
    expect(asked).toEqual(["claim t/0", "load 7"]);
  });

  test.each([
    ["behind a gap", 9, 0],
    ["after a while", 8, 5_001],
  ])("need the claim to be looked at %s", async (_when, offset, passedMs) => {
    const { partitions, asked, clock } = knownOf({});
    await partitions.before("t/0", 7);
    partitions.handled("t/0", 7);
    clock.ms += passedMs;
    expect((await partitions.before("t/0", offset)).next).toBe(offset);
    await partitions.before("t/0", offset);
    expect(asked).toEqual(["claim t/0", "load 7", "holds tag 1"]);
  });

  test("have everything read anew when another instance has had the partition, or they come again", async () => {
    const lost = knownOf({ held: false });
    await lost.partitions.before("t/0", 7);
    await lost.partitions.before("t/0", 9);
    expect(lost.asked).toEqual(["claim t/0", "load 7", "holds tag 1", "claim t/0", "load 9"]);

    const again = knownOf({});
    await again.partitions.before("t/0", 7);
    again.partitions.handled("t/0", 7);
    await again.partitions.before("t/0", 6);
    expect(again.asked).toEqual(["claim t/0", "load 7", "claim t/0", "load 6"]);
  });

  test("of another partition are known apart", async () => {
    const { partitions, asked } = knownOf({});
    await partitions.before("t/0", 7);
    await partitions.before("t/1", 7);
    expect(asked).toEqual(["claim t/0", "load 7", "claim t/1", "load 7"]);
  });

  test("are known by what was learnt of their streams", async () => {
    const { partitions } = knownOf({});
    await partitions.before("t/0", 7);
    const stored = storedStream({ streamId: "order-2" });
    partitions.learn("t/0", "order-2", stored, "new tag");
    const view = await partitions.before("t/0", 7);
    expect([view.claimTag, view.streams.get("order-2")]).toEqual(["new tag", stored]);
    partitions.learn("t/1", "order-2", stored);
    expect((await partitions.before("t/1", 7)).streams.size).toBe(0);
  });
});

describe("a partition of which as much is parked as may be", () => {
  test("has room for a stream that is parked already", async () => {
    const { partitions, asked } = knownOf({ loads: [parkedOnce] });
    await partitions.before("t/0", 7);
    await partitions.makeRoom("t/0", "order-1", 7);
    expect(asked).toEqual(["claim t/0", "load 7"]);
  });

  test("has room again once something was redriven", async () => {
    const { partitions, asked } = knownOf({ loads: [parkedOnce] });
    await partitions.before("t/0", 7);
    await partitions.makeRoom("t/0", "order-2", 7);
    expect(asked).toEqual(["claim t/0", "load 7", "claim t/0", "load 7"]);
  });

  test("has no room for more", async () => {
    const { partitions } = knownOf({ loads: [parkedOnce, parkedOnce] });
    await partitions.before("t/0", 7);
    await expect(partitions.makeRoom("t/0", "order-2", 7)).rejects.toThrow(ParkingUnavailable);
  });
});
