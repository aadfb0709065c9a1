import { openProcessor, systemClock } from "../platform/change-feed/open-processor.ts";
import { createParkedStreams } from "../platform/change-feed/parked-streams.ts";
import { createProcessorMetrics } from "../platform/change-feed/processor-metrics.ts";
import { createStoredEvents } from "../platform/change-feed/stored-events.ts";
import { untilItSucceeds } from "../platform/change-feed/waiting.ts";
import { openContainers } from "../platform/cosmos.ts";
import { createHealthApp } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { Counter, createRegistry, Gauge } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createEventHandler } from "./handle-event.ts";
import { createHttpPaymentProvider } from "./payment/http-payment-provider.ts";
import { createOrderProcess, processGroup } from "./process-orders.ts";
import { createProviderClient } from "./provider-client.ts";
import { readProcessManagerSettings } from "./settings.ts";

/** How long a batch at hand may still take when the process is asked to stop. */
const drainMs = 3_500;

await runService("process-manager", async () => {
  const config = readProcessManagerSettings(process.env);
  const logger = createLogger(config.APP_ID, config.LOG_LEVEL);
  const registry = createRegistry(config.APP_ID);
  const containers = openContainers(config);
  const sidecar = createSidecar(config.DAPR_HTTP_PORT);
  const paymentClient = createProviderClient(config.PAYMENT_URL);

  const commands = new Counter({
    name: "process_commands_total",
    help: "Commands sent to actors, by their result: accepted, or the code of the refusal.",
    labelNames: ["type", "result"],
    registers: [registry],
  });
  const faults = new Counter({
    name: "process_faults_total",
    help: "Calls that failed and are repeated.",
    registers: [registry],
  });
  const parkedOrders = new Gauge({
    name: "process_parked_orders",
    help: "Managed orders with an event that cannot be understood.",
    registers: [registry],
  });

  const orders = createOrderProcess({
    handleEvent: createEventHandler({
      sidecar,
      payments: createHttpPaymentProvider(paymentClient),
      logger,
      onCommand: (type, result) => commands.inc({ type, result }),
      onFault: () => faults.inc(),
    }),
    parked: createParkedStreams(containers.leases, processGroup, systemClock.nowIso),
    events: createStoredEvents(containers.events),
    logger,
    onParkedCount: (count) => parkedOrders.set(count),
  });

  const metrics = createProcessorMetrics(registry);
  const processor = openProcessor(processGroup, containers, orders.handle, logger, metrics, config);
  metrics.watch(processor);

  const stopping = new AbortController();
  const retrying = untilItSucceeds(
    async () => orders.retryParked(stopping.signal),
    stopping.signal,
    { firstMs: 500, longestMs: 10_000 },
    (error) => logger.warn("cannot retry the parked orders yet", { error }),
  ).catch(() => undefined); // Only the end of the process ends it.

  const server = await listen(
    createHealthApp(registry, {
      [processGroup]: async () => processor.checkReady(),
      sidecar: async () => sidecar.checkHealth(),
    }),
    config.HTTP_PORT,
  );
  processor.start();

  return {
    logger,
    stop: async () => {
      stopping.abort(new Error("the process is stopping"));
      await processor.stop(drainMs);
      await retrying;
      await Promise.all([sidecar.close(), paymentClient.close()]);
      await server.close(1_000);
    },
  };
});
