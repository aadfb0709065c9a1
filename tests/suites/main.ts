import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { cacheRoot } from "../../deploy/local/artifact/cache.ts";
import { progressBoard } from "../../deploy/local/artifact/progress.ts";
import { endEmbedded, startEmbedded, WELL_KNOWN_KEY } from "../contract/cosmos/endpoint-under-test.ts";
import { azcosmos } from "./azcosmos/suite.ts";
import { daprState } from "./dapr-state/suite.ts";
import { countsOf, writeReport } from "./document.ts";
import { javascript } from "./javascript/suite.ts";
import { contradictions, knownFailures, testKey } from "./known-outcomes.ts";
import { python } from "./python/suite.ts";
import type { Suite, SuiteTarget } from "./suite.ts";
import { resultsSchema, type TestResult } from "./test-result.ts";

const SUITES: readonly Suite[] = [daprState, azcosmos, python, javascript];
const LONGEST_MESSAGE_LINES = 12;

interface Options {
  readonly suite?: readonly string[];
  readonly file?: readonly string[];
  readonly endpoint?: string;
  readonly key: string;
  /** Judge and write down what the last runs gave, without running anything. */
  readonly again?: boolean;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs something against the endpoint that was asked for, or else against an embedded one on fresh data. */
const withEndpoint = async <T>(
  { endpoint, key }: Options,
  suite: Suite,
  run: (target: SuiteTarget) => Promise<T>,
): Promise<T> => {
  if (endpoint !== undefined) {
    const url = new URL(endpoint).href;
    if (suite.onlyUrl !== undefined && suite.onlyUrl !== url) {
      throw new Error(`The suite ${suite.name} can only be run against ${suite.onlyUrl}.`);
    }
    return run({ url, key });
  }
  const directory = await mkdtemp(join(tmpdir(), "cosmos-suite-"));
  const embedded = await startEmbedded(directory, suite.port, ...suite.endpointArgs);
  try {
    return await run({ url: suite.embeddedUrl ?? embedded.url, key: WELL_KNOWN_KEY });
  } finally {
    await endEmbedded(embedded, "SIGTERM");
    await rm(directory, { recursive: true });
  }
};

const sayFailure = (result: TestResult): void => {
  say(`\n✕ ${testKey(result)}`);
  // Some runners say what is wrong first, others last.
  const lines = result.message.split("\n");
  const half = LONGEST_MESSAGE_LINES / 2;
  const shown = lines.length <= LONGEST_MESSAGE_LINES ? lines : [...lines.slice(0, half), "…", ...lines.slice(-half)];
  for (const line of shown) say(`    ${line}`);
};

/** Where the results of a suite's last runs are kept, so that they can be judged again when reasons were added. */
const resultsFile = (suite: Suite): string => join(cacheRoot(process.env), "cosmos-suites", `${suite.name}.json`);

const keptResults = async (suite: Suite): Promise<TestResult[]> =>
  resultsSchema.parse(JSON.parse(await readFile(resultsFile(suite), "utf8")));

/** Keeps the results of a run; those of single files take the place of what these files gave before. */
const keepResults = async (suite: Suite, results: readonly TestResult[], isWhole: boolean): Promise<void> => {
  const file = resultsFile(suite);
  const ran = new Set(results.map((result) => result.file));
  const before = isWhole || !existsSync(file) ? [] : await keptResults(suite);
  const kept = before.filter((result) => !ran.has(result.file));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify([...kept, ...results].sort((left, right) => (left.file < right.file ? -1 : 1))));
};

/** Runs one suite and says whether its results are as recorded. */
const runSuite = async (suite: Suite, options: Options): Promise<boolean> => {
  const board = progressBoard(process.stderr);
  const task = board.task(suite.title);
  const { files, leftOut, run } = await suite.prepare({ env: process.env, progress: task });
  const chosen = files.filter((file) => options.file?.some((part) => file.includes(part)) ?? true);
  const isWhole = options.endpoint === undefined && options.file === undefined;
  let done = 0;
  const results =
    options.again === true
      ? await keptResults(suite)
      : await withEndpoint(options, suite, (target) =>
          run(target, chosen, (file) => task.report(done++, chosen.length, file)),
        );
  if (options.endpoint === undefined && options.again !== true) await keepResults(suite, results, isWhole);
  task.finish(countsOf(results));
  board.close();
  const known = options.endpoint === undefined ? knownFailures(suite.name) : [];
  const { unexplained, outdated } = contradictions(results, known, chosen);
  unexplained.forEach(sayFailure);
  for (const test of outdated) say(`\n? ${test} is recorded as failing, but does not fail.`);
  const sound = unexplained.length === 0 && outdated.length === 0 && results.length > 0;
  if (sound && isWhole) writeReport({ suite, results, leftOut, known });
  return sound;
};

const program = new Command("cosmos:suites")
  .description(
    "Runs public suites that others wrote against the embedded Cosmos endpoint, and writes docs/cosmos-compatibility.md. " +
      "Fails when a test fails without a recorded reason, or does not fail although one is recorded.",
  )
  .addOption(new Option("--suite <name...>", "which suites to run").choices(SUITES.map(({ name }) => name)))
  .option("--file <part...>", "run only files whose name has one of these parts; nothing is written then")
  .option("--again", "judge and write down what the last runs gave, once reasons were added, and run nothing")
  .option("--endpoint <url>", "run against this endpoint instead; nothing is written then")
  .option("--key <key>", "the key of that endpoint", WELL_KNOWN_KEY);

const options: Options = program.parse().opts();
const chosen = SUITES.filter(({ name }) => options.suite?.includes(name) ?? true);
let sound = true;
for (const suite of chosen) sound = (await runSuite(suite, options)) && sound;
process.exitCode = sound ? 0 : 1;
