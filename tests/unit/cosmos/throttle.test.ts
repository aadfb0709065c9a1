import { describe, expect, test } from "@jest/globals";
import type { Container, Range } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { createThrottle, type Throttle } from "../../../deploy/local/cosmos/throttling/throttle.ts";
import type { Throttling } from "../../../deploy/local/cosmos/throttling/throttling.ts";

const range = (key: number): Range => ({ key, id: String(key) }) as Range;

const [left, right] = [range(1), range(2)];
const container = { id: "c", ranges: [left, right] } as unknown as Container;

/** A throttle with a clock that stands until it is moved. */
const throttleAt = (initial: Throttling, provisioned?: number): { throttle: Throttle; pass: (ms: number) => void } => {
  let nowMs = 0;
  const throttle = createThrottle(
    initial,
    () => (provisioned === undefined ? undefined : { requestUnitsPerSecond: provisioned, isShared: false }),
    () => nowMs,
  );
  return {
    throttle,
    pass: (ms) => {
      nowMs += ms;
    },
  };
};

describe("a throttle", () => {
  test("gives each range its share, and refuses the one that has spent it", () => {
    const { throttle, pass } = throttleAt({ mode: "fixed", requestUnitsPerSecond: 100 });
    throttle.spend(container, [left], 60);
    expect(throttle.delayMs(container, [right])).toBe(0);
    const delay = throttle.delayMs(container, [left]);
    expect(delay).toBe(201);
    pass(delay - 1);
    expect(throttle.delayMs(container, [left])).toBe(1);
    pass(1);
    expect(throttle.delayMs(container, [left])).toBe(0);
  });

  test("holds a request over several ranges up for the slowest of them, and lets all of them pay", () => {
    const { throttle } = throttleAt({ mode: "fixed", requestUnitsPerSecond: 100 });
    throttle.spend(container, [left, right], 100);
    expect(throttle.delayMs(container, [right])).toBeGreaterThan(0);
    throttle.spend(container, [left], 50);
    expect(throttle.delayMs(container, [left, right])).toBe(1_001);
  });

  test("counts what it refused, in all and for each range", () => {
    const { throttle } = throttleAt({ mode: "fixed", requestUnitsPerSecond: 2 });
    throttle.spend(container, [left], 5);
    throttle.delayMs(container, [left, right]);
    throttle.delayMs(container, [left]);
    throttle.delayMs(container, [right]);
    expect([throttle.refusals(), throttle.refusalsOf(left), throttle.refusalsOf(right)]).toEqual([2, 2, 0]);
  });

  test("holds a container to what is provisioned, if anything is", () => {
    const { throttle } = throttleAt({ mode: "provisioned" }, 400);
    throttle.spend(container, [left], 200);
    expect(throttle.delayMs(container, [left])).toBeGreaterThan(0);
    const { throttle: unlimited } = throttleAt({ mode: "provisioned" });
    unlimited.spend(container, [left], 1_000_000);
    expect(unlimited.delayMs(container, [left])).toBe(0);
  });

  test("gives every range a smaller share when there are more of them", () => {
    const { throttle } = throttleAt({ mode: "fixed", requestUnitsPerSecond: 100 });
    const [first, second] = [range(3), range(4)];
    const split = { id: "c", ranges: [first, second, right] } as unknown as Container;
    throttle.spend(split, [first], 100 / 3);
    expect(throttle.delayMs(split, [first])).toBeGreaterThan(0);
    expect(throttle.delayMs(split, [second])).toBe(0);
  });

  test("begins anew with full buckets when it is set", () => {
    const { throttle } = throttleAt({ mode: "fixed", requestUnitsPerSecond: 1 });
    throttle.spend(container, [left], 100);
    throttle.set({ mode: "off" });
    expect(throttle.delayMs(container, [left])).toBe(0);
    throttle.set({ mode: "fixed", requestUnitsPerSecond: 1 });
    expect(throttle.delayMs(container, [left])).toBe(0);
  });
});
