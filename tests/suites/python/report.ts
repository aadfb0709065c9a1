import { z } from "zod";
import type { TestResult } from "../test-result.ts";

const lineSchema = z.object({
  name: z.string(),
  outcome: z.enum(["began", "passed", "failed", "skipped"]),
  message: z.string(),
});

/**
 * Reads what the pytest plugin in `stand-ins` wrote.
 *
 * @param text lines of JSON; a test that began and has no other line failed
 * @param failure the end of what pytest printed when it did not succeed
 */
export const readReport = (file: string, text: string, failure: string | undefined): TestResult[] => {
  const results = new Map<string, TestResult>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const { name: id, outcome, message } = lineSchema.parse(JSON.parse(line));
    // Pytest puts the folder in front, and calls a file that cannot be collected by its name alone.
    const from = id.indexOf("::");
    const name = from < 0 ? "(collection)" : id.slice(from + 2);
    const result: TestResult =
      outcome === "began"
        ? { file, name, outcome: "failed", message: failure ?? "It never ended." }
        : { file, name, outcome, message };
    results.set(name, result);
  }
  const all = [...results.values()];
  // Pytest exits with 5 when a file holds no test.
  const explained =
    failure === undefined || /exit code 5\n/.test(failure) || all.some(({ outcome }) => outcome === "failed");
  return explained ? all : [...all, { file, name: "(the whole file)", outcome: "failed", message: failure ?? "" }];
};
