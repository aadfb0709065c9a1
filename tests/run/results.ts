import { readFileSync } from "node:fs";
import { z } from "zod";

const results = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
});

/** How many tests went how. */
export interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads what a run of jest wrote with `--json --outputFile`.
 *
 * @returns one failure if there is no such file: jest broke down before it could write one
 */
export const readResults = (file: string): Results => {
  const { data } = results.safeParse(contentOf(file));
  if (data === undefined) return { passed: 0, failed: 1, skipped: 0 };
  // A suite that cannot be loaded has no failed test of its own, and must not look like success.
  const failed = data.numFailedTests === 0 ? data.numFailedTestSuites : data.numFailedTests;
  return { passed: data.numPassedTests, failed, skipped: data.numPendingTests };
};

const contentOf = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** The one line that sums up several runs. */
export const closingLine = (all: readonly Results[]): string => {
  const sum = (count: (one: Results) => number): number => all.reduce((total, one) => total + count(one), 0);
  const skipped = sum((one) => one.skipped);
  return `${sum((one) => one.passed)} passed, ${sum((one) => one.failed)} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
};
