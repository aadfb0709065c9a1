/** What became of one test of a suite that others wrote. */
export interface TestResult {
  /** The file or group that the test stands in, as the suite's own runner calls it. */
  readonly file: string;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped, as the suite's own runner says it; empty when it passed. */
  readonly message: string;
}
