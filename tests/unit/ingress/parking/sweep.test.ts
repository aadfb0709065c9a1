import { describe, expect, test } from "@jest/globals";
import type { ParkedStream } from "../../../../services/ingress/parking/items.ts";
import { leased, type RedrivePolicy } from "../../../../services/ingress/parking/parked-stream.ts";
import { automatic, createSweep, dueStreams } from "../../../../services/ingress/parking/sweep.ts";
import { ParkingUnavailable } from "../../../../services/ingress/parking/store.ts";
import { RedriveUnderWay } from "../../../../services/ingress/parking/stream-lease.ts";
import { createMemoryParkedStore, noParkedItems } from "../../../support/memory-parked-store.ts";
import { aParkedStream, parkedAt } from "./examples.ts";

const at = Date.parse(parkedAt);
const policy: RedrivePolicy = { automatic: true, firstMs: 1_000, longestMs: 10_000, mostAttempts: 3 };
const silent = () => undefined as never;

const streamOf = (streamId: string, more: Partial<ParkedStream> = {}): ParkedStream =>
  aParkedStream({ streamId, ...more });

describe("the streams that are due", () => {
  test("are those whose wait is over and that nobody holds, the longest waiting first", () => {
    const streams = [
      streamOf("young", { waitingSince: "2026-01-02T03:04:04.000Z" }),
      streamOf("old", { waitingSince: "2026-01-02T03:04:03.000Z" }),
      streamOf("failed once", { attempts: 1 }),
      streamOf("given up", { attempts: 3 }),
      leased(streamOf("held"), "id", "me", at + 5_000),
    ];
    const ids = (nowMs: number): string[] => dueStreams(streams, policy, nowMs).map(({ streamId }) => streamId);
    expect(ids(at + 999)).toEqual([]);
    expect(ids(at + 1_000)).toEqual(["old", "young"]);
    expect(ids(at + 2_000)).toEqual(["old", "young", "failed once"]);
    expect(ids(at + 5_000)).toEqual(["old", "young", "failed once", "held"]);
  });

  test("are at most fifty at a time", () => {
    const streams = Array.from({ length: 60 }, (_, index) => streamOf(`order-${index}`));
    expect(dueStreams(streams, policy, at + 1_000)).toHaveLength(50);
  });
});

/** Sweeps over these streams once. */
const sweepOver = async (
  streams: readonly ParkedStream[],
  {
    redrive = async () => undefined,
    probe = async () => undefined,
  }: {
    redrive?: (streamId: string, by: string) => Promise<undefined>;
    probe?: () => Promise<string | undefined>;
  } = {},
): Promise<{ redriven: string[]; measured: number }> => {
  const items = noParkedItems();
  for (const [index, stream] of streams.entries()) items.streams.set(stream.sortKey, { stream, etag: String(index) });
  const redriven: string[] = [];
  let measured = 0;
  const sweep = createSweep({
    store: createMemoryParkedStore(items),
    redriver: {
      redrive: async (streamId, by) => {
        redriven.push(`${streamId} by ${by}`);
        return redrive(streamId, by);
      },
    },
    probe,
    policy,
    nowMs: () => at + 1_000,
    logger: { error: silent, warn: silent, info: silent, debug: silent },
    onParked: (found) => {
      measured = found.length;
    },
  });
  await sweep(new AbortController().signal);
  return { redriven, measured };
};

describe("a sweep", () => {
  test("measures everything that is parked and redrives what is due", async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => streamOf(`order-${index}`, { attempts: 3 }));
    const { redriven, measured } = await sweepOver([...many, streamOf("due")]);
    expect([redriven, measured]).toEqual([[`due by ${automatic}`], 1_002]);
  });

  test("redrives nothing while a part is away", async () => {
    const { redriven, measured } = await sweepOver([streamOf("due")], { probe: async () => "no store" });
    expect([redriven, measured]).toEqual([[], 1]);
  });

  test.each([new RedriveUnderWay("someone"), new ParkingUnavailable("away")])("goes on after %p", async (error) => {
    const { redriven } = await sweepOver([streamOf("a"), streamOf("b")], {
      redrive: async () => {
        throw error;
      },
    });
    expect(redriven).toHaveLength(2);
  });

  test("hides no bug", async () => {
    const sweeping = sweepOver([streamOf("a")], {
      redrive: async () => {
        throw new TypeError("a bug");
      },
    });
    await expect(sweeping).rejects.toThrow(TypeError);
  });
});
