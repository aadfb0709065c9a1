import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { createDaprEventStore } from "../../actors/event-store/dapr-event-store.ts";
import { createDaprStateApi } from "../../actors/event-store/dapr-state-api.ts";
import { createActorType, defaultLimits } from "../../actors/host/create-actor-type.ts";
import { createDaprReminders } from "../../actors/host/dapr-reminders.ts";
import { createDaprServerHost } from "../../actors/host/dapr-server-host.ts";
import { bodiesBy } from "../../actors/host/publication/cloud-event.ts";
import { createDaprPublication } from "../../actors/host/publication/dapr-publication.ts";
import { isOrderId, parseStockStreamId } from "../../actors/kernel/stream-id.ts";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import { toPublicForms } from "../../actors/public-contract/contract.ts";
import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import { port, readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";
import { createHealthApp, probedStreamId } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createHostObserver, watchHost } from "./metrics.ts";

const settings = {
  ...serviceSettings,
  ...sidecarSettings,
  APP_ID: z.string().min(1).default("actor-host"),
  /** Where the sidecar takes reminders. */
  DAPR_GRPC_PORT: port,
  /** Where the sidecar calls the actors. */
  APP_PORT: port,
  HTTP_HOST: z.string().min(1).default("127.0.0.1"),
};

/** How long a read for the publication may take. */
const republishReadMs = 3_000;

/** How long turns, and then publishing, may go on once the process was asked to stop; callers repeat, the relay finds the rest. */
const turnsEndMs = 1_500;
const drainMs = 2_500;

const probeDeadlineMs = 1_500;

await runService("actor-host", async () => {
  const config = readConfig(settings, process.env);
  const logger = createLogger(config.APP_ID, config.LOG_LEVEL);
  const registry = createRegistry(config.APP_ID);
  const sidecar = createSidecar(config.DAPR_HTTP_PORT);
  const state = createDaprStateApi({ daprHttpPort: config.DAPR_HTTP_PORT, component: "event-store" });
  const store = createDaprEventStore(state);
  const toBodies = bodiesBy(toPublicForms);
  const { publication, close: closePublication } = createDaprPublication({
    daprHttpPort: config.DAPR_HTTP_PORT,
    pubsubName: "event-publisher",
    watermarkComponent: "watermarks",
    readEvents: async (streamId, afterVersion, limit) =>
      store.readEvents(streamId, afterVersion, limit, { timeoutMs: republishReadMs }),
    toBodies,
    log: logger,
  });

  const observer = createHostObserver(registry, logger);
  const { reminders, close: closeReminders } = createDaprReminders(config.DAPR_GRPC_PORT);
  const common = {
    store,
    publication,
    toBodies,
    reminders,
    observer,
    limits: defaultLimits,
    now: () => new Date().toISOString(),
  };
  const types = {
    Order: createActorType({ ...common, aggregate: orderAggregate, isStreamId: isOrderId }),
    StockItem: createActorType({
      ...common,
      aggregate: stockItemAggregate,
      isStreamId: (actorId) => parseStockStreamId(actorId) !== undefined,
    }),
  };
  watchHost(registry, publication, types);

  const host = createDaprServerHost({
    appPort: config.APP_PORT,
    appHost: config.HTTP_HOST,
    daprHttpPort: config.DAPR_HTTP_PORT,
    log: logger,
  });
  for (const [actorType, hosted] of Object.entries(types)) host.register(actorType, hosted.handler);

  const server = await listen(
    createHealthApp(registry, {
      sidecar: async () => sidecar.checkHealth(),
      actors: async () => {
        await sidecar.read("Order", probedStreamId, { deadlineMs: probeDeadlineMs });
      },
    }),
    config.HTTP_PORT,
  );
  publication.start();
  await host.start();

  return {
    logger,
    stop: async () => {
      await Promise.race([
        Promise.all(Object.values(types).map(async (hosted) => hosted.stopTurns())),
        delay(turnsEndMs, undefined, { ref: false }),
      ]);
      await publication.stop(drainMs);
      await host.stop();
      await closePublication();
      closeReminders();
      await state.close();
      await sidecar.close();
      await server.close(1_000);
    },
  };
});
