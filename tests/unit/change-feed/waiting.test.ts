import { describe, expect, test } from "@jest/globals";
import { concurrently, pause, untilItSucceeds } from "../../../services/platform/change-feed/waiting.ts";

const never = new AbortController().signal;
const quick = { firstMs: 1, longestMs: 4 };

describe("a pause", () => {
  test("ends early when it is aborted", async () => {
    const stop = new AbortController();
    const waiting = pause(60_000, stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});

describe("an attempt that is repeated until it succeeds", () => {
  test("tells of every failure and gives the result", async () => {
    const failures: number[] = [];
    let calls = 0;
    const attempt = async (): Promise<string> => {
      calls += 1;
      if (calls < 4) throw new Error("away");
      return "done";
    };
    expect(await untilItSucceeds(attempt, never, quick, (_error, count) => failures.push(count))).toBe("done");
    expect(failures).toEqual([1, 2, 3]);
  });

  test("ends with the signal's reason at once, even while an attempt hangs", async () => {
    const stop = new AbortController();
    const hanging = untilItSucceeds(
      async () => new Promise<never>(() => undefined),
      stop.signal,
      quick,
      () => undefined,
    );
    stop.abort(new Error("stopped"));
    await expect(hanging).rejects.toThrow("stopped");
  });
});

describe("work whose signal aborts while it fails", () => {
  test("ends with the signal's reason and leaves no failure behind", async () => {
    const stop = new AbortController();
    const failing = async (): Promise<never> => {
      stop.abort(new Error("stopped"));
      throw new Error("away");
    };
    await expect(untilItSucceeds(failing, stop.signal, quick, () => undefined)).rejects.toThrow("stopped");
  });
});

describe("concurrent work", () => {
  test("is done for every item, never more at a time than allowed", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await concurrently([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await pause(2, never);
      running -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("begins nothing more after a failure, and fails when what is under way has ended", async () => {
    const ended: number[] = [];
    const work = concurrently([1, 2, 3, 4], 2, async (item) => {
      if (item === 1) throw new Error("first");
      await pause(5, never);
      ended.push(item);
    });
    await expect(work).rejects.toThrow("first");
    expect(ended).toEqual([2]);
  });
});
