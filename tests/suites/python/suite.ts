import { globSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { PreparedSuite, Suite, SuiteTarget } from "../suite.ts";
import { runTests } from "../run-tests.ts";
import type { TestResult } from "../test-result.ts";
import { fetchPython, type PythonSuite, sdkVersion } from "./fetch.ts";
import { readReport } from "./report.ts";

const HERE = import.meta.dirname;
/** Some tests wait for two timeouts of half a minute. */
const LONGEST_TEST_S = 90;
const LONGEST_FILE_MS = 300_000;

const leftOutSchema = z.object({
  files: z.array(z.object({ reason: z.string(), files: z.array(z.string()) })),
  markers: z.record(z.string(), z.string()),
});

/** What of the suite is not run, and why. */
const leftOut = () => leftOutSchema.parse(parse(readFileSync(join(HERE, "left-out.yaml"), "utf8")));

const runFile = async (
  { python, tests }: PythonSuite,
  file: string,
  { url, key }: SuiteTarget,
  env: NodeJS.ProcessEnv,
): Promise<TestResult[]> => {
  const directory = await mkdtemp(join(tmpdir(), "cosmos-python-"));
  const report = join(directory, "results");
  try {
    const { failure } = await runTests({
      command: python,
      args: [
        "-m",
        "pytest",
        "-q",
        "--tb=native",
        "-p",
        "no:cacheprovider",
        "-p",
        "report_results",
        "--timeout",
        `${LONGEST_TEST_S}`,
        file,
      ],
      cwd: tests,
      env: {
        ...env,
        ACCOUNT_HOST: url,
        ACCOUNT_KEY: key,
        PYTHONPATH: join(HERE, "stand-ins"),
        PYTHONDONTWRITEBYTECODE: "1",
        RESULTS_FILE: report,
        LEFT_OUT_MARKERS: JSON.stringify(leftOut().markers),
      },
      whenMissing: "The suite's own Python is gone; delete its folder in the cache.",
      longestMs: LONGEST_FILE_MS,
    });
    return readReport(file, await readFile(report, "utf8").catch(() => ""), failure);
  } finally {
    await rm(directory, { recursive: true });
  }
};

const prepared = (suite: PythonSuite, env: NodeJS.ProcessEnv): PreparedSuite => {
  const all = globSync(["test_*.py", "routing/test_*.py"], { cwd: suite.tests }).sort();
  const without = leftOut().files.flatMap(({ reason, files }) => files.map((file) => ({ file, reason })));
  const unknown = without.filter(({ file }) => !all.includes(file)).map(({ file }) => file);
  if (unknown.length > 0)
    throw new Error(`left-out.yaml names files that the suite does not have: ${unknown.join(", ")}`);
  return {
    files: all.filter((file) => !without.some((one) => one.file === file)),
    leftOut: without,
    run: async (target, files, onFile) => {
      const results = [];
      for (const file of files) {
        onFile(file);
        results.push(...(await runFile(suite, file, target, env)));
      }
      return results;
    },
  };
};

/** The tests of Azure's SDK for Python. */
export const python: Suite = {
  name: "python",
  title: `azure-cosmos ${sdkVersion()} (Python)`,
  description:
    "The `tests` folder of the SDK for Python, from its source distribution, run with pytest in an environment of its " +
    "own, a process for each file. The tests stand in for a second region with another name of `localhost`, so the " +
    "endpoint is started with TLS where they expect Microsoft's emulator.",
  port: 8081,
  endpointArgs: ["--tls", "--partitions", "1"],
  embeddedUrl: "https://localhost:8081/",
  prepare: async (context) => prepared(await fetchPython(context), context.env),
};
