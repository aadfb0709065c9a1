import { rmSync } from "node:fs";
import { endLeftovers } from "../leftovers.ts";
import { isRunning } from "../process-identity.ts";
import { readLock } from "../stack-lock.ts";

/**
 * Cleans up after a launcher that was killed: run by a shell that waits for the launcher's end (see guard-process.ts).
 * After an orderly stop there is no lock any more, and nothing to do.
 */
const [, , file] = process.argv;
if (file === undefined) throw new Error("usage: guard <lock file>");
const lock = readLock(file);
if (lock !== undefined && !isRunning(lock.launcher)) {
  await endLeftovers(lock);
  // A stack that was started in the meantime has taken the lock over.
  if (readLock(file)?.launcher.pid === lock.launcher.pid) rmSync(file, { force: true });
}
