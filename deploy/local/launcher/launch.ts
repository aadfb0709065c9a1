import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ProgressBoard } from "../artifact/progress.ts";
import { startAdmin } from "./admin.ts";
import { untilAppsReady } from "./app-readiness.ts";
import { gatherArtifacts } from "./artifacts.ts";
import type { LauncherConfig } from "./config.ts";
import { configurationRenderer } from "./configuration.ts";
import { keptCursorKey } from "./cursor-key.ts";
import { startGuard } from "./guard-process.ts";
import { endLeftovers } from "./leftovers.ts";
import { isNoise } from "./log-noise.ts";
import type { MergedLog } from "./merged-log.ts";
import { failpointsDir, storeAddresses } from "./plan/inputs.ts";
import { planStack } from "./plan/plan.ts";
import { DEFAULT_PORT_BASE, findPortConflicts, stackPorts } from "./ports.ts";
import { type AppTemplate, shiftPorts } from "./run-template.ts";
import { takeLock } from "./stack-lock.ts";
import { summaryText } from "./summary.ts";
import type { ProcessView } from "./supervised-process.ts";
import { superviseStack } from "./supervised-stack.ts";

/** How often the launcher says what it is waiting for. */
const NOTICE_INTERVAL_MS = 5_000;

export interface Launch {
  readonly root: string;
  readonly config: LauncherConfig;
  /** How often a process that dies is started again. */
  readonly restartsPerMinute: number;
  /** As dapr.yaml has them. */
  readonly apps: readonly AppTemplate[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: MergedLog;
  /** Shows the progress of what is built and fetched. */
  readonly board: ProgressBoard;
  /** Aborted to stop the stack. */
  readonly signal: AbortSignal;
}

/** The stack cannot start; nothing has been started. The message says what to change. */
export class LaunchRefused extends Error {
  override readonly name = "LaunchRefused";
}

/** A part of the stack has failed for good, which the log has said already; everything has been stopped. */
export class StackFailed extends Error {
  override readonly name = "StackFailed";
}

/**
 * Starts the stack, keeps it running, and stops it when the signal aborts.
 *
 * @throws LaunchRefused, or DataDirectoryInUse, before anything is started; StackFailed when a part fails for good
 */
export const launch = async (launch: Launch): Promise<void> => {
  const { config, log } = launch;
  mkdirSync(failpointsDir(config.dataDir), { recursive: true });
  const lock = await takeLock(join(config.dataDir, "stack.lock"), config.portBase, async (stale) => {
    const ended = await endLeftovers(stale);
    const what = ended.length === 0 ? "nothing of it was running" : `ended what was left of it: ${ended.join(", ")}`;
    log.say(`the last stack on this data did not stop in order (its lock was left); ${what}`, "warn");
  });
  const endGuard = startGuard(lock.file);
  try {
    await runStack(launch, lock);
  } finally {
    lock.release();
    await endGuard();
  }
};

const runStack = async (launch: Launch, lock: Awaited<ReturnType<typeof takeLock>>): Promise<void> => {
  const { root, config, restartsPerMinute, env, log, board, signal } = launch;
  const since = Date.now();
  const ports = stackPorts(config.portBase);
  const apps = launch.apps.map((app) => shiftPorts(app, config.portBase - DEFAULT_PORT_BASE));
  const building = new AbortController();
  const configuration = configurationRenderer(config.dataDir);
  const cursorKey = config.cursorKey ?? keptCursorKey(config.dataDir);
  const plan = { root, config, ports, apps, env, cursorKey, configuration, signal: building.signal };

  const claims = planStack({ ...plan, ...unneeded }).flatMap((spec) => spec.ports);
  await refuseTakenPorts([...claims, { port: ports.admin, owner: "launcher admin" }], config.portBase);

  const withKafka = config.brokers === undefined;
  const artifacts = gatherArtifacts({ env, withKafka, board, signal: building.signal });
  let ready = false;
  let processes = noProcesses;
  const admin = await startAdmin(ports.admin, { processes: () => processes(), isReady: () => ready });
  const stack = superviseStack(planStack({ ...plan, ...artifacts }), {
    log,
    lock,
    restartsPerMinute,
    // Whoever sets a level for Dapr's logs wants to see them.
    isNoise: config.daprLogLevel === undefined ? isNoise : () => false,
  });
  processes = stack.views;
  const stopped = new Promise<"stop">((resolve) => {
    if (signal.aborted) resolve("stop");
    signal.addEventListener("abort", () => resolve("stop"), { once: true });
  });
  const notice = setInterval(() => sayWhatIsAwaited(stack.views(), log), NOTICE_INTERVAL_MS);
  const start = async (): Promise<"ready"> => {
    await stack.started;
    await untilAppsReady(apps, signal);
    return "ready";
  };
  try {
    if ((await Promise.race([start(), stopped, stack.failed])) === "ready") {
      ready = true;
      clearInterval(notice);
      const { cosmos, brokers } = storeAddresses({ config, ports });
      const { gateway, admin } = ports;
      const hasExplorer = config.cosmos.endpoint === undefined;
      const { dataDir } = config;
      const simulatedProvider = urlOfApp(apps, "simulated-provider");
      const totalMs = Date.now() - since;
      const facts = { gateway, cosmos, hasExplorer, brokers, simulatedProvider, admin, dataDir, totalMs };
      log.print(summaryText({ ...facts, artifacts: await artifacts.timings, processes: stack.views() }));
      await Promise.race([stopped, stack.failed]);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.say(`the stack has failed: ${reason}`, "error");
    throw new StackFailed(reason, { cause: error });
  } finally {
    clearInterval(notice);
    ready = false;
    log.say("stopping");
    building.abort();
    await stack.stop();
    await admin.close();
    log.say("stopped");
  }
};

/** Where an app of the run template is called; undefined when it is not among them. */
const urlOfApp = (apps: readonly AppTemplate[], appID: string): string | undefined => {
  const port = apps.find((app) => app.appID === appID)?.env["HTTP_PORT"];
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
};

const noProcesses = (): readonly ProcessView[] => [];

const sayWhatIsAwaited = (views: readonly ProcessView[], log: MergedLog): void => {
  // What is built or fetched shows its progress itself.
  if (views.some(({ state }) => state === "preparing")) return;
  const awaited = views.filter(({ state }) => state === "starting").map(({ name }) => name);
  const what = awaited.length === 0 ? "the apps to say that they can serve" : awaited.join(", ");
  log.say(`still waiting for ${what}`);
};

/** For a plan of which only the ports are of interest: nothing may be built before they are known to be free. */
const unneeded = { runtime: new Promise<never>(() => undefined), kafka: undefined };

const refuseTakenPorts = async (
  claims: readonly { readonly port: number; readonly owner: string }[],
  portBase: number,
): Promise<void> => {
  const conflicts = await findPortConflicts(claims);
  if (conflicts.length === 0) return;
  const advice = `ORDERS_PORT_BASE (now ${portBase}) moves all ports of the stack; appPort and the like in dapr.yaml move one.`;
  throw new LaunchRefused(["The stack cannot start:", ...conflicts.map((line) => `  - ${line}`), advice].join("\n"));
};
