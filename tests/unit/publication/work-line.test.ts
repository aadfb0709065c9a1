import { describe, expect, test } from "@jest/globals";
import { createWorkLine } from "../../../actors/host/publication/work-line.ts";

const delays = { firstRetryMs: 100, longestRetryMs: 1_000 };
const everyone = (): boolean => true;

describe("a line of work", () => {
  test("is due when its first stream is", () => {
    const line = createWorkLine(delays);
    line.add("a", 15);
    line.add("b", 20);
    expect([line.isDue(14), line.isDue(15), line.nextDueAt()]).toEqual([false, true, 15]);
  });

  test("takes later ones along with the one that is due, in order, up to what is admitted", () => {
    const line = createWorkLine(delays);
    for (const streamId of ["a", "b", "c"]) line.add(streamId, 15);
    const admitted: string[] = [];
    const two = (streamId: string): boolean => admitted.length < 2 && admitted.push(streamId) > 0;
    expect(line.take(15, two)).toEqual(["a", "b"]);
    expect(line.take(15, everyone)).toEqual(["c"]);
  });

  test("has each stream once", () => {
    const line = createWorkLine(delays);
    line.add("a", 1);
    line.add("a", 2);
    expect(line.take(2, everyone)).toEqual(["a"]);
  });

  test("makes a failed stream wait twice as long each time, up to the longest wait", () => {
    const line = createWorkLine(delays);
    const waits: number[] = [];
    let now = 0;
    line.add("a", now);
    for (let failure = 1; failure <= 6; failure += 1) {
      expect(line.take(now, everyone)).toEqual(["a"]);
      line.done(["other"], ["a"], now);
      const dueAt = line.nextDueAt() ?? Number.NaN;
      waits.push(dueAt - now);
      expect(line.take(dueAt - 1, everyone)).toEqual([]);
      now = dueAt;
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  test("starts from the first wait again after a success", () => {
    const line = createWorkLine(delays);
    line.done(["other"], ["a"], 0);
    line.done(["other"], ["a"], 0);
    line.done(["a"], [], 0);
    line.done(["other"], ["a"], 1_000);
    expect(line.nextDueAt()).toBe(1_100);
  });

  test("tries everything less and less often while all of it fails", () => {
    const line = createWorkLine(delays);
    line.done([], ["a"], 0);
    line.done([], ["b"], 0);
    line.done([], ["c"], 0);
    // Each has failed once, but three failures in a row have closed the line.
    expect(line.nextDueAt()).toBe(400);
    expect(line.take(399, everyone)).toEqual([]);
    expect(line.take(400, everyone)).toEqual(["a", "b", "c"]);
  });

  test("does not make a stream that never failed wait for those that did", () => {
    const line = createWorkLine(delays);
    line.done([], ["a"], 0);
    line.add("b", 10);
    expect(line.take(10, everyone)).toEqual(["b"]);
  });
});
