import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { ensureGoBuild, type GoModule, goCompile, goPackages, requiredVersion } from "../artifact/go-build.ts";
import type { ProgressTask } from "../artifact/progress.ts";

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
  const module = { folder: MODULE_DIR, env, progress, whenMissing: NO_GO, ...(signal === undefined ? {} : { signal }) };
  const { folder, origin } = await ensureGoBuild(module, "runtime", (draft) => build(module, draft));
  return { ...programsIn(folder), origin };
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

const build = async (module: GoModule, folder: string): Promise<void> => {
  const packages = await goPackages(module, "./cmd/...");
  const version = `-X github.com/dapr/dapr/pkg/buildinfo.version=${daprVersion()}`;
  await goCompile(module, packages.length, "-ldflags", `-s -w ${version}`, "-o", `${folder}/`, "./cmd/...");
};

const daprVersion = (): string => {
  const version = requiredVersion(MODULE_DIR, "github.com/dapr/dapr");
  if (version === undefined) throw new Error("deploy/local/runtime/go.mod does not require github.com/dapr/dapr");
  return version.replace(/^v/, "");
};
