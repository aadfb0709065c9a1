import express, { type ErrorRequestHandler, type Express } from "express";
import type { Logger } from "../platform/logger.ts";
import { recordOfDelivery } from "./delivery.ts";
import type { RecordHandler } from "./handle-record.ts";

/** Where the subscription sends every record. */
export const deliveryRoute = "/order-commands";

/**
 * A record of 1 MiB is 4/3 of that in the delivery's base64, and a topic may be set to take larger ones. A record that is
 * refused here would block its partition, so the bound is far above; what is too large for a command is a dead letter.
 */
const deliveryLimitBytes = 16 * 1024 * 1024;
/** A key of 1 MiB comes escaped, three characters for each byte, as a header. */
export const largestHeaderBytes = 4 * 1024 * 1024;

/** The sidecar acknowledges the record. */
const success = { status: "SUCCESS" };
/**
 * The sidecar delivers the same record again. It goes with a 5xx, since with a 2xx a body that did not arrive whole would be
 * taken for a success, and never with a 404, which the sidecar takes for a dropped message.
 */
const retry = { status: "RETRY" };

/** The application that the sidecar delivers to. Only a record that is carried out or dead-lettered is answered with 200. */
export const createDeliveryApp = (handle: RecordHandler, logger: Logger): Express => {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");

  app.post(deliveryRoute, express.json({ limit: deliveryLimitBytes, type: () => true }), async (request, response) => {
    const handled = await handle(recordOfDelivery(request.body, request.headers));
    if (handled === "done") response.json(success);
    else response.status(503).json(retry);
  });

  app.post("/{*unknown}", (request, response) => {
    logger.error("a delivery came to an unknown route; the subscription names the wrong one", { path: request.path });
    response.status(500).json(retry);
  });

  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    logger.error("a delivery failed", { path: request.path, error });
    if (response.headersSent) next(error);
    else response.status(500).json(retry);
  };
  app.use(onError);
  return app;
};
