import { describe, expect, test } from "@jest/globals";
import { continuationFromBeginning } from "../../../services/platform/change-feed/continuation.ts";
import { acquire, type HeldLease } from "../../../services/platform/change-feed/held-lease.ts";
import type { FeedPosition, StoredLease } from "../../../services/platform/change-feed/lease.ts";
import { createMemoryLeases, realClock, type MemoryLeases } from "./in-memory.ts";

const range = { minInclusive: "", maxExclusive: "FF" };
const start: FeedPosition = { continuation: continuationFromBeginning("rid", range), lsn: null, storedAt: null };
const later: FeedPosition = { ...start, lsn: 5 };

const only = async (leases: MemoryLeases): Promise<StoredLease> => {
  const [stored, ...others] = await leases.list();
  if (stored === undefined || others.length > 0) throw new Error("there is not one lease");
  return stored;
};

const takenBy = async (leases: MemoryLeases, instance: string): Promise<HeldLease> => {
  await leases.createIfAbsent({
    kind: "lease",
    group: "g",
    range,
    owner: null,
    tenure: 0,
    renewedAt: realClock.nowIso(),
    position: start,
    retired: false,
  });
  const held = await acquire(leases, realClock, await only(leases), instance);
  if (held === undefined) throw new Error("the lease was not taken");
  return held;
};

const part = (minInclusive: string, maxExclusive: string) => ({
  minInclusive,
  maxExclusive,
  continuationToken: "9",
});

describe("a held lease", () => {
  test("is taken by one of two who saw it free", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    await held.release();
    const seenFree = await only(leases);
    const winners = await Promise.all(["b", "c"].map(async (name) => acquire(leases, realClock, seenFree, name)));
    expect(winners.filter((winner) => winner !== undefined)).toHaveLength(1);
  });

  test("records checkpoints, also between renewals at the same time", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    const [, saved] = await Promise.all([held.renew(), held.checkpoint(later), held.renew()]);
    expect(saved).toBe(true);
    expect((await only(leases)).lease).toMatchObject({ owner: "a", position: later });
    expect(held.position()).toEqual(later);
  });

  test("cannot record a checkpoint once another instance has it, and ends", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    await acquire(leases, realClock, await only(leases), "b");
    expect(await held.checkpoint(later)).toBe(false);
    expect(held.ended.aborted).toBe(true);
    expect((await only(leases)).lease).toMatchObject({ owner: "b", position: start });
  });

  test("is not mistaken for a later tenure of the same instance", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    await acquire(leases, realClock, await only(leases), "b");
    await acquire(leases, realClock, await only(leases), "a");
    expect(await held.checkpoint(later)).toBe(false);
    expect((await only(leases)).lease.position).toEqual(start);
  });

  test("goes on when the answer to its own write got lost", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    leases.loseAnswers(1);
    await expect(held.renew()).rejects.toThrow("no answer");
    expect(await held.checkpoint(later)).toBe(true);
    expect((await only(leases)).lease.position).toEqual(later);
  });

  test("is free at once when it is released", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    await held.checkpoint(later);
    await held.release();
    expect(held.ended.aborted).toBe(true);
    expect((await only(leases)).lease).toMatchObject({ owner: null, position: later });
  });

  test("of a split range leaves a lease for each part, which inherits its place, and none for the whole", async () => {
    const leases = createMemoryLeases();
    const held = await takenBy(leases, "a");
    const parts = [part("", "80"), part("80", "FF")];
    await held.split({ ...later, continuation: JSON.stringify({ rid: "rid", Continuation: parts }) });
    expect(held.ended.aborted).toBe(true);
    const stored = (await leases.list()).map(({ lease }) => lease);
    expect(stored.map((each) => [each.range, each.owner, each.position.lsn])).toEqual([
      [{ minInclusive: "", maxExclusive: "80" }, null, 5],
      [{ minInclusive: "80", maxExclusive: "FF" }, null, 5],
    ]);
    expect(stored.map(({ position }) => JSON.parse(position.continuation) as unknown)).toEqual(
      parts.map((each) => ({ rid: "rid", Continuation: [each] })),
    );
    expect(leases.all().filter(({ retired }) => retired)).toHaveLength(1);
  });
});
