import { appendFileSync } from "node:fs";
import { openProcessor } from "../../../services/platform/change-feed/open-processor.ts";
import { pause } from "../../../services/platform/change-feed/waiting.ts";
import { cosmosSettings, readConfig } from "../../../services/platform/config.ts";
import { openContainers } from "../../../services/platform/cosmos.ts";
import { createLogger } from "../../../services/platform/logger.ts";

/**
 * A process of its own that reads the change feed and writes what it handled to the file given as its argument, slowly, so
 * that it can be killed in the middle of a batch.
 */
const [file, pauseMs] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: consumer.ts <file> <pause in milliseconds>");

openProcessor(
  "tests",
  openContainers(readConfig(cosmosSettings, process.env)),
  async ({ entries }, signal) => {
    for (const entry of entries) {
      await pause(Number(pauseMs), signal);
      signal.throwIfAborted();
      if (entry.kind === "event") appendFileSync(file, `${entry.event.streamId}/${entry.event.version}\n`);
    }
  },
  createLogger("consumer", "error"),
  { handled: () => undefined, failed: () => undefined },
  { LEASE_TIME_TO_LIVE_MS: 900, CHANGE_FEED_IDLE_MS: 20 },
).start();
