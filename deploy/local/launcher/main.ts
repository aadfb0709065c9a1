import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ConfigurationError } from "../../../services/platform/config.ts";
import { progressBoard } from "../artifact/progress.ts";
import { readLauncherConfig } from "./config.ts";
import { launch, LaunchRefused, StackFailed } from "./launch.ts";
import { mergedLog } from "./merged-log.ts";
import { RESTARTS_PER_MINUTE } from "./restart-budget.ts";
import { readRunTemplate, RunTemplateError } from "./run-template.ts";
import { DataDirectoryInUse } from "./stack-lock.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const board = progressBoard(process.stdout);
const log = mergedLog(process.stdout, board.print);
// A closed terminal or pipe is no reason to leave processes behind.
process.stdout.on("error", () => undefined);

const stop = new AbortController();
for (const signal of STOP_SIGNALS) {
  process.on(signal, () => {
    // npm passes a Ctrl-C on although the terminal has sent it already, so the same wish may come twice.
    if (stop.signal.aborted) return;
    log.say(`${signal}: stopping the stack`);
    stop.abort();
  });
}

interface Options {
  readonly file: string;
  readonly stopOnStdinEnd?: true;
  readonly restartsPerMinute: number;
}

const wholeNumber = (text: string): number => {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0 to 9999.");
  return Number(text);
};

const program = new Command("launcher")
  .description("Starts the whole order processor on this machine, and stops it on Ctrl-C.")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .option("-f, --file <path>", "apps to run, in Dapr's Multi-App Run format", join(ROOT, "dapr.yaml"))
  .option("--stop-on-stdin-end", "stop when standard input ends, so that the stack cannot outlive who started it")
  .option(
    "--restarts-per-minute <number>",
    "how often a process that dies is started again",
    wholeNumber,
    RESTARTS_PER_MINUTE,
  )
  .addHelpText(
    "after",
    `
Environment:
  ORDERS_PORT_BASE   first port of the stack (8080)
  ORDERS_DATA_DIR    where all data is kept (.data)
  COSMOS_ENDPOINT, COSMOS_KEY, COSMOS_DATABASE   use this Cosmos DB account rather than the embedded endpoint
  KAFKA_BROKERS      use these brokers (host:port, ...) rather than one of our own
  DAPR_RUNTIME_DIR   use daprd, placement and scheduler from this folder rather than building them
  DAPR_LOG_LEVEL     level of the sidecars' logs (warn)
  LOG_LEVEL          level of the services' logs (info)
  CURSOR_KEY         secret for page cursors (one is kept in the data directory)
  PAYMENT_URL, CARRIER_URL       ask this payment provider and this carrier rather than the simulated one
  SIMULATED_PROVIDER_BEHAVIOUR   how the simulated one behaves (docs/simulated-provider.md), as JSON`,
  );

const isUsageError = (error: unknown): boolean =>
  error instanceof ConfigurationError || error instanceof RunTemplateError;

try {
  const { file, stopOnStdinEnd, restartsPerMinute } = program.parse().opts<Options>();
  if (stopOnStdinEnd === true) process.stdin.once("end", () => stop.abort()).resume();
  const config = readLauncherConfig(process.env, ROOT);
  const apps = readRunTemplate(resolve(file));
  await launch({ root: ROOT, config, apps, restartsPerMinute, env: process.env, log, board, signal: stop.signal });
  process.exit(0);
} catch (error) {
  const expected = isUsageError(error) || error instanceof LaunchRefused || error instanceof DataDirectoryInUse;
  if (expected) process.stderr.write(`${error instanceof Error ? error.message : ""}\n`);
  else if (!(error instanceof StackFailed))
    log.say(`the launcher has failed: ${error instanceof Error ? error.message : String(error)}`, "error");
  process.exit(isUsageError(error) ? 2 : 1);
}
