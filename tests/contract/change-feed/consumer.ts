import { appendFileSync } from "node:fs";
import { openProcessor } from "../../../services/platform/change-feed/open-processor.ts";
import { pause } from "../../../services/platform/change-feed/waiting.ts";
import { cosmosSettings, readConfig } from "../../../services/platform/config.ts";
import { openContainers } from "../../../services/platform/cosmos.ts";
import { createLogger } from "../../../services/platform/logger.ts";

/**
 * A process of its own that reads the change feed and writes what it handled to the file given as its argument; after so
 * many events it stands still in the middle of a batch, to be killed there.
 */
const [file, most] = process.argv.slice(2);
if (file === undefined || most === undefined) throw new Error("usage: consumer.ts <file> <most events>");

const untilKilledMs = 3_600_000;
let handled = 0;

openProcessor(
  "tests",
  openContainers(readConfig(cosmosSettings, process.env)),
  async ({ entries }, signal) => {
    for (const entry of entries) {
      await pause(handled < Number(most) ? 1 : untilKilledMs, signal);
      signal.throwIfAborted();
      if (entry.kind !== "event") continue;
      appendFileSync(file, `${entry.event.streamId}/${entry.event.version}\n`);
      handled += 1;
    }
  },
  createLogger("consumer", "error"),
  { handled: () => undefined, failed: () => undefined },
  { LEASE_TIME_TO_LIVE_MS: 900, CHANGE_FEED_IDLE_MS: 20 },
).start();
