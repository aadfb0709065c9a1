import { join } from "node:path";
import { ensureGoBuild, type GoModule, go, goCompile, goPackages } from "../../../deploy/local/artifact/go-build.ts";
import type { ProgressTask } from "../../../deploy/local/artifact/progress.ts";
import { runTests } from "../run-tests.ts";
import type { TestResult } from "../test-result.ts";
import { readTestEvents } from "./test-events.ts";

const NO_GO =
  "The Go toolchain is needed to compile and run this suite, and there is no 'go' on the PATH. " +
  "Install the version that the suite's go.mod names.";

/** The tests of one Go package, as a module of this project pins it. */
export interface GoTests {
  /** Folder of the module that pins the package. */
  readonly folder: string;
  /** The package whose tests are run: "." or one that the module requires. */
  readonly package: string;
  /** The packages that the tests stand on: compiled first, since that is the most of the work. */
  readonly standOn: readonly string[];
  /** What the compiled program's name in the cache begins with. */
  readonly name: string;
}

/**
 * Gives the compiled tests of a package, kept in the cache under a hash of the module that pins them and the toolchain.
 * @throws ToolMissing without Go, ToolFailed when they do not compile
 */
export const ensureTestProgram = async (
  tests: GoTests,
  env: NodeJS.ProcessEnv,
  progress: ProgressTask,
): Promise<string> => {
  const module: GoModule = { folder: tests.folder, env, progress, whenMissing: NO_GO };
  const { folder } = await ensureGoBuild(module, tests.name, async (draft) => {
    const packages = await goPackages(module, "-test", tests.package);
    // Compiling what the tests stand on takes nearly all of the time, and can show how far it is.
    await goCompile(module, packages.length, "-o", "/dev/null", ...tests.standOn);
    await go(module, ["test", "-c", "-o", join(draft, "tests"), tests.package]);
  });
  return join(folder, "tests");
};

/** The folder that a package's sources are in, fetched already. */
export const packageFolder = async (
  module: Pick<GoModule, "folder" | "env" | "progress">,
  name: string,
): Promise<string> => {
  const [folder] = await go({ ...module, whenMissing: NO_GO }, ["list", "-f", "{{.Dir}}", name]);
  if (folder === undefined) throw new Error(`Go does not say where ${name} is.`);
  return folder;
};

export interface TestProgramRun {
  readonly program: string;
  /** What the results' file is to be called. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  readonly longestMs: number;
  /** Which tests to run, as a regular expression of Go; all by default. */
  readonly only?: string;
}

/**
 * Runs compiled tests.
 *
 * @returns a result for every test, and what ended the run when it ended for another reason than a failed test
 * @throws ToolMissing without Go
 */
export const runTestProgram = async ({
  program,
  file,
  env,
  longestMs,
  only,
}: TestProgramRun): Promise<TestResult[]> => {
  const seconds = `${Math.floor(longestMs / 1000)}s`;
  const args = ["tool", "test2json", program, "-test.v=test2json", `-test.timeout=${seconds}`];
  const { lines, failure } = await runTests({
    command: "go",
    args: only === undefined ? args : [...args, `-test.run=${only}`],
    env,
    whenMissing: NO_GO,
    // The program ends itself with a message that says where it hung; this bound is for when it cannot.
    longestMs: longestMs + 10_000,
  });
  const results = readTestEvents(file, lines);
  if (failure === undefined || results.some(({ outcome }) => outcome === "failed")) return results;
  return [...results, { file, name: "(the whole run)", outcome: "failed", message: failure }];
};
