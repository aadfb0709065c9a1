import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where built and fetched artifacts are kept between starts, outside the working tree.
 *
 * @param env the environment; `XDG_CACHE_HOME` moves it
 */
export const cacheRoot = (env: NodeJS.ProcessEnv): string => {
  const base = env["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "order-processor");
};

/** The variable by which Node is told where to keep what it compiles, and that place. */
export const compileCache = (env: NodeJS.ProcessEnv): Record<"NODE_COMPILE_CACHE", string> => ({
  NODE_COMPILE_CACHE: join(cacheRoot(env), "node-compile-cache"),
});

/**
 * Makes sure that a folder exists with all of its content, filling it at most once.
 *
 * The content is put together beside the folder and moved into place by one rename, so the folder is
 * either absent or whole: a crash leaves no half of it, and of two fillers at the same time one wins
 * and the other's work is dropped.
 *
 * @param target the folder; its name should hold a hash of what it depends on
 * @param fill writes the content into the folder it is given
 * @returns whether it was there already
 * @throws whatever `fill` throws; the target is then still absent
 */
export const ensureFolder = async (
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<"cached" | "made"> => {
  if (existsSync(target)) return "cached";
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(`${target}.draft-`);
  try {
    await fill(draft);
    await rename(draft, target).catch((error: unknown) => {
      // Another process was faster: a rename onto a folder that is not empty fails, and its content is as good as ours.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return "made";
};
