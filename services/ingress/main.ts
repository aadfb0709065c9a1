import { createHealthApp } from "../platform/health.ts";
import { listen } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createRegistry } from "../platform/metrics.ts";
import { runService } from "../platform/run-service.ts";
import { createSidecar } from "../platform/sidecar.ts";
import { createDeliveryApp, largestHeaderBytes } from "./app.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createRecordHandler } from "./handle-record.ts";
import { createIngressMetrics } from "./metrics.ts";
import { readIngressSettings } from "./settings.ts";

/** A delivery that is cut off here is delivered again. */
const drainDeadlineMs = 3_500;
const healthDrainDeadlineMs = 500;

await runService("ingress", async () => {
  const settings = readIngressSettings(process.env);
  const logger = createLogger("ingress", settings.LOG_LEVEL);
  const registry = createRegistry("ingress");
  const sidecar = createSidecar(settings.DAPR_HTTP_PORT);
  const deadLetters = createDeadLetters(settings.DAPR_HTTP_PORT);
  const handle = createRecordHandler({ sidecar, deadLetters, metrics: createIngressMetrics(registry), logger });

  const health = await listen(
    createHealthApp(registry, { sidecar: async () => sidecar.checkHealth() }),
    settings.HTTP_PORT,
  );
  const deliveries = await listen(createDeliveryApp(handle, logger), settings.APP_PORT, {
    maxHeaderSize: largestHeaderBytes,
  });
  return {
    logger,
    stop: async () => {
      await deliveries.close(drainDeadlineMs);
      await health.close(healthDrainDeadlineMs);
      await Promise.all([sidecar.close(), deadLetters.close()]);
    },
  };
});
