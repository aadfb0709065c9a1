import { progressBoard } from "../artifact/progress.ts";
import { ensureRuntime } from "./build.ts";

// Builds the runtime, or finds it in the cache, and prints where its programs are: for CI and for image builds.
const board = progressBoard(process.stderr);
try {
  const runtime = await ensureRuntime({ env: process.env, progress: board.task("Dapr runtime") });
  process.stdout.write(`${JSON.stringify(runtime)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  board.close();
}
