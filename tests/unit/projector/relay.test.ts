import { describe, expect, test } from "@jest/globals";
import type { FlushAnswer } from "../../../actors/kernel/answer.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import type { Watermark } from "../../../actors/host/publication/watermark.ts";
import type { HandleBatch } from "../../../services/platform/change-feed/range-reader.ts";
import { createRelay, type RelayTimes } from "../../../services/projector/relay/relay.ts";
import { createWatermarks } from "../../../services/projector/relay/watermarks.ts";
import { eventually, exampleEvent, silentLogger } from "../change-feed/in-memory.ts";

const never = new AbortController().signal;

const times: RelayTimes = {
  graceMs: 60,
  lookMs: 5,
  firstNudgePauseMs: 2,
  longestNudgePauseMs: 8,
  nudgeDeadlineMs: 100,
};

interface World {
  readonly relay: HandleBatch;
  readonly nudges: string[];
  readonly warnings: string[];
  through: number;
  except: number[];
  answer: (streamId: string, version: number) => Promise<FlushAnswer>;
}

/** No test waits for so long. */
const endlessGrace: RelayTimes = { ...times, graceMs: 600_000 };

const createWorld = (relayTimes = times): World => {
  const world: World = {
    nudges: [],
    warnings: [],
    through: 0,
    except: [],
    answer: async (_streamId, version) => ({ ok: { publishedThrough: version } }),
    relay: createRelay(
      {
        watermarks: {
          cover: async (_epoch, seq) => seq <= world.through && !world.except.includes(seq),
        },
        sidecar: {
          flush: async (_type, streamId, version) => {
            world.nudges.push(`${streamId}/${version}`);
            return world.answer(streamId, version);
          },
        },
        logger: { ...silentLogger, error: (message: unknown) => world.warnings.push(String(message)) as never },
        now: Date.now,
        monotonicMs: () => performance.now(),
        onNudge: () => undefined,
        onUnreadable: () => undefined,
      },
      relayTimes,
    ),
  };
  return world;
};

const pass = (world: World, events: readonly RecordedEvent[], signal = never): Promise<void> =>
  world.relay({ range: "r", entries: events.map((event) => ({ kind: "event", event })) }, signal);

const old = exampleEvent("o1", 1);
const justStored = (streamId: string, version: number): RecordedEvent => ({
  ...exampleEvent(streamId, version),
  at: new Date().toISOString(),
});

describe("an event that its epoch's watermark covers", () => {
  test("passes without a nudge", async () => {
    const world = createWorld();
    world.through = 1;
    await pass(world, [old]);
    expect(world.nudges).toEqual([]);
  });

  test("passes when the watermark comes to cover it in time", async () => {
    const world = createWorld(endlessGrace);
    const passing = pass(world, [justStored("o1", 1)]);
    setTimeout(() => {
      world.through = 1;
    }, 15);
    await passing;
    expect(world.nudges).toEqual([]);
  });

  test("is not covered while the watermark makes an exception of it", async () => {
    const world = createWorld();
    world.through = 5;
    world.except = [1];
    await pass(world, [old]);
    expect(world.nudges).toEqual(["o1/1"]);
  });
});

describe("an event that no watermark covers", () => {
  test("has its stream's actor nudged with the newest version, at once if it is old", async () => {
    const world = createWorld(endlessGrace);
    await pass(
      world,
      [1, 2, 3].map((version) => exampleEvent("o1", version)),
    );
    expect(world.nudges).toEqual(["o1/3"]);
  });

  test("has its host given a little time first if it is new", async () => {
    const world = createWorld();
    const since = Date.now();
    await pass(world, [justStored("o1", 1)]);
    expect(Date.now() - since).toBeGreaterThanOrEqual(times.graceMs - 10);
    expect(world.nudges).toEqual(["o1/1"]);
  });

  test("passes only when the actor says that everything up to it is in Kafka", async () => {
    const world = createWorld();
    let published = 0;
    world.answer = async () => ({ ok: { publishedThrough: (published += 1) } });
    await pass(
      world,
      [1, 2, 3, 4].map((version) => exampleEvent("o1", version)),
    );
    expect(world.nudges).toEqual(["o1/4", "o1/4", "o1/4", "o1/4"]);
  });

  test("passes when a watermark covers it between two nudges", async () => {
    const world = createWorld();
    world.answer = async () => {
      world.through = 1;
      return { ok: { publishedThrough: 0 } };
    };
    await pass(world, [old]);
    expect(world.nudges).toHaveLength(1);
  });

  test("is asked for again and again while nobody answers, and holds up no other stream's actor", async () => {
    const world = createWorld();
    const away = new Set(["o1"]);
    world.answer = async (streamId, version) => {
      if (away.has(streamId)) throw new Error("the sidecar is away");
      return { ok: { publishedThrough: version } };
    };
    let passed = false;
    const passing = pass(world, [old, exampleEvent("o2", 1)]).then(() => {
      passed = true;
      return undefined;
    });
    await eventually("several nudges", () => world.nudges.filter((nudge) => nudge === "o1/1").length >= 4);
    expect(world.nudges.filter((nudge) => nudge === "o2/1")).toHaveLength(1);
    expect(passed).toBe(false);
    away.clear();
    await passing;
  });

  test("is left to whoever has the range next when this one loses it", async () => {
    const world = createWorld();
    world.answer = async () => ({ error: { kind: "fault", code: "Away", message: "away" } });
    const lost = new AbortController();
    const passing = pass(world, [old], lost.signal);
    await eventually("nudged", () => world.nudges.length > 0);
    lost.abort(new Error("the lease is lost"));
    await expect(passing).rejects.toThrow("the lease is lost");
  });
});

describe("an item that is no event", () => {
  test("is reported and passed: there is nothing to publish", async () => {
    const world = createWorld();
    const entry = { kind: "unreadable", streamId: "o1", version: 1, itemId: "o1~0000000001", reason: "?" } as const;
    await world.relay({ range: "r", entries: [entry] }, never);
    expect(world.warnings).toHaveLength(1);
  });
});

const watermark = (through: number): Watermark => ({
  kind: "watermark",
  hostEpoch: "e",
  heartbeatAt: "2026-01-01T00:00:00.000Z",
  through,
  except: [],
});

describe("the watermarks", () => {
  test("are read once for all they cover, and again for what they do not, but not too often", async () => {
    let now = 0;
    let through = 5;
    let reads = 0;
    const watermarks = createWatermarks({
      read: async () => {
        reads += 1;
        return watermark(through);
      },
      monotonicMs: () => now,
    });
    expect(await Promise.all([1, 2, 5].map(async (seq) => watermarks.cover("e", seq)))).toEqual([true, true, true]);
    expect(reads).toBe(1);
    through = 9;
    expect(await watermarks.cover("e", 8)).toBe(false);
    expect(reads).toBe(1);
    now = 1_000;
    expect(await watermarks.cover("e", 8)).toBe(true);
    expect(reads).toBe(2);
  });

  test("of an epoch that never wrote one cover nothing", async () => {
    const watermarks = createWatermarks({ read: async () => undefined, monotonicMs: () => 0 });
    expect(await watermarks.cover("e", 1)).toBe(false);
  });

  test("are read again after a read that failed", async () => {
    let now = 0;
    let fails = true;
    const watermarks = createWatermarks({
      read: async () => {
        if (fails) throw new Error("away");
        return watermark(1);
      },
      monotonicMs: () => now,
    });
    await expect(watermarks.cover("e", 1)).rejects.toThrow("away");
    fails = false;
    now = 1_000;
    expect(await watermarks.cover("e", 1)).toBe(true);
  });
});
