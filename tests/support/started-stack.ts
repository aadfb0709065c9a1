import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join, resolve } from "node:path";
import { z } from "zod";
import { identify, isRunning } from "../../deploy/local/launcher/process-identity.ts";
import { readLauncherConfig } from "../../deploy/local/launcher/config.ts";
import { stackPorts } from "../../deploy/local/launcher/ports.ts";
import { storeAddresses } from "../../deploy/local/launcher/plan/inputs.ts";
import { waitFor } from "./wait-for.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LOG_TAIL_LINES = 60;
/** The first start on a machine builds the Dapr runtime. */
const START_TIMEOUT_MS = 15 * 60_000;
/** The launcher promises ten seconds. */
const STOP_TIMEOUT_MS = 12_000;

/** Where everything of a started stack is. */
export const stackInfo = z.object({
  launcher: z.object({ pid: z.int(), started: z.string() }),
  dataDir: z.string(),
  logFile: z.string(),
  portBase: z.int(),
  /** The gateway's base URL, without a slash at its end. */
  gateway: z.string(),
  admin: z.string(),
  cosmos: z.object({ endpoint: z.string(), key: z.string(), database: z.string() }),
  brokers: z.array(z.string()),
});
export type StackInfo = z.infer<typeof stackInfo>;

/** Tests kill the same process far more often than a sound one dies. */
const launcherArguments = ["--stop-on-stdin-end", "--restarts-per-minute", "100"];

/**
 * Starts a stack of its own with the launcher and waits until it is ready. It stops when this process ends, however
 * it does.
 *
 * @param dataDir its data directory, which also takes its log; made when absent
 * @param args further arguments for the launcher
 * @throws Error with the end of the log when it does not get ready
 */
export const startStack = async (
  portBase: number,
  dataDir: string,
  args: readonly string[] = [],
): Promise<StackInfo> => {
  mkdirSync(dataDir, { recursive: true });
  const logFile = join(dataDir, "stack.log");
  const log = openSync(logFile, "a");
  // A command that faults is parked sooner than usual: tests wait for it. Tests then redrive it, and be it late.
  const env = {
    COMMAND_DEADLINE_MS: "2500",
    PARKED_REDRIVE_FIRST_MS: "300000",
    ...process.env,
    ORDERS_PORT_BASE: String(portBase),
    ORDERS_DATA_DIR: dataDir,
  };
  const child = spawn(process.execPath, ["deploy/local/launcher/main.ts", ...launcherArguments, ...args], {
    cwd: ROOT,
    env,
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  // Neither the process nor its pipe may keep the tests from ending.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const launcher = child.pid === undefined ? undefined : identify(child.pid);
  if (launcher === undefined) throw new Error(`the stack could not be started:\n${logTail(logFile)}`);
  const info = describe(launcher, env, logFile);
  try {
    await waitFor(
      async () => {
        if (!isRunning(launcher)) throw new Error("the launcher has ended");
        const response = await fetch(`${info.admin}/healthz`).catch(() => undefined);
        return response?.status === 200;
      },
      { what: "the stack to be ready", timeoutMs: START_TIMEOUT_MS },
    );
  } catch (error) {
    await stopStack(info).catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the stack did not start (${reason}); the end of ${logFile}:\n${logTail(logFile)}`, {
      cause: error,
    });
  }
  return info;
};

const describe = (launcher: StackInfo["launcher"], env: NodeJS.ProcessEnv, logFile: string): StackInfo => {
  const config = readLauncherConfig(env, ROOT);
  const ports = stackPorts(config.portBase);
  const { cosmos, brokers } = storeAddresses({ config, ports });
  return {
    launcher,
    logFile,
    dataDir: config.dataDir,
    portBase: config.portBase,
    gateway: `http://127.0.0.1:${ports.gateway}`,
    admin: `http://127.0.0.1:${ports.admin}`,
    cosmos: { endpoint: cosmos, key: config.cosmos.key, database: config.cosmos.database },
    brokers: [...brokers],
  };
};

/**
 * Stops a stack in order.
 *
 * @throws Error with the end of its log when it takes longer than the launcher promises
 */
export const stopStack = async ({ launcher, logFile }: StackInfo): Promise<void> => {
  if (!isRunning(launcher)) return;
  process.kill(launcher.pid, "SIGTERM");
  await waitFor(() => !isRunning(launcher), { what: "the stack to stop", timeoutMs: STOP_TIMEOUT_MS }).catch(
    (error: unknown) => {
      process.kill(launcher.pid, "SIGKILL");
      throw new Error(`the stack did not stop in time; the end of ${logFile}:\n${logTail(logFile)}`, { cause: error });
    },
  );
};

const logTail = (file: string): string => readFileSync(file, "utf8").split("\n").slice(-LOG_TAIL_LINES).join("\n");
