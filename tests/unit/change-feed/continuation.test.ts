import { describe, expect, test } from "@jest/globals";
import { continuationFromBeginning, partsOfContinuation } from "../../../services/platform/change-feed/continuation.ts";

const token = (minInclusive: string, maxExclusive: string, continuationToken: string) => ({
  minInclusive,
  maxExclusive,
  continuationToken,
});

describe("a continuation", () => {
  test("begins with one part, the range itself", () => {
    const range = { minInclusive: "", maxExclusive: "FF" };
    const continuation = continuationFromBeginning("rid", range);
    expect(partsOfContinuation(continuation)).toEqual([{ range, continuation }]);
  });

  test("gives each half of a split range its own place to go on from", () => {
    const halves = [token("", "80", '"41"'), token("80", "FF", '"40"')];
    const parts = partsOfContinuation(JSON.stringify({ rid: "rid", Continuation: halves }));
    expect(parts.map(({ range }) => range)).toEqual([
      { minInclusive: "", maxExclusive: "80" },
      { minInclusive: "80", maxExclusive: "FF" },
    ]);
    expect(parts.map(({ continuation }) => JSON.parse(continuation) as unknown)).toEqual(
      halves.map((half) => ({ rid: "rid", Continuation: [half] })),
    );
  });

  test("of an unknown form is refused rather than guessed at", () => {
    expect(() => partsOfContinuation('"41"')).toThrow();
    expect(() => partsOfContinuation('{"rid":"rid","Continuation":[]}')).toThrow();
  });
});
