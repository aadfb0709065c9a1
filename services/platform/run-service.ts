import { flushCompileCache } from "node:module";
import { ConfigurationError } from "./config.ts";
import type { Logger } from "./logger.ts";

/** What a started service needs done at its end, in this order. */
export type Stop = () => Promise<void>;

/** Below the five seconds that the launcher gives, and far below the thirty of Kubernetes. */
const shutdownDeadlineMs = 4_800;

/**
 * Starts a service and stops it once on SIGTERM or SIGINT. Exit codes: 0 stopped as asked, 1 failed, 2 wrongly configured.
 */
export const runService = async (name: string, start: () => Promise<{ logger: Logger; stop: Stop }>): Promise<void> => {
  try {
    const { logger, stop } = await start();
    const onSignal = (signal: NodeJS.Signals): void => {
      process.removeAllListeners("SIGTERM");
      process.removeAllListeners("SIGINT");
      logger.info("stopping", { signal });
      setTimeout(() => {
        logger.error("did not stop in time", { shutdownDeadlineMs });
        process.exit(1);
      }, shutdownDeadlineMs).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error("failed while stopping", { error });
          process.exit(1);
        },
      );
    };
    process.once("SIGTERM", onSignal);
    process.once("SIGINT", onSignal);
    logger.info("started", { pid: process.pid });
    // Where Node keeps what it compiles, a process that is killed later leaves it to the next one all the same.
    flushCompileCache();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${name}: ${error instanceof ConfigurationError ? error.message : text}\n`);
    process.exit(error instanceof ConfigurationError ? 2 : 1);
  }
};
