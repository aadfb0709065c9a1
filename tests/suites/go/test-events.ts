import { z } from "zod";
import type { TestResult } from "../test-result.ts";

const OUTCOMES = { pass: "passed", fail: "failed", skip: "skipped" } as const;

const eventSchema = z.object({ Action: z.string(), Test: z.string().optional(), Output: z.string().optional() });

interface SeenTest {
  outcome?: TestResult["outcome"];
  readonly output: string[];
}

/**
 * Reads what `go tool test2json` prints. A test that only holds others is left out, unless it failed by itself;
 * one that never ended counts as failed.
 *
 * @param file what the results' file is to be called
 */
export const readTestEvents = (file: string, lines: readonly string[]): TestResult[] => {
  const tests = seenTests(lines);
  const names = [...tests.keys()];
  const below = (parent: string): string[] => names.filter((name) => name.startsWith(`${parent}/`));
  const failed = (name: string): boolean => (tests.get(name)?.outcome ?? "failed") === "failed";
  return [...tests].flatMap(([name, { outcome = "failed", output }]) => {
    const children = below(name);
    if (children.length > 0 && !(outcome === "failed" && !children.some(failed))) return [];
    return [{ file, name, outcome, message: outcome === "passed" ? "" : messageOf(output) }];
  });
};

const seenTests = (lines: readonly string[]): Map<string, SeenTest> => {
  const tests = new Map<string, SeenTest>();
  for (const line of lines) {
    // What a test prints on standard error comes between the events.
    if (!line.startsWith("{")) continue;
    const { Action, Test, Output } = eventSchema.parse(JSON.parse(line));
    if (Test === undefined) continue;
    const test = tests.get(Test) ?? { output: [] };
    tests.set(Test, test);
    if (Action === "output" && Output !== undefined) test.output.push(Output);
    if (isOutcome(Action)) test.outcome = OUTCOMES[Action];
  }
  return tests;
};

const isOutcome = (action: string): action is keyof typeof OUTCOMES => action in OUTCOMES;

const messageOf = (output: readonly string[]): string =>
  output
    .filter((line) => !/^\s*(===|---) /.test(line))
    .map((line) => line.trim())
    .join("\n")
    .trim();
