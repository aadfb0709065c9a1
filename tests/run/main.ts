import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, readResults, type Results } from "./results.ts";

/**
 * Runs all tests and sums them up in one last line. What needs the one started stack runs one after the other, and mostly
 * waits for it; all the rest runs beside it, on what that leaves of the processors. Arguments go to jest:
 * `npm test -- --testPathPatterns gateway`.
 */
const groups = [
  { projects: ["integration"], priority: constants.priority.PRIORITY_NORMAL },
  { projects: ["unit", "contract"], priority: constants.priority.PRIORITY_BELOW_NORMAL },
];
const jest = ["--disable-warning=ExperimentalWarning", "--experimental-vm-modules", "node_modules/jest/bin/jest.js"];

const folder = mkdtempSync(join(tmpdir(), "orders-results-"));

const runGroup = async ({ projects, priority }: (typeof groups)[number]): Promise<Results> => {
  const file = join(folder, `${projects.join("-")}.json`);
  const options = ["--maxWorkers=1", "--passWithNoTests", "--json", `--outputFile=${file}`];
  const args = [...jest, ...process.argv.slice(2), ...options, "--selectProjects", ...projects];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  // By way of this process: to a terminal, each of the two would redraw what the other has written.
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  await once(child, "close");
  const results = readResults(file);
  return child.exitCode === 0 || results.failed > 0 ? results : { ...results, failed: 1 };
};

const results = await Promise.all(groups.map(runGroup));
rmSync(folder, { recursive: true });
process.stdout.write(`${closingLine(results)}\n`);
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;
