import { openProcessor, systemClock } from "../platform/change-feed/open-processor.ts";
import { createParkedStreams } from "../platform/change-feed/parked-streams.ts";
import { createProcessorMetrics } from "../platform/change-feed/processor-metrics.ts";
import { createStoredEvents } from "../platform/change-feed/stored-events.ts";
import { openContainers } from "../platform/cosmos.ts";
import { createHealthApp, probedStreamId } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createAttempts, type Attempts, type AttemptsParts } from "./attempts.ts";
import { createBreaker } from "./breaker.ts";
import { createHttpCarrier } from "./carrier/http-carrier.ts";
import { createFailures } from "./failures.ts";
import { createEventHandler, type EventHandlerParts } from "./handle-event.ts";
import { repeat } from "./loop.ts";
import { createProcessMetrics } from "./metrics.ts";
import { createHttpPaymentProvider } from "./payment/http-payment-provider.ts";
import { createStreamProcess, processGroup } from "./process-streams.ts";
import { createProviderClient } from "./provider-client.ts";
import { readOrderWith } from "./run.ts";
import { readProcessManagerSettings } from "./settings.ts";
import { createStockCoordinator } from "./stock/stock-coordinator.ts";
import { createStuckHandler } from "./stuck-route.ts";
import { createRedrive } from "./watchdog/redrive.ts";
import { createStuckStore } from "./watchdog/stuck-store.ts";
import { createWaitingOrders } from "./watchdog/waiting-orders.ts";
import { createWatchdog } from "./watchdog/watchdog.ts";

/** How long a batch at hand may still take when the process is asked to stop. */
const drainMs = 3_500;
/** How long it is asked whether actors answer at all. */
const probeMs = 2_000;
/** Failures in a row after which a provider is left alone, and for how long. */
const breakerLimits = { failures: 3, openMs: 5_000 };
/** Failures of a call to an actor that one stream may hold up others for; one of them takes ten seconds. */
const triesInPlace = 3;
const rememberedFailures = 10_000;

await runService("process-manager", async () => {
  const config = readProcessManagerSettings(process.env);
  const logger = createLogger(config.APP_ID, config.LOG_LEVEL);
  const registry = createRegistry(config.APP_ID);
  const metrics = createProcessMetrics(registry);
  const containers = openContainers(config);
  const sidecar = createSidecar(config.DAPR_HTTP_PORT, { deadlineMs: config.COMMAND_DEADLINE_MS });
  const paymentClient = createProviderClient(config.PAYMENT_URL);
  const carrierClient = createProviderClient(config.CARRIER_URL);
  const failures = createFailures(rememberedFailures, systemClock.nowIso);

  const attemptsParts: AttemptsParts = {
    actorsAnswer: async () =>
      sidecar.read("Order", probedStreamId, { deadlineMs: probeMs }).then(
        () => true,
        () => false,
      ),
    breakers: {
      payment: createBreaker("the payment provider", breakerLimits, systemClock.monotonicMs),
      carrier: createBreaker("the carrier", breakerLimits, systemClock.monotonicMs),
    },
    onFault: metrics.onFault,
    logger,
    triesInPlace,
    backOff: { firstMs: 200, longestMs: 5_000 },
  };
  const stock = createStockCoordinator();
  const events = createStoredEvents(containers.events);
  const parts = (attempts: Attempts): EventHandlerParts => ({
    sidecar,
    payments: createHttpPaymentProvider(paymentClient),
    carrier: createHttpCarrier(carrierClient),
    events,
    attempts,
    logger,
    onCommand: metrics.onCommand,
    onObstacle: failures.note,
    onLeft: (orderId, reason) => {
      metrics.onLeft();
      failures.note(orderId, reason);
      logger.warn("a step is left to the watchdog", { orderId, reason });
    },
    stock,
    reservationTtlMs: (channel) => {
      const ofChannel = channel === null ? undefined : config.RESERVATION_TTL_BY_CHANNEL.get(channel);
      return (ofChannel ?? config.RESERVATION_TTL_SECONDS) * 1_000;
    },
    backorderTtlMs: config.STEP_LIMITS.backorder.allowedSeconds * 1_000,
  });
  const streams = createStreamProcess({
    handleEvent: createEventHandler(parts(createAttempts(attemptsParts))),
    parked: createParkedStreams(containers.leases, processGroup, systemClock.nowIso),
    events,
    logger,
    onParked: metrics.onParked,
  });

  // What the watchdog tries again may fail at once: it comes back to it.
  const watchdogAttempts = createAttempts({ ...attemptsParts, triesInPlace: 1 });
  const stuck = createStuckStore(containers.views);
  const watchdog = createWatchdog({
    ...createRedrive(parts(watchdogAttempts)),
    waiting: createWaitingOrders(containers.snapshots),
    stuck,
    readOrder: readOrderWith(sidecar, watchdogAttempts),
    lastFailureOf: failures.of,
    limits: config.STEP_LIMITS,
    shortestPauseMs: config.WATCHDOG_PAUSE_MS,
    now: Date.now,
    logger,
    onAttention: metrics.onAttention,
  });

  const processorMetrics = createProcessorMetrics(registry);
  const processor = openProcessor(processGroup, containers, streams.handle, logger, processorMetrics, config);
  processorMetrics.watch(processor);

  const stopping = new AbortController();
  const { signal } = stopping;
  /** One instance does what is to be done once: the one that reads the first range. Two do no harm. */
  const isFirst = (): boolean => processor.progress().some(({ range }) => range.startsWith("-"));
  const sweep = async (): Promise<void> => metrics.onFindings(isFirst() ? await watchdog.sweep(signal) : undefined);
  const retry = async (): Promise<void> => (isFirst() ? streams.retryParked(signal) : undefined);
  const loops = [
    repeat(sweep, config.WATCHDOG_INTERVAL_MS, signal, (error) => logger.warn("cannot look at the orders", { error })),
    repeat(retry, config.PARKED_RETRY_MS, signal, (error) => logger.warn("cannot retry parked streams", { error })),
  ];

  const app = createHealthApp(registry, {
    [processGroup]: async () => processor.checkReady(),
    sidecar: async () => sidecar.checkHealth(),
  });
  app.get("/stuck", createStuckHandler(stuck));
  const server = await listen(app, config.HTTP_PORT);
  processor.start();

  return {
    logger,
    stop: async () => {
      stopping.abort(new Error("the process is stopping"));
      await processor.stop(drainMs);
      await Promise.all(loops);
      await Promise.all([sidecar.close(), paymentClient.close(), carrierClient.close()]);
      await server.close(1_000);
    },
  };
});
