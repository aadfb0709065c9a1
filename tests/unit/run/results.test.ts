import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, readResults } from "../../run/results.ts";

const folder = mkdtempSync(join(tmpdir(), "results-"));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (counts: object): string => {
  const file = join(folder, `${JSON.stringify(counts).length}.json`);
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numFailedTestSuites: 0 };
  writeFileSync(file, JSON.stringify({ ...none, ...counts }));
  return file;
};

describe("the results of a test run", () => {
  test("count what passed, failed and was skipped", () => {
    const file = written({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numFailedTestSuites: 1 });
    expect(readResults(file)).toEqual({ passed: 7, failed: 2, skipped: 1 });
  });

  test("show a suite that could not be loaded as a failure", () => {
    expect(readResults(written({ numPassedTests: 7, numFailedTestSuites: 1 })).failed).toBe(1);
  });

  test("are a failure if the run did not get as far as writing them", () => {
    expect(readResults(join(folder, "none.json"))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("the closing line", () => {
  test("sums up all runs", () => {
    const [one, other] = [
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 4, failed: 1, skipped: 0 },
    ];
    expect(closingLine([one, other])).toBe("7 passed, 1 failed");
  });

  test("tells of skipped tests only if there are any", () => {
    expect(closingLine([{ passed: 3, failed: 0, skipped: 2 }])).toBe("3 passed, 0 failed, 2 skipped");
  });
});
