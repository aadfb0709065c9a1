import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closingLine, readResults, type Results } from "./results.ts";

/**
 * Runs all tests and sums them up in one last line. What needs the one started stack runs one after the other, and mostly
 * waits for it; all the rest runs beside it, on what that leaves of the processors. Arguments go to jest:
 * `npm test -- --testPathPatterns gateway`.
 */
const groups = [
  { projects: ["integration"], priority: constants.priority.PRIORITY_NORMAL },
  // Not as low as "below normal": beside the stack, a process takes ten seconds there only to start.
  { projects: ["unit", "contract"], priority: 5 },
];
/** No run takes this long, in ms, unless a test hangs. */
const longestRunMs = 40 * 60_000;
/** What is left of the output of jest is read for this long, in ms, after its end. */
const outputGraceMs = 5_000;
const jest = ["--disable-warning=ExperimentalWarning", "--experimental-vm-modules", "node_modules/jest/bin/jest.js"];

const folder = mkdtempSync(join(tmpdir(), "orders-results-"));

const runGroup = async ({ projects, priority }: (typeof groups)[number]): Promise<Results> => {
  const file = join(folder, `${projects.join("-")}.json`);
  const options = ["--maxWorkers=1", "--passWithNoTests", "--forceExit", "--json", `--outputFile=${file}`];
  const args = [...jest, ...process.argv.slice(2), ...options, "--selectProjects", ...projects];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  // By way of this process: to a terminal, each of the two would redraw what the other has written.
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  const tooLong = setTimeout(() => {
    process.stderr.write(
      `The tests of ${projects.join(" and ")} are ended: they take more than ${longestRunMs / 60_000} min.\n`,
    );
    child.kill("SIGKILL");
  }, longestRunMs);
  const closed = once(child, "close");
  await once(child, "exit");
  clearTimeout(tooLong);
  // A process that a test has left behind may hold its output open for as long as it likes.
  await Promise.race([closed, sleep(outputGraceMs, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  const results = readResults(file);
  return child.exitCode === 0 || results.failed > 0 ? results : { ...results, failed: 1 };
};

const results = await Promise.all(groups.map(runGroup));
rmSync(folder, { recursive: true });
process.stdout.write(`${closingLine(results)}\n`);
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;
