import { describe, expect, test } from "@jest/globals";
import { recordOfMessage } from "../../../../services/ingress/parking/items.ts";
import {
  afterFault,
  isLeased,
  leased,
  nextRedriveMs,
  released,
  withMessage,
  withoutMessage,
  type RedrivePolicy,
} from "../../../../services/ingress/parking/parked-stream.ts";
import { recordOf } from "../messages.ts";
import { aParkedMessage, aParkedStream, parkedAt } from "./examples.ts";

const later = "2026-01-02T04:00:00.000Z";
const at = Date.parse(parkedAt);

describe("a parked stream", () => {
  test("begins with the message that faulted", () => {
    expect(withMessage(undefined, aParkedMessage(17, "the store said no"))).toEqual(aParkedStream());
  });

  test("cannot begin with a message that is behind another", () => {
    expect(() => withMessage(undefined, aParkedMessage(17, null))).toThrow("parked behind nothing");
  });

  test("counts those behind, and goes on waiting for its first", () => {
    const stream = withMessage(aParkedStream(), { ...aParkedMessage(20, null), parkedAt: later });
    expect(stream).toEqual(aParkedStream({ messages: 2 }));
  });

  test("begins earlier if an earlier record, repeated, faults", () => {
    const stream = withMessage(aParkedStream(), { ...aParkedMessage(12, "again"), parkedAt: later });
    const fault = { reason: "again", at: later };
    expect(stream).toEqual(aParkedStream({ head: 12, messages: 2, waitingSince: later, fault }));
  });

  test("goes on with the next message, as if it had never faulted", () => {
    const next = { offset: 20, parkedAt: later };
    const stream = withoutMessage(aParkedStream({ messages: 3, attempts: 5 }), next);
    expect(stream).toEqual(aParkedStream({ head: 20, messages: 2, waitingSince: later, attempts: 0 }));
  });

  test("is parked no longer without a message", () => {
    expect(withoutMessage(aParkedStream(), undefined)).toBeUndefined();
  });

  test("remembers why it faulted, bounded, and is given back", () => {
    const stream = afterFault(leased(aParkedStream({ attempts: 1 }), "id", "me", at), "x".repeat(5_000), later);
    expect(stream).toEqual(aParkedStream({ attempts: 2, fault: { reason: "x".repeat(1_000), at: later } }));
  });

  test("is held until it is given back, or the lease runs out", () => {
    const stream = leased(aParkedStream(), "id", "me", at + 1_000);
    expect(stream.lease).toEqual({ id: "id", by: "me", until: "2026-01-02T03:04:06.000Z" });
    expect([isLeased(stream, at + 999), isLeased(stream, at + 1_000)]).toEqual([true, false]);
    expect(isLeased(released(stream), at)).toBe(false);
  });
});

describe("a parked stream is redriven without being asked", () => {
  const policy: RedrivePolicy = { automatic: true, firstMs: 1_000, longestMs: 6_000, mostAttempts: 5 };
  const waitOf = (attempts: number, change: Partial<RedrivePolicy> = {}): number | undefined => {
    const next = nextRedriveMs(aParkedStream({ attempts }), { ...policy, ...change });
    return next === undefined ? undefined : next - at;
  };

  test("after a wait that doubles up to a bound, a bounded number of times", () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((attempts) => waitOf(attempts))).toEqual([
      1_000,
      2_000,
      4_000,
      6_000,
      6_000,
      undefined,
      undefined,
    ]);
  });

  test("unless it is switched off", () => {
    expect(waitOf(0, { automatic: false })).toBeUndefined();
  });
});

describe("a parked message", () => {
  test("becomes the record that it was", () => {
    const record = { ...recordOf("x"), offset: "17", topic: "a/b" };
    const message = { ...aParkedMessage(17, null), partition: "a/b/3", value: "x" };
    expect(recordOfMessage(message)).toEqual(record);
    expect(recordOfMessage({ ...message, keyed: false }).key).toBeUndefined();
  });

  test("sorts by partition and offset as numbers", () => {
    const keys = [9, 10, 100, 9_007_199_254_740_991].map((offset) => aParkedMessage(offset, null).sortKey);
    expect(keys).toEqual(keys.toSorted());
  });
});
