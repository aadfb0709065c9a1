import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endChild, orKilled } from "../support/end-child.ts";

const REPORT_CPU = fileURLToPath(new URL("report-cpu.ts", import.meta.url));
const LONGEST_START_MS = 15_000;
const LONGEST_ANSWER_MS = 15_000;

/** A server in a process of its own whose CPU time can be read. */
export interface MeasuredProcess {
  readonly url: string;
  /** CPU time used since the process began, user and system, in microseconds. */
  readonly cpuUs: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

const readyUrl = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error("The process has no output.");
  const deadline = AbortSignal.timeout(LONGEST_START_MS);
  const lines = createInterface({ input: child.stdout, signal: deadline });
  for await (const line of lines) {
    const url = /^ready (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("The process ended, or was not ready in time.");
};

const cpuOf = async (child: ChildProcess): Promise<number> => {
  const answer = once(child, "message", { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
  child.send("cpu");
  const [message]: unknown[] = await answer;
  if (typeof message === "object" && message !== null && "cpuUs" in message && typeof message.cpuUs === "number") {
    return message.cpuUs;
  }
  throw new Error("The process did not say how much CPU time it used.");
};

/**
 * Starts a server and waits for its line `ready <url>`.
 * @param script the program, a file that Node runs
 * @throws Error when it ends first or is not ready within 15 seconds
 */
export const startMeasured = async (script: string, args: readonly string[] = []): Promise<MeasuredProcess> => {
  const child = fork(script, [...args], {
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", REPORT_CPU],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const url = await orKilled(child, readyUrl(child));
  return {
    url,
    cpuUs: () => cpuOf(child),
    stop: async () => {
      await endChild(child);
    },
  };
};
