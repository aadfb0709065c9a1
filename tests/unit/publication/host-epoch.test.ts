import { describe, expect, test } from "@jest/globals";
import { newHostEpoch } from "../../../actors/host/publication/host-epoch.ts";

describe("a host epoch", () => {
  test("is a UUID of version 7", () => {
    expect(newHostEpoch(Date.UTC(2026, 0, 1))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("sorts by the time of the start", () => {
    const epochs = [1, 1_000_000, 1_767_225_600_000, 1_767_225_600_001, 4_000_000_000_000].map(newHostEpoch);
    expect(epochs.toSorted()).toEqual(epochs);
  });

  test("is not used again by a start in the same millisecond", () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newHostEpoch(1)))).toHaveProperty("size", 1_000);
  });
});
