import { readFileSync } from "node:fs";
import { z } from "zod";

/** Prints the one line that sums up a run of jest, read from the file that `--json --outputFile` wrote. */
const results = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
});

const file = process.argv[2];
if (file === undefined) throw new Error("usage: closing-line <results.json>");
const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = results.parse(
  JSON.parse(readFileSync(file, "utf8")),
);
// A suite that cannot be loaded has no failed test of its own, and must not look like success.
const failed = numFailedTests === 0 ? numFailedTestSuites : numFailedTests;
const skipped = numPendingTests === 0 ? "" : `, ${numPendingTests} skipped`;
process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`);
