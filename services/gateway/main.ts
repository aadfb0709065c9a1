import { openContainers } from "../platform/cosmos.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createGateway } from "./app.ts";
import { createCursorCodec } from "./cursor.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createReadModel } from "./read-model.ts";
import { createReadinessChecks } from "./readiness.ts";
import { readGatewaySettings } from "./settings.ts";

/** Longer than the idle timeout of common load balancers, so that it is they who close a connection. */
const keepAliveTimeoutMs = 65_000;
/** A whole request, its body included, must have arrived by then. */
const requestTimeoutMs = 30_000;
const drainDeadlineMs = 4_000;

await runService("gateway", async () => {
  const settings = readGatewaySettings(process.env);
  const logger = createLogger("gateway", settings.LOG_LEVEL);
  const registry = createRegistry("gateway");
  const sidecar = createSidecar(settings.DAPR_HTTP_PORT);
  const readModel = createReadModel(openContainers(settings));
  const app = createGateway({
    sidecar,
    readModel,
    cursors: createCursorCodec(settings.CURSOR_KEY),
    metrics: createGatewayMetrics(registry),
    registry,
    logger,
    checks: createReadinessChecks(sidecar, readModel),
  });
  const server = await listen(app, settings.HTTP_PORT, {
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
  });
  return {
    logger,
    stop: async () => {
      await server.close(drainDeadlineMs);
      await sidecar.close();
    },
  };
});
