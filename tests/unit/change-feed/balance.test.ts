import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { leasesToTake, observe, type Observations } from "../../../services/platform/change-feed/balance.ts";
import type { StoredLease } from "../../../services/platform/change-feed/lease.ts";

const timeToLiveMs = 100;

const lease = (index: number, owner: string | null, etag = "1"): StoredLease => ({
  etag,
  lease: {
    kind: "lease",
    group: "g",
    range: { minInclusive: String(index).padStart(3, "0"), maxExclusive: String(index + 1).padStart(3, "0") },
    owner,
    tenure: 0,
    renewedAt: "2026-01-01T00:00:00.000Z",
    position: { continuation: "", lsn: null, storedAt: null },
    retired: false,
  },
});

const ownersOf = (leases: readonly StoredLease[]): (string | null)[] => leases.map(({ lease: { owner } }) => owner);

const take = (leases: readonly StoredLease[], wanted: readonly StoredLease[], owner: string): StoredLease[] =>
  leases.map((stored) =>
    wanted.includes(stored) ? { etag: `${stored.etag}'`, lease: { ...stored.lease, owner } } : stored,
  );

/** Lets the instances look and take one after the other, renewing what they hold. */
const oneRound = (
  leases: readonly StoredLease[],
  instances: readonly string[],
  seen: Map<string, Observations>,
  nowMs: number,
): StoredLease[] => {
  let now = [...leases];
  for (const instance of instances) {
    now = now.map((stored) => (stored.lease.owner === instance ? { ...stored, etag: `${stored.etag}+` } : stored));
    const observations = observe(seen.get(instance) ?? new Map(), now, nowMs);
    seen.set(instance, observations);
    now = take(now, leasesToTake(instance, now, observations, nowMs, timeToLiveMs), instance);
  }
  return now;
};

const sharesOf = (leases: readonly StoredLease[], instances: readonly string[]): number[] =>
  instances.map((instance) => leases.filter(({ lease: { owner } }) => owner === instance).length);

describe("an instance that is alone", () => {
  test("takes every free lease at once", () => {
    const leases = [lease(0, null), lease(1, null), lease(2, null)];
    expect(leasesToTake("a", leases, observe(new Map(), leases, 0), 0, timeToLiveMs)).toEqual(leases);
  });

  test("leaves the leases of another that renews them", () => {
    const first = [lease(0, "b", "1"), lease(1, "b", "1"), lease(2, "a")];
    const later = [lease(0, "b", "2"), lease(1, "b", "2"), lease(2, "a")];
    const seen = observe(observe(new Map(), first, 0), later, timeToLiveMs);
    expect(leasesToTake("a", later, seen, timeToLiveMs + 50, timeToLiveMs)).toEqual([]);
  });

  test("takes over what it has watched for the time to live without a renewal", () => {
    const leases = [lease(0, "dead"), lease(1, "dead")];
    const seen = observe(new Map(), leases, 0);
    expect(leasesToTake("a", leases, observe(seen, leases, 50), 50, timeToLiveMs)).toHaveLength(1);
    expect(leasesToTake("a", leases, observe(seen, leases, 100), 100, timeToLiveMs)).toEqual(leases);
  });
});

describe("several instances", () => {
  test("come to equal shares from any beginning, and then leave them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<string | null>(null, "a", "b", "c", "dead"), { minLength: 1, maxLength: 12 }),
        fc.shuffledSubarray(["a", "b", "c"], { minLength: 1 }),
        (owners, instances) => {
          const seen = new Map<string, Observations>();
          let leases = owners.map((owner, index) => lease(index, owner));
          let nowMs = 0;
          for (let round = 0; round < 30; round += 1) {
            leases = oneRound(leases, instances, seen, nowMs);
            nowMs += timeToLiveMs / 3;
          }
          const shares = sharesOf(leases, instances);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(owners.length);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          expect(ownersOf(oneRound(leases, instances, seen, nowMs))).toEqual(ownersOf(leases));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("share again when one of them joins", () => {
    const seen = new Map<string, Observations>();
    let leases = [0, 1, 2, 3].map((index) => lease(index, "a"));
    for (let round = 0; round < 3; round += 1) leases = oneRound(leases, ["a", "b"], seen, round * 30);
    expect(sharesOf(leases, ["a", "b"])).toEqual([2, 2]);
  });
});
