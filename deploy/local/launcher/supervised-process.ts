import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { createGate, type Gate } from "./gate.ts";
import type { LogLine } from "./log-line.ts";
import type { MergedLog } from "./merged-log.ts";
import { signalGroup } from "./process-identity.ts";
import type { Command, ProcessSpec, Tier } from "./process-spec.ts";
import { untilReady } from "./readiness.ts";
import { decideRestart } from "./restart-budget.ts";
import type { StackLock } from "./stack-lock.ts";

const READY_TIMEOUT_MS = 60_000;

export type ProcessState =
  | "waiting"
  | "preparing"
  | "starting"
  | "ready"
  | "restarting"
  | "done"
  | "stopping"
  | "stopped"
  | "failed";

/** What a process looks like from outside. */
export interface ProcessView {
  readonly name: string;
  /** Null while it does not run. */
  readonly pid: number | null;
  readonly state: ProcessState;
  readonly restarts: number;
  readonly ports: readonly number[];
  /** From its first start until it was ready, in milliseconds; null before. */
  readonly startMs: number | null;
}

export interface SupervisedProcess {
  readonly spec: ProcessSpec;
  /** Open while the process is ready, or once a step is done. */
  readonly ready: Gate;
  readonly view: () => ProcessView;
  /** Runs the process, again after each death within the budget. Resolves after a stop or when a step is done; throws when given up. */
  readonly run: (dependencies: readonly Gate[]) => Promise<void>;
  /** Asks the process to end, and kills it and what it started when it has not within the time. */
  readonly stop: (graceMs: number) => Promise<void>;
}

export interface Supervision {
  readonly log: MergedLog;
  readonly lock: Pick<StackLock, "add" | "remove">;
  /** Which lines of a process are left out of the log. */
  readonly isNoise: (tier: Tier, line: LogLine, stopping: boolean) => boolean;
  readonly restartsPerMinute: number;
  /** Whether the stack as a whole is being stopped. */
  readonly isStopping: () => boolean;
}

/** How a process ended. */
type Exit = string;

/** Wraps a process so that it can be started, watched and stopped. */
export const superviseProcess = (
  spec: ProcessSpec,
  { log, lock, isNoise, restartsPerMinute, isStopping }: Supervision,
): SupervisedProcess => {
  const ready = createGate();
  const stopping = new AbortController();
  let state: ProcessState = "waiting";
  let child: ChildProcess | undefined;
  let exited: Promise<Exit> = Promise.resolve("not started");
  let restarts = 0;
  let startMs: number | null = null;
  const isOmitted = (line: LogLine): boolean => isNoise(spec.tier, line, isStopping());

  const start = ({ command, args }: Command): Promise<Exit> => {
    state = "starting";
    const started = spawn(command, [...args], {
      cwd: spec.cwd,
      env: spec.env,
      // A process group of its own: a Ctrl-C at the terminal reaches the launcher alone, which stops all in order.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    if (started.pid !== undefined) lock.add(spec.name, started.pid);
    log.follow(spec.name, started.stdout, isOmitted);
    log.follow(spec.name, started.stderr, isOmitted);
    return new Promise((resolve) => {
      const end = (how: Exit): void => {
        ready.close();
        child = undefined;
        lock.remove(spec.name);
        resolve(how);
      };
      started.once("error", (error) => end(error.message));
      started.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    });
  };

  /** Resolves to how the process ended; throws when it does not get ready in time. */
  const liveOnce = async (): Promise<Exit> => {
    state = "preparing";
    const command = await spec.prepare();
    if (stopping.signal.aborted) return "not started";
    const since = Date.now();
    exited = start(command);
    const ended = new AbortController();
    const timeout = AbortSignal.timeout(READY_TIMEOUT_MS);
    void exited.then(() => ended.abort());
    if (spec.kind === "step") return exited;
    const signal = AbortSignal.any([ended.signal, stopping.signal, timeout]);
    if (await untilReady(spec.probe, signal)) {
      state = "ready";
      startMs ??= Date.now() - since;
      ready.open();
    } else if (!ended.signal.aborted && !stopping.signal.aborted) {
      throw new Error(`${spec.name} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
    }
    return exited;
  };

  const run = async (dependencies: readonly Gate[]): Promise<void> => {
    let history: readonly number[] = [];
    for (;;) {
      for (const gate of dependencies) await gate.passed(stopping.signal);
      if (stopping.signal.aborted) return;
      const since = Date.now();
      const how = await liveOnce();
      if (stopping.signal.aborted) return;
      if (spec.kind === "step" && how === "exit code 0") {
        state = "done";
        startMs = Date.now() - since;
        ready.open();
        return;
      }
      const decision =
        spec.kind === "step" ? ({ kind: "giveUp" } as const) : decideRestart(history, Date.now(), restartsPerMinute);
      if (decision.kind === "giveUp") throw new Error(`${spec.name} ended (${how}) and is not started again`);
      history = decision.restarts;
      restarts += 1;
      state = "restarting";
      log.say(`${spec.name} died (${how}); restart ${history.length} in ${decision.delayMs} ms`, "error");
      await sleep(decision.delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    spec,
    ready,
    view: () => ({
      name: spec.name,
      pid: child?.pid ?? null,
      state,
      restarts,
      ports: spec.ports.map(({ port }) => port),
      startMs,
    }),
    run: async (dependencies) => {
      try {
        await run(dependencies);
      } catch (error) {
        state = "failed";
        throw error;
      }
    },
    stop: async (graceMs) => {
      stopping.abort();
      const pid = child?.pid;
      if (pid !== undefined) {
        state = "stopping";
        await endGroup(pid, exited, graceMs);
      }
      if (state !== "done" && state !== "failed") state = "stopped";
    },
  };
};

const endGroup = async (pid: number, exited: Promise<unknown>, graceMs: number): Promise<void> => {
  signalGroup(pid, "SIGTERM");
  const timer = new AbortController();
  await Promise.race([exited, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  // What the process itself started may still run, in its group.
  signalGroup(pid, "SIGKILL");
  await exited;
};
