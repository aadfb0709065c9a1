import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** A process that cannot be confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the machine's own notation. */
  readonly started: string;
}

/** The identity of a running process; undefined when there is none of that number. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const started = process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
};

/** Whether exactly this process still runs. */
export const isRunning = (identity: ProcessIdentity): boolean => identify(identity.pid)?.started === identity.started;

const startOnLinux = (pid: number): string | undefined => {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may hold anything, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  // A zombie has ended; only its parent has not asked for its exit code yet.
  return state === "Z" || state === "X" ? undefined : fields[19];
};

const startElsewhere = (pid: number): string | undefined => {
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return started === "" ? undefined : started;
  } catch {
    return undefined;
  }
};

/** Sends a signal to a process and everything in its group. A group that is gone is left alone. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
};
