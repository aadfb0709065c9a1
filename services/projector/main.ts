import { z } from "zod";
import { createParkedStreams } from "../platform/change-feed/parked-streams.ts";
import { changeFeedSettings, openProcessor, systemClock } from "../platform/change-feed/open-processor.ts";
import { createProcessorMetrics } from "../platform/change-feed/processor-metrics.ts";
import { createStoredEvents } from "../platform/change-feed/stored-events.ts";
import { untilItSucceeds } from "../platform/change-feed/waiting.ts";
import { cosmosSettings, readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";
import { openContainers } from "../platform/cosmos.ts";
import { createHealthApp } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { Counter, createRegistry, Gauge } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createProjection, projectionGroup } from "./projection/projection.ts";
import { createProjectionStore } from "./projection/projection-store.ts";
import { createRelay, defaultRelayTimes, relayGroup } from "./relay/relay.ts";
import { createWatermarks, readWatermark } from "./relay/watermarks.ts";

const settings = {
  ...serviceSettings,
  ...sidecarSettings,
  ...cosmosSettings,
  ...changeFeedSettings,
  APP_ID: z.string().min(1).default("projector"),
};

/** How long a batch at hand may still take when the process is asked to stop. */
const drainMs = 3_500;

await runService("projector", async () => {
  const config = readConfig(settings, process.env);
  const logger = createLogger(config.APP_ID, config.LOG_LEVEL);
  const registry = createRegistry(config.APP_ID);
  const containers = openContainers(config);
  const sidecar = createSidecar(config.DAPR_HTTP_PORT);

  const parkedStreams = new Gauge({
    name: "projection_parked_streams",
    help: "Streams with an event that cannot be projected.",
    registers: [registry],
  });
  const nudges = new Counter({
    name: "relay_nudges_total",
    help: "Actors asked to publish what no watermark covers.",
    registers: [registry],
  });
  const unreadable = new Counter({
    name: "relay_unreadable_items_total",
    help: "Items that claim to be events and are not; they are not published.",
    registers: [registry],
  });

  const projection = createProjection({
    store: createProjectionStore(containers),
    events: createStoredEvents(containers.events),
    parked: createParkedStreams(containers.leases, projectionGroup, systemClock.nowIso),
    logger,
    onParkedCount: (count) => parkedStreams.set(count),
  });
  const relay = createRelay(
    {
      watermarks: createWatermarks({ read: readWatermark(containers.leases), monotonicMs: systemClock.monotonicMs }),
      sidecar,
      logger,
      now: Date.now,
      monotonicMs: systemClock.monotonicMs,
      onNudge: () => nudges.inc(),
      onUnreadable: () => unreadable.inc(),
    },
    defaultRelayTimes,
  );

  const metrics = createProcessorMetrics(registry);
  // Groups of their own: while Kafka is away the relay stands still, and the projection goes on.
  const processors = [
    openProcessor(projectionGroup, containers, projection.handle, logger, metrics, config),
    openProcessor(relayGroup, containers, relay, logger, metrics, config),
  ];
  metrics.watch(...processors);

  const stopping = new AbortController();
  const retrying = untilItSucceeds(
    async () => projection.retryParked(stopping.signal),
    stopping.signal,
    { firstMs: 500, longestMs: 10_000 },
    (error) => logger.warn("cannot retry the parked streams yet", { error }),
  ).catch(() => undefined); // Only the end of the process ends it.

  const server = await listen(
    createHealthApp(
      registry,
      Object.fromEntries(processors.map((processor) => [processor.group, async () => processor.checkReady()])),
    ),
    config.HTTP_PORT,
  );
  for (const processor of processors) processor.start();

  return {
    logger,
    stop: async () => {
      stopping.abort(new Error("the process is stopping"));
      await Promise.all(processors.map(async (processor) => processor.stop(drainMs)));
      await retrying;
      await sidecar.close();
      await server.close(1_000);
    },
  };
});
