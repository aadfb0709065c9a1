import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KnownFailures, testKey } from "./known-outcomes.ts";
import type { LeftOut, Suite } from "./suite.ts";
import type { TestResult } from "./test-result.ts";

const DOCUMENT = join(import.meta.dirname, "../../docs/cosmos-compatibility.md");
const LONGEST_REASON = 160;

export interface SuiteReport {
  readonly suite: Pick<Suite, "name" | "title" | "description">;
  readonly results: readonly TestResult[];
  readonly leftOut: readonly LeftOut[];
  readonly known: KnownFailures;
}

/** Writes a suite's results into the document, between the suite's markers. */
export const writeReport = (report: SuiteReport): void => {
  const text = readFileSync(DOCUMENT, "utf8");
  writeFileSync(DOCUMENT, withSection(text, report.suite.name, sectionOf(report)));
};

/**
 * Replaces what stands between a suite's two markers.
 * @throws Error when the document lacks them
 */
export const withSection = (document: string, name: string, section: string): string => {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`The document lacks the markers of the suite ${name}.`);
  return `${document.slice(0, from + begin.length)}\n\n${section}\n${document.slice(to)}`;
};

/** How many tests ended in each way, as people read it. */
export const countsOf = (results: readonly TestResult[]): string =>
  (["passed", "failed", "skipped"] as const).map((outcome) => `${countOf(results, outcome)} ${outcome}`).join(", ");

const countOf = (results: readonly TestResult[], outcome: TestResult["outcome"]): number =>
  results.filter((result) => result.outcome === outcome).length;

/** A suite's part of the document. */
export const sectionOf = ({ suite, results, leftOut, known }: SuiteReport): string =>
  [
    `## ${suite.title}`,
    suite.description,
    `**${countsOf(results)}.**`,
    filesTable(results),
    ...failures(results, known),
    ...skips(results),
    ...filesLeftOut(leftOut),
  ]
    .map((part) => `${part}\n`)
    .join("\n");

const filesTable = (results: readonly TestResult[]): string => {
  const rows = [...Map.groupBy(results, ({ file }) => file)].map(
    ([file, tests]) =>
      `| ${cell(file)} | ${countOf(tests, "passed")} | ${countOf(tests, "failed")} | ${countOf(tests, "skipped")} |`,
  );
  return ["| file | passed | failed | skipped |", "| --- | ---: | ---: | ---: |", ...rows].join("\n");
};

const failures = (results: readonly TestResult[], known: KnownFailures): string[] => {
  const failed = new Set(results.filter(({ outcome }) => outcome === "failed").map(testKey));
  const groups = known
    .map(({ reason, tests }) => ({ reason, tests: tests.filter((test) => failed.has(test)) }))
    .filter(({ tests }) => tests.length > 0);
  if (groups.length === 0) return [];
  const rows = groups.flatMap(({ reason, tests }) => [
    `- ${reason.trim()}`,
    ...tests.map((test) => `  - \`${test.replaceAll("`", "'")}\``),
  ]);
  return ["### Why tests fail", rows.join("\n")];
};

const skips = (results: readonly TestResult[]): string[] => {
  const skipped = results.filter(({ outcome }) => outcome === "skipped");
  if (skipped.length === 0) return [];
  const groups = Map.groupBy(skipped, ({ message }) => reasonIn(message));
  const rows = [...groups].map(([reason, tests]) => `| ${cell(reason)} | ${tests.length} |`);
  return ["### Why tests are skipped", ["| reason | tests |", "| --- | ---: |", ...rows].join("\n")];
};

const filesLeftOut = (leftOut: readonly LeftOut[]): string[] => {
  if (leftOut.length === 0) return [];
  const groups = Map.groupBy(leftOut, ({ reason }) => reason);
  const rows = [...groups].map(
    ([reason, files]) => `| ${cell(reason)} | ${files.map(({ file }) => `\`${file}\``).join(" ")} |`,
  );
  return ["### What is not run", ["| reason | files |", "| --- | --- |", ...rows].join("\n")];
};

/** The last line of a skipped test's message says why; Go puts the place in front. */
const reasonIn = (message: string): string => {
  const line =
    message
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^\S+\.go:\d+: /, "") ?? "";
  return line === "" ? "the suite itself leaves it out, without a reason" : line.slice(0, LONGEST_REASON);
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
