import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import helmet from "helmet";
import { z } from "zod";
import { addHealthRoutes, type ReadinessCheck } from "../platform/health.ts";
import type { Logger } from "../platform/logger.ts";
import type { Registry } from "../platform/metrics.ts";
import { SidecarUnavailable } from "../platform/sidecar.ts";
import { createOrderCommandHandler, createStockCommandHandler, type CommandDependencies } from "./commands.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { createStuckOrdersHandler } from "./operations.ts";
import { sendProblem, unavailable, type Problem } from "./problem.ts";
import {
  createEventsHandler,
  createListHandler,
  createOrderHandler,
  createStockHandler,
  type QueryDependencies,
} from "./queries.ts";
import { StoreUnavailable } from "./read-model.ts";
import { correlate, correlationIdOf } from "./request-headers.ts";

/** The largest body of a command, in bytes. */
export const bodyLimitBytes = 256 * 1024;

export interface GatewayDependencies extends CommandDependencies, QueryDependencies {
  readonly sidecar: CommandDependencies["sidecar"];
  readonly metrics: GatewayMetrics;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
}

/** JSON is UTF-8; the media type has no other parameter that would change its meaning. */
const isPlainJson = (contentType: string): boolean => {
  const [mediaType, ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  return (
    mediaType === "application/json" &&
    parameters.every((parameter) => !parameter.startsWith("charset=") || /^charset="?utf-8"?$/.test(parameter))
  );
};

/** Refuses every body that is not plain JSON before a byte of it is read. */
const requireJson: RequestHandler = (request, response, next) => {
  if (isPlainJson(request.get("Content-Type") ?? "")) next();
  else {
    const detail = "The Content-Type must be application/json.";
    sendProblem(response, { kind: "unsupportedMediaType", code: "UnsupportedMediaType", detail });
  }
};

/** The answers are for programs: a browser that is led to one may run or frame nothing of it. */
const protect = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
});

const readJson = express.json({ limit: bodyLimitBytes, inflate: false, type: () => true });

const refuseMethod =
  (...allowed: readonly string[]): RequestHandler =>
  (request, response) => {
    response.set("Allow", allowed.join(", "));
    const detail = `${request.method} is not among ${allowed.join(", ")}.`;
    sendProblem(response, { kind: "methodNotAllowed", code: "MethodNotAllowed", detail });
  };

const refuseRoute: RequestHandler = (request, response) => {
  sendProblem(response, { kind: "unknownRoute", code: "UnknownRoute", detail: `There is no ${request.path}.` });
};

/** What express and its body parser throw for a bad request; `type` is set by the body parser only. */
const requestError = z.object({ status: z.int().min(400).max(499), type: z.string().optional() });

const problemOfRequestError = ({ status, type }: z.output<typeof requestError>, error: unknown): Problem => {
  const reason = error instanceof Error ? error.message : "The request is malformed.";
  if (status === 413)
    return { kind: "payloadTooLarge", code: "PayloadTooLarge", detail: `A body has at most ${bodyLimitBytes} bytes.` };
  if (status === 415) return { kind: "unsupportedMediaType", code: "UnsupportedMediaType", detail: reason };
  if (type === undefined) return { kind: "invalid", code: "InvalidRequest", detail: reason };
  return { kind: "malformedBody", code: "MalformedBody", detail: reason };
};

const createErrorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const correlationId = correlationIdOf(response);
    const bad = requestError.safeParse(error);
    if (error instanceof SidecarUnavailable || error instanceof StoreUnavailable) {
      logger.warn("a part is away", { correlationId, path: request.path, part: error.name, reason: error.message });
      const part = error instanceof StoreUnavailable ? "The database" : "The order's actor or its store";
      sendProblem(
        response,
        unavailable(`${part} did not answer in time; repeat the request, with the same Idempotency-Key.`),
      );
    } else if (bad.success) {
      sendProblem(response, problemOfRequestError(bad.data, error));
    } else {
      logger.error("a request failed", { correlationId, path: request.path, error });
      const detail = "The reason is in the log, under this request's X-Correlation-Id.";
      sendProblem(response, { kind: "internalError", code: "InternalError", detail });
    }
  };

/** The whole HTTP API. It holds nothing itself: everything it needs is in the arguments. */
export const createGateway = (dependencies: GatewayDependencies): Express => {
  const app = express();
  app.disable("x-powered-by");
  // The ETag of an order is its version; express would otherwise hash every body.
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.use(dependencies.metrics.measure, protect, correlate);

  addHealthRoutes(app, dependencies.registry, dependencies.checks);
  const openApiDocument = createOpenApiDocument();
  app.get("/openapi.json", (_request, response) => {
    response.json(openApiDocument);
  });
  app.all(["/healthz", "/readyz", "/metrics", "/openapi.json"], refuseMethod("GET", "HEAD"));

  app.route("/v1/orders").get(createListHandler(dependencies)).all(refuseMethod("GET", "HEAD"));
  app.route("/v1/orders/:orderId").get(createOrderHandler(dependencies)).all(refuseMethod("GET", "HEAD"));
  app.route("/v1/orders/:orderId/events").get(createEventsHandler(dependencies)).all(refuseMethod("GET", "HEAD"));
  app
    .route("/v1/orders/:orderId/commands")
    .post(requireJson, readJson, createOrderCommandHandler(dependencies))
    .all(refuseMethod("POST"));
  app.route("/v1/stock/:sku/:location").get(createStockHandler(dependencies)).all(refuseMethod("GET", "HEAD"));
  app
    .route("/v1/stock/:sku/:location/commands")
    .post(requireJson, readJson, createStockCommandHandler(dependencies))
    .all(refuseMethod("POST"));

  app.route("/v1/operations/stuck-orders").get(createStuckOrdersHandler(dependencies)).all(refuseMethod("GET", "HEAD"));

  app.use(refuseRoute);
  app.use(createErrorHandler(dependencies.logger));
  return app;
};
