import { describe, expect, test } from "@jest/globals";
import {
  consistentCharge,
  queryCharge,
  readCharge,
  totalCharge,
  writeCharge,
} from "../../../deploy/local/cosmos/charges.ts";

const KIBIBYTE = 1024;

describe("a request charge", () => {
  // The published figures, without indexing.
  test.each([
    [1, 1, 5],
    [4, 1.3, 7],
    [64, 10, 48],
  ])("for %d KB is near the published one: %d to read, %d to write", (kibibytes, read, write) => {
    const [reading, writing] = [readCharge(kibibytes * KIBIBYTE), writeCharge(kibibytes * KIBIBYTE, 0, true)];
    expect(Math.abs(reading - read) / read).toBeLessThan(0.3);
    expect(Math.abs(writing - write) / write).toBeLessThan(0.1);
  });

  test("for an event and its snapshot of a kibibyte each is about ten", () => {
    const charge = writeCharge(KIBIBYTE, 5, true) + writeCharge(KIBIBYTE, 5, false);
    expect(charge).toBeGreaterThan(10);
    expect(charge).toBeLessThan(11);
  });

  test("counts indexed values twice where there was an item before", () => {
    const [unindexed, created, replaced] = [
      writeCharge(KIBIBYTE, 0, true),
      writeCharge(KIBIBYTE, 20, true),
      writeCharge(KIBIBYTE, 20, false),
    ];
    expect(replaced - unindexed).toBeCloseTo(2 * (created - unindexed));
    expect(writeCharge(KIBIBYTE, 0, false)).toBe(unindexed);
  });

  test("for a query grows with items, with what is returned and with the ranges asked", () => {
    const base = queryCharge(0, 0);
    expect(queryCharge(100, 0)).toBeGreaterThan(base);
    expect(queryCharge(0, 100 * KIBIBYTE)).toBeGreaterThan(base);
    expect(queryCharge(0, 0, 4)).toBe(4 * base);
  });

  test.each([
    ["Strong", 2],
    ["BoundedStaleness", 2],
    ["Session", 1],
    ["ConsistentPrefix", 1],
    ["Eventual", 1],
  ])("of a read under %s consistency is %d-fold", (level, factor) => {
    expect(consistentCharge(1.3, level)).toBeCloseTo(factor * 1.3);
  });

  test("of several operations is their sum, to the hundredth", () => {
    expect(totalCharge([{ charge: 5.2 }, { charge: 5.2 }, { charge: 5.2 }])).toBe(15.6);
    expect(totalCharge([])).toBe(0);
  });
});
