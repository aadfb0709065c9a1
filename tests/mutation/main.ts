import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { Command, InvalidArgumentError } from "commander";
import { areas } from "./areas.ts";
import type { Area } from "./areas.ts";
import { ignored } from "./ignored.ts";

/** The score below which a run fails, in percent. */
const leastScore = 90;

const directory = join(tmpdir(), "order-processor-mutation");

interface Options {
  /** Files, or lines of files, to mutate instead of the whole area; none for the whole. */
  readonly only: readonly string[];
  /** How many mutants are tried at the same time. */
  readonly concurrency: number;
}

/** Mutates an area; the report of every mutant stands in the directory above. Sets the exit code if too many live. */
const mutate = async (name: string, area: Area, { only, concurrency }: Options): Promise<void> => {
  process.stdout.write(`\n== ${name}\n`);
  process.env["MUTATION_TESTS"] = globSync(area.tests).toSorted().join("\n");
  await new Stryker({
    mutate: [...(only.length > 0 ? only : area.mutate)],
    testRunner: "jest",
    jest: {
      projectType: "custom",
      // Relative, so that it is the one in the copy of the tree that is mutated.
      configFile: relative(process.cwd(), fileURLToPath(import.meta.resolve("./jest.config.ts"))),
      enableFindRelatedTests: false,
    },
    testRunnerNodeArgs: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
    coverageAnalysis: "perTest",
    plugins: [
      fileURLToPath(import.meta.resolve("@stryker-mutator/jest-runner")),
      fileURLToPath(import.meta.resolve("./ignored.ts")),
    ],
    ignorers: [ignored],
    concurrency,
    // On a busy machine a slow test must not pass for an endless one.
    timeoutMS: 60_000,
    // Of every run of the tests something stays in memory: the modules that it loaded.
    maxTestRunnerReuse: 100,
    incremental: false,
    allowConsoleColors: false,
    tempDirName: directory,
    ignorePatterns: [".data", "deploy", "docs", "services", "components"],
    reporters: ["progress-append-only", "clear-text", "json", "html"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: join(directory, `${name}.json`) },
    htmlReporter: { fileName: join(directory, `${name}.html`) },
    thresholds: { high: leastScore, low: leastScore, break: leastScore },
  }).runMutationTest();
};

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text) || Number(text) > 64) throw new InvalidArgumentError("It must be 1 to 64.");
  return Number(text);
};

const command = new Command("mutation")
  .description(
    `Mutates the rules of the domain and counts the mutants that no test notices. Reports go to ${directory}.`,
  )
  .argument("[areas...]", `which of ${Object.keys(areas).join(", ")}; all if none is named`)
  .option("--only <glob...>", "of these areas, only these files (or lines: decide.ts:10-20)", [])
  .option("--concurrency <n>", "how many mutants are tried at the same time, 1 to 64", wholeNumber, 2)
  .parse();

const options = command.opts<Options>();
const names = command.args.length > 0 ? command.args : Object.keys(areas);

// Specifications have to find a mutant by its values; properties only help, so that a run takes hours and not days.
process.env["FUZZ_SEQUENCES"] ??= "50";

for (const name of names) {
  const area = areas[name];
  if (area === undefined) command.error(`${name} is no area`);
  else await mutate(name, area, options);
}
