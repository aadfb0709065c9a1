import { accessSync, constants, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheRoot, ensureFolder } from "../artifact/cache.ts";
import { contentHash, filesEndingWith } from "../artifact/content-hash.ts";
import type { ProgressTask } from "../artifact/progress.ts";
import { runTool } from "../artifact/run-tool.ts";

const MODULE_DIR = import.meta.dirname;
const NAMES = ["daprd", "placement", "scheduler"] as const;
const NO_GO =
  "The Go toolchain is needed to build the Dapr runtime, and there is no 'go' on the PATH. " +
  "Install the version that deploy/local/runtime/go.mod names, or set DAPR_RUNTIME_DIR to a folder with daprd, placement and scheduler.";

/** The paths of the three programs, and how they came to be there. */
export type Runtime = Record<(typeof NAMES)[number], string> & { readonly origin: "given" | "cached" | "built" };

export interface RuntimeBuild {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: ProgressTask;
  readonly signal?: AbortSignal;
}

/**
 * Gives the Dapr runtime: the folder named by `DAPR_RUNTIME_DIR`, or the one built from this Go module,
 * kept in the cache under a hash of the module's files and the toolchain.
 *
 * @throws Error when the named folder lacks a program, ToolMissing without Go, ToolFailed when the build fails
 */
export const ensureRuntime = async ({ env, progress, signal }: RuntimeBuild): Promise<Runtime> => {
  const given = env["DAPR_RUNTIME_DIR"];
  if (given !== undefined && given !== "") {
    progress.finish(`using ${given}`);
    return { ...programsIn(resolve(given)), origin: "given" };
  }
  const started = Date.now();
  const folder = join(cacheRoot(env), `runtime-${await runtimeHash(env, signal)}`);
  const origin = await ensureFolder(folder, (draft) => build(draft, env, progress, signal));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  progress.finish(origin === "cached" ? `cached in ${folder}` : `built in ${seconds} s into ${folder}`);
  return { ...programsIn(folder), origin: origin === "cached" ? "cached" : "built" };
};

const programsIn = (folder: string): Record<(typeof NAMES)[number], string> => {
  const path = (name: (typeof NAMES)[number]): string => {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
    } catch {
      throw new Error(
        `DAPR_RUNTIME_DIR: there is no program '${name}' in ${folder} (it must hold ${NAMES.join(", ")})`,
      );
    }
    return file;
  };
  return { daprd: path("daprd"), placement: path("placement"), scheduler: path("scheduler") };
};

const runtimeHash = async (env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<string> => {
  const facts = await go(["env", "GOVERSION", "GOOS", "GOARCH"], { env, signal });
  return contentHash(MODULE_DIR, filesEndingWith(MODULE_DIR, [".go", "go.mod", "go.sum"]), facts);
};

const build = async (
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: ProgressTask,
  signal: AbortSignal | undefined,
): Promise<void> => {
  // Listing the packages downloads the modules they are in, and says how many packages there are to compile.
  let downloads = 0;
  const modules = moduleCount();
  const packages = await go(["list", "-deps", "./cmd/..."], {
    env,
    signal,
    onLine: (line) => {
      if (line.startsWith("go: downloading")) progress.report(++downloads, modules, line.slice("go: ".length));
    },
  });
  let compiled = 0;
  const version = `-X github.com/dapr/dapr/pkg/buildinfo.version=${daprVersion()}`;
  await go(["build", "-v", "-ldflags", `-s -w ${version}`, "-o", `${folder}/`, "./cmd/..."], {
    env,
    signal,
    onLine: (line) => progress.report(Math.min(++compiled, packages.length), packages.length, `compiling ${line}`),
  });
};

const goMod = (): string => readFileSync(join(MODULE_DIR, "go.mod"), "utf8");

/** An upper bound for the downloads: only the modules that the three programs import are fetched. */
const moduleCount = (): number => goMod().match(/^\t\S+ v\S+/gm)?.length ?? 0;

const daprVersion = (): string => {
  const version = /^\tgithub\.com\/dapr\/dapr v(\S+)/m.exec(goMod())?.[1];
  if (version === undefined) throw new Error("deploy/local/runtime/go.mod does not require github.com/dapr/dapr");
  return version;
};

interface GoCall {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

const go = (args: readonly string[], { env, signal, onLine }: GoCall): Promise<string[]> =>
  runTool({
    command: "go",
    args,
    cwd: MODULE_DIR,
    // No C compiler, no workspace around us and no state of the checkout takes part in the build.
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false" },
    whenMissing: NO_GO,
    ...(signal === undefined ? {} : { signal }),
    ...(onLine === undefined ? {} : { onLine }),
  });
