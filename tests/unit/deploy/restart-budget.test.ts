import { describe, expect, test } from "@jest/globals";
import { decideRestart } from "../../../deploy/local/launcher/restart-budget.ts";

/** The delays of restarts at the given times, until the process is given up. */
const delays = (...deaths: number[]): (number | "giveUp")[] => {
  let restarts: readonly number[] = [];
  return deaths.map((now) => {
    const decision = decideRestart(restarts, now, 10);
    if (decision.kind === "giveUp") return "giveUp";
    restarts = decision.restarts;
    return decision.delayMs;
  });
};

describe("a process that dies", () => {
  test("is started again after half a second", () => {
    expect(delays(0)).toEqual([500]);
  });

  const tenDeaths = Array.from({ length: 10 }, (_, second) => second * 1_000);
  const tenDelays = [500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000];

  test("waits twice as long each time it dies again, up to four seconds, and is given up the eleventh time within a minute", () => {
    expect(delays(...tenDeaths, 59_999)).toEqual([...tenDelays, "giveUp"]);
  });

  test("has its budget back after a minute", () => {
    expect(delays(...tenDeaths, 69_000)).toEqual([...tenDelays, 500]);
  });
});
