import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { TestResult } from "./test-result.ts";

const FILE = join(import.meta.dirname, "known-failures.yaml");

const groupSchema = z.object({
  reason: z.string(),
  tests: z.array(z.string()),
  /** Set where a test's outcome depends on its timing: it may pass as well. */
  sometimes: z.boolean().optional(),
});
const knownSchema = z.record(z.string(), z.array(groupSchema));

/** Why some tests of a suite fail: a reviewed reason, and the tests that it holds for. */
export type KnownFailures = readonly z.infer<typeof groupSchema>[];

/** How a test is called in the file of known failures. */
export const testKey = ({ file, name }: Pick<TestResult, "file" | "name">): string => `${file}::${name}`;

/**
 * Reads the reviewed reasons for a suite's failures.
 * @throws Error when one test has two reasons
 */
export const knownFailures = (suite: string): KnownFailures => {
  const groups = knownSchema.parse(parse(readFileSync(FILE, "utf8")))[suite] ?? [];
  const tests = groups.flatMap((group) => group.tests);
  const twice = tests.filter((test, index) => tests.indexOf(test) !== index);
  if (twice.length > 0) throw new Error(`known-failures.yaml names a test twice: ${twice.join(", ")}`);
  return groups;
};

/** Where results and the reviewed reasons contradict each other. */
export interface Contradictions {
  /** Tests that fail without a recorded reason. */
  readonly unexplained: readonly TestResult[];
  /** Tests with a recorded reason that do not fail, or that there are not. */
  readonly outdated: readonly string[];
}

/**
 * Compares results with the reviewed reasons.
 * @param files the files that were run; reasons for tests of others are not judged
 */
export const contradictions = (
  results: readonly TestResult[],
  known: KnownFailures,
  files: readonly string[],
): Contradictions => {
  const recorded = new Set(known.flatMap(({ tests }) => tests));
  const certain = known.filter(({ sometimes }) => sometimes !== true).flatMap(({ tests }) => tests);
  const failed = new Set(results.filter(({ outcome }) => outcome === "failed").map(testKey));
  return {
    unexplained: results.filter((result) => result.outcome === "failed" && !recorded.has(testKey(result))),
    outdated: certain.filter((test) => !failed.has(test) && files.some((file) => test.startsWith(`${file}::`))),
  };
};
