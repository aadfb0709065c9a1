import { setTimeout as delay } from "node:timers/promises";
import { ConfigurationError } from "../platform/config.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createProviderApp } from "./http/app.ts";
import { createMessagePublisher } from "./messages/publish.ts";
import { createSender } from "./messages/send-waiting.ts";
import { createProviderMetrics } from "./metrics.ts";
import { createProvider, mostWaiting } from "./provider.ts";
import { readSimulatedProviderSettings } from "./settings.ts";
import { openLedgerFile, UnusableLedger } from "./storage/open.ts";
import { createStore, type ProviderStore } from "./storage/store.ts";

const drainDeadlineMs = 1_500;
/** How long messages on their way may take to arrive once the process was asked to stop. */
const sendingEndsMs = 1_500;

const nowMs = (): number => Date.now();

/** The store in the data directory; a directory that cannot be used is a mistake in the configuration. */
const openStore = (directory: string): ProviderStore => {
  try {
    return createStore(openLedgerFile(directory));
  } catch (error) {
    if (!(error instanceof UnusableLedger)) throw error;
    throw new ConfigurationError([`SIMULATED_PROVIDER_DATA_DIR: ${error.message}`]);
  }
};

await runService("simulated-provider", async () => {
  const settings = readSimulatedProviderSettings(process.env);
  const logger = createLogger(settings.APP_ID, settings.LOG_LEVEL);
  const registry = createRegistry(settings.APP_ID);
  const store = openStore(settings.SIMULATED_PROVIDER_DATA_DIR);
  const metrics = createProviderMetrics(registry, store.outbox, nowMs);
  const publisher = createMessagePublisher(settings.DAPR_HTTP_PORT);

  const provider = createProvider({
    store,
    configured: settings.SIMULATED_PROVIDER_BEHAVIOUR,
    mostWaiting,
    nowMs,
    onMessages: () => sender.wake(),
  });
  const sender = createSender({
    store,
    publish: async (message) => publisher.publish(message),
    isHolding: () => provider.behaviour().holdMessages,
    nowMs,
    logger,
    onSent: metrics.countSending,
  });
  const app = createProviderApp({ provider, store, registry, logger, onAnswer: metrics.countAnswer });
  const server = await listen(app, settings.HTTP_PORT);
  sender.start();
  logger.info("payments and transports are simulated: no money moves, nothing is carried", {
    behaviour: provider.behaviour(),
  });

  return {
    logger,
    stop: async () => {
      await server.close(drainDeadlineMs);
      await Promise.race([sender.stop(), delay(sendingEndsMs, undefined, { ref: false })]);
      // Ends what Kafka has not answered by now; it is sent again after the next start.
      await publisher.close();
      await sender.stop();
      store.close();
    },
  };
});
