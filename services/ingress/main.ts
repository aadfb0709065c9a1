import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { pause } from "../platform/change-feed/waiting.ts";
import { openContainers } from "../platform/cosmos.ts";
import { createHealthApp } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { addParkedRoutes } from "./admin/parked-routes.ts";
import { createDeliveryApp, largestHeaderBytes } from "./app.ts";
import { createCarryOut } from "./carry-out.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createRecordHandler } from "./handle-record.ts";
import { createIngressMetrics } from "./metrics.ts";
import { createCarryOutInPlace } from "./parking/carry-out-in-place.ts";
import { createCosmosParkedStore } from "./parking/cosmos-store.ts";
import { createFaultJudge } from "./parking/fault-judge.ts";
import { createKnownPartitions } from "./parking/known-partitions.ts";
import { createOutageProbe } from "./parking/outage-probe.ts";
import { createPark } from "./parking/park.ts";
import { createRedriver } from "./parking/redriver.ts";
import { createSweep } from "./parking/sweep.ts";
import { readIngressSettings, redrivePolicyOf } from "./settings.ts";

/** A delivery that is cut off here is delivered again. */
const drainDeadlineMs = 3_500;
const adminDrainDeadlineMs = 500;

/** What may be parked from one partition of the topic before a fault blocks it as an outage does. */
const parkingLimits = { mostStreams: 1_000, mostMessages: 10_000 };

const nowMs = (): number => Date.now();
const nowIso = (): string => new Date().toISOString();
const monotonicMs = (): number => performance.now();

await runService("ingress", async () => {
  const settings = readIngressSettings(process.env);
  const logger = createLogger("ingress", settings.LOG_LEVEL);
  const registry = createRegistry("ingress");
  const metrics = createIngressMetrics(registry, nowMs);
  const sidecar = createSidecar(settings.DAPR_HTTP_PORT);
  const deadLetters = createDeadLetters(settings.DAPR_HTTP_PORT);
  const instance = `${hostname()}:${process.pid}:${randomUUID()}`;
  const store = createCosmosParkedStore(openContainers(settings).parked, instance);

  const commandMs = settings.COMMAND_DEADLINE_MS;
  const carryOut = createCarryOut(sidecar);
  const probe = createOutageProbe(sidecar);
  const judge = createFaultJudge(monotonicMs);
  const partitions = createKnownPartitions({ store, monotonicMs, limits: parkingLimits });
  const handle = createRecordHandler({
    carryOut: createCarryOutInPlace({ carryOut, probe, judge, commandMs, monotonicMs }),
    partitions,
    park: createPark({ store, partitions, nowIso }),
    deadLetters,
    metrics,
    logger,
  });

  const policy = redrivePolicyOf(settings);
  const redriver = createRedriver({
    store,
    carryOut,
    deadLetters,
    commandMs,
    nowMs,
    newId: randomUUID,
    onSettled: (result) => metrics.settled(result),
  });
  const sweep = createSweep({
    store,
    redriver,
    probe,
    policy,
    nowMs,
    logger,
    onParked: (streams) => metrics.parked(streams),
  });
  const stopping = new AbortController();
  const sweepUntilStopped = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sweep(stopping.signal).catch((error: unknown) => logger.warn("cannot see what is parked", { error }));
      await pause(settings.PARKED_SWEEP_MS, stopping.signal);
    }
  };

  const adminApp = createHealthApp(registry, { sidecar: async () => sidecar.checkHealth() });
  addParkedRoutes(adminApp, { store, redriver, policy, nowMs, logger });
  const admin = await listen(adminApp, settings.HTTP_PORT);
  const deliveries = await listen(createDeliveryApp(handle, logger), settings.APP_PORT, {
    maxHeaderSize: largestHeaderBytes,
  });
  void sweepUntilStopped();
  return {
    logger,
    stop: async () => {
      stopping.abort();
      await deliveries.close(drainDeadlineMs);
      await admin.close(adminDrainDeadlineMs);
      await Promise.all([sidecar.close(), deadLetters.close()]);
    },
  };
});
