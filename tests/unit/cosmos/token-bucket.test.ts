import { describe, expect, test } from "@jest/globals";
import { fullBucket, refilled, spent, waitMs } from "../../../deploy/local/cosmos/throttling/token-bucket.ts";

describe("a bucket of request units", () => {
  test("begins with what comes in within a second, and lets requests in while something is there", () => {
    const bucket = fullBucket(100, 0);
    expect(waitMs(bucket)).toBe(0);
    expect(waitMs(spent(bucket, 99.5))).toBe(0);
    expect(waitMs(spent(bucket, 100))).toBeGreaterThan(0);
  });

  test("may be overdrawn by one request, and then tells truly when it lets the next one in", () => {
    const overdrawn = spent(fullBucket(100, 0), 150);
    const wait = waitMs(overdrawn);
    expect(wait).toBe(501);
    expect(waitMs(refilled(overdrawn, 100, wait - 1))).toBeGreaterThan(0);
    expect(waitMs(refilled(overdrawn, 100, wait))).toBe(0);
  });

  test("holds no more than a second's worth, however long nobody asked", () => {
    expect(refilled(spent(fullBucket(100, 0), 100), 100, 3_600_000).units).toBe(100);
  });

  test("follows a rate that changes", () => {
    const raised = refilled(spent(fullBucket(100, 0), 200), 1_000, 50);
    expect(raised.units).toBe(-50);
    expect(refilled(fullBucket(100, 0), 10, 0).units).toBe(10);
  });

  test("neither gains nor loses when the clock goes back", () => {
    const bucket = spent(fullBucket(100, 1_000), 60);
    expect(refilled(bucket, 100, 500)).toEqual({ perSecond: 100, units: 40, atMs: 500 });
  });
});
