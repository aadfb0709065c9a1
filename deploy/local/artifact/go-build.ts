import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, ensureFolder } from "./cache.ts";
import { contentHash, filesEndingWith } from "./content-hash.ts";
import type { ProgressTask } from "./progress.ts";
import { runTool } from "./run-tool.ts";

/** A Go module of this project, and what its builds are told. */
export interface GoModule {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: ProgressTask;
  readonly signal?: AbortSignal;
  /** What to tell a person without the Go toolchain. */
  readonly whenMissing: string;
}

/**
 * Runs the Go toolchain in a module's folder.
 *
 * @param onLine sees every line that the toolchain prints
 * @returns the lines of its standard output
 * @throws ToolMissing without Go, ToolFailed when it fails
 */
export const go = (
  { folder, env, signal, whenMissing }: GoModule,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<string[]> =>
  runTool({
    command: "go",
    args,
    cwd: folder,
    // No C compiler, no workspace around us and no state of the checkout takes part in the build.
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false" },
    whenMissing,
    ...(signal === undefined ? {} : { signal }),
    ...(onLine === undefined ? {} : { onLine }),
  });

/**
 * Gives the folder of a module's build, kept in the cache under a hash of the module's files and the toolchain.
 *
 * @param name what the folder's name begins with
 * @param build writes the programs into the folder it is given
 * @throws ToolMissing without Go, ToolFailed when the build fails
 */
export const ensureGoBuild = async (
  module: GoModule,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<{ readonly folder: string; readonly origin: "cached" | "built" }> => {
  const started = Date.now();
  const facts = await go(module, ["env", "GOVERSION", "GOOS", "GOARCH"]);
  const files = filesEndingWith(module.folder, [".go", "go.mod", "go.sum"]);
  const folder = join(cacheRoot(module.env), `${name}-${contentHash(module.folder, files, facts)}`);
  const cached = (await ensureFolder(folder, build)) === "cached";
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  module.progress.finish(cached ? `cached in ${folder}` : `built in ${seconds} s into ${folder}`);
  return { folder, origin: cached ? "cached" : "built" };
};

/**
 * Lists packages with all that they import. That downloads the modules they are in, and says how much there is to compile.
 * @throws ToolMissing without Go, ToolFailed when a module cannot be had
 */
export const goPackages = (module: GoModule, ...patterns: readonly string[]): Promise<string[]> => {
  let downloads = 0;
  const modules = requirementCount(module.folder);
  return go(module, ["list", "-deps", ...patterns], (line) => {
    if (line.startsWith("go: downloading")) module.progress.report(++downloads, modules, line.slice("go: ".length));
  });
};

/**
 * Compiles packages, and shows how far it is.
 *
 * @param total how many packages there are to compile at most
 * @param args what `go build -v` is told
 * @throws ToolMissing without Go, ToolFailed when something does not compile
 */
export const goCompile = async (module: GoModule, total: number, ...args: readonly string[]): Promise<void> => {
  let compiled = 0;
  await go(module, ["build", "-v", ...args], (line) =>
    module.progress.report(Math.min(++compiled, total), total, `compiling ${line}`),
  );
};

/** The version at which a module requires another; undefined when it does not. */
export const requiredVersion = (folder: string, path: string): string | undefined =>
  readFileSync(join(folder, "go.mod"), "utf8")
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/^require /, "")
        .split(" "),
    )
    .find(([name]) => name === path)?.[1];

/** An upper bound for the downloads: only the modules that the packages import are fetched. */
const requirementCount = (folder: string): number =>
  readFileSync(join(folder, "go.mod"), "utf8").match(/^\t\S+ v\S+/gm)?.length ?? 0;
