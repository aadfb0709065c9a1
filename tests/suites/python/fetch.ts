import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, ensureFolder } from "../../../deploy/local/artifact/cache.ts";
import { contentHash } from "../../../deploy/local/artifact/content-hash.ts";
import { runTool } from "../../../deploy/local/artifact/run-tool.ts";
import type { SuiteContext } from "../suite.ts";

const HERE = import.meta.dirname;
const REQUIREMENTS = join(HERE, "requirements.txt");
const NO_PYTHON = "Python 3.9 or newer is needed to fetch and run this suite, and there is no 'python3' on the PATH.";
const STEPS = 4;

/** Where the fetched suite is. */
export interface PythonSuite {
  readonly python: string;
  readonly tests: string;
}

/** The version of the SDK that is pinned. */
export const sdkVersion = (): string => {
  const version = /^azure-cosmos==(\S+)$/m.exec(readFileSync(REQUIREMENTS, "utf8"))?.[1];
  if (version === undefined) throw new Error("requirements.txt does not pin azure-cosmos");
  return version;
};

/**
 * Gives the SDK's tests and an environment to run them in, from its source distribution, kept in the cache.
 * @throws ToolMissing without Python, ToolFailed when something cannot be had
 */
export const fetchPython = async ({ env, progress }: SuiteContext): Promise<PythonSuite> => {
  const facts = await runTool({ command: "python3", args: ["--version"], env, whenMissing: NO_PYTHON });
  const folder = join(cacheRoot(env), `cosmos-python-${contentHash(HERE, [REQUIREMENTS], facts)}`);
  const sdk = `azure_cosmos-${sdkVersion()}`;
  const origin = await ensureFolder(folder, async (draft) => {
    let done = 0;
    const step = (command: string, detail: string, ...args: string[]): Promise<string[]> => {
      progress.report(done++, STEPS, detail);
      return runTool({ command, args, cwd: draft, env, whenMissing: NO_PYTHON });
    };
    const python = join(draft, "venv/bin/python");
    await step("python3", "making an environment", "-m", "venv", "venv");
    await step(python, "fetching what the tests need", "-m", "pip", "install", "--no-compile", "-r", REQUIREMENTS);
    const source = ["-m", "pip", "download", "--no-deps", "--no-binary", ":all:", `azure-cosmos==${sdkVersion()}`];
    await step(python, "fetching the tests", ...source);
    await mkdir(join(draft, "source"));
    await step(python, "unpacking the tests", "-m", "tarfile", "-e", `${sdk}.tar.gz`, "source");
  });
  progress.finish(`${origin === "cached" ? "cached" : "fetched"} in ${folder}`);
  return { python: join(folder, "venv/bin/python"), tests: join(folder, "source", sdk, "tests") };
};
