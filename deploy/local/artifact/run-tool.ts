import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const REMEMBERED_LINES = 30;

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sees every line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Ends the tool and everything it started. */
  readonly signal?: AbortSignal;
  /** What to tell a person whose machine does not have the tool. */
  readonly whenMissing: string;
}

/** A build tool is not installed; the message says what to do. */
export class ToolMissing extends Error {
  override readonly name = "ToolMissing";
}

/** A build tool ended with an error; the message holds the end of what it printed. */
export class ToolFailed extends Error {
  override readonly name = "ToolFailed";
}

/**
 * Runs a build tool to its end.
 *
 * @returns the lines of its standard output
 * @throws ToolMissing when there is no such command, ToolFailed when it does not exit with 0 or was aborted
 */
export const runTool = (run: ToolRun): Promise<string[]> =>
  new Promise((resolve, reject) => {
    // A process group of its own, so that an abort also reaches the compilers that the tool has started.
    const child = spawn(run.command, [...run.args], {
      cwd: run.cwd,
      env: run.env ?? process.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    const recent: string[] = [];
    const remember = (line: string): void => {
      recent.push(line);
      if (recent.length > REMEMBERED_LINES) recent.shift();
      run.onLine?.(line);
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      output.push(line);
      remember(line);
    });
    createInterface({ input: child.stderr }).on("line", remember);
    const abort = (): void => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    run.signal?.addEventListener("abort", abort, { once: true });
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new ToolMissing(run.whenMissing) : error);
    });
    child.on("close", (code, signal) => {
      run.signal?.removeEventListener("abort", abort);
      if (code === 0) resolve(output);
      else reject(new ToolFailed(failureText(run, code, signal, recent)));
    });
    if (run.signal?.aborted === true) abort();
  });

const endGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // The tool has ended by itself in the meantime.
  }
};

const failureText = (run: ToolRun, code: number | null, signal: string | null, recent: string[]): string =>
  [`${run.command} ${run.args.slice(0, 2).join(" ")} ended with ${signal ?? `exit code ${code}`}`, ...recent].join(
    "\n",
  );
