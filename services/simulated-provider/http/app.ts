import { setTimeout as delay } from "node:timers/promises";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";
import { z } from "zod";
import { unreachable } from "../../../actors/kernel/decision.ts";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import { identifier } from "../../../actors/kernel/stream-id.ts";
import { addHealthRoutes } from "../../platform/health.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Registry } from "../../platform/metrics.ts";
import { behaviour } from "../behaviour/behaviour.ts";
import type { Handled, Provider } from "../provider.ts";
import type { ProviderStore } from "../storage/store.ts";
import { sendProblem } from "./problem.ts";
import { questions } from "./questions.ts";
import { accountView, isKnown, totalsView } from "./views.ts";

const bodyLimitBytes = 256 * 1024;

export interface ProviderAppDependencies {
  readonly provider: Provider;
  readonly store: Pick<ProviderStore, "readAccount" | "readTotals" | "outbox">;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Told how every request was answered: `decided`, `repeated`, or the code of the problem. */
  readonly onAnswer: (request: string, result: string) => void;
}

const requireJson: RequestHandler = (request, response, next) => {
  if (/^application\/json\s*(;|$)/i.test(request.get("Content-Type") ?? "")) next();
  else sendProblem(response, "UnsupportedMediaType", "The Content-Type must be application/json.");
};

const readJson: readonly RequestHandler[] = [
  requireJson,
  express.json({ limit: bodyLimitBytes, inflate: false, type: () => true }),
];

const invalid = "The request is invalid; errors names every wrong field.";

/** What express and its body parser throw for a bad request. */
const requestError = z.object({ status: z.int().min(400).max(499) });

const createErrorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const bad = requestError.safeParse(error);
    const reason = error instanceof Error ? error.message : String(error);
    if (response.headersSent) next(error);
    else if (!bad.success) {
      logger.error("a request failed", { path: request.path, error });
      sendProblem(response, "InternalError", "The reason is in the log.");
    } else if (bad.data.status === 413)
      sendProblem(response, "PayloadTooLarge", `A body has at most ${bodyLimitBytes} bytes.`);
    else if (bad.data.status === 415) sendProblem(response, "UnsupportedMediaType", reason);
    else sendProblem(response, "MalformedBody", reason);
  };

/** The HTTP API of the simulated provider, with its health routes. */
export const createProviderApp = (dependencies: ProviderAppDependencies): Express => {
  const { provider, store, registry, logger, onAnswer } = dependencies;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Kafka's being away is no reason to call nobody: what is to be sent waits on disk.
  addHealthRoutes(app, registry, {
    ledger: async () => {
      store.readTotals();
    },
  });

  const send = async (name: string, handled: Handled<object>, response: Response): Promise<void> => {
    switch (handled.kind) {
      case "refused":
        onAnswer(name, handled.code);
        return sendProblem(response, handled.code, handled.detail);
      case "full":
        onAnswer(name, "TooManyMessages");
        return sendProblem(response, "TooManyMessages", "Too many messages wait to be sent.");
      case "answered": {
        const { answer, isNew, fate } = handled;
        onAnswer(name, isNew ? "decided" : "repeated");
        if (fate.delayMs > 0) await delay(fate.delayMs, undefined, { ref: false });
        if (fate.isLost) response.destroy();
        else response.json(answer);
        return undefined;
      }
      default:
        return unreachable(handled);
    }
  };

  for (const question of questions) {
    const { path, name } = question;
    app.post(path, ...readJson, async (request, response) => {
      const asked = question.ask(provider, request.body);
      if ("handled" in asked) return send(name, asked.handled, response);
      onAnswer(name, "InvalidRequest");
      return sendProblem(response, "InvalidRequest", invalid, asked.issues);
    });
  }

  app.get("/ledger", (_request, response) => {
    response.json(totalsView(store.readTotals(), store.outbox.count()));
  });
  app.get("/ledger/:orderId", (request, response) => {
    const { orderId } = request.params;
    const account = identifier.safeParse(orderId).success ? store.readAccount(orderId) : undefined;
    if (account !== undefined && isKnown(account)) response.json(accountView(account));
    else sendProblem(response, "UnknownOrder", `Nothing was asked for an order ${orderId}.`);
  });

  app.get("/behaviour", (_request, response) => {
    response.json(provider.behaviour());
  });
  app.put("/behaviour", ...readJson, (request, response) => {
    const wanted = behaviour.safeParse(request.body);
    if (!wanted.success) return sendProblem(response, "InvalidRequest", invalid, fieldIssuesOf(wanted.error));
    provider.setBehaviour(wanted.data);
    return response.json(provider.behaviour());
  });
  app.delete("/behaviour", (_request, response) => {
    provider.resetBehaviour();
    response.json(provider.behaviour());
  });

  app.use((request, response) => {
    sendProblem(response, "UnknownRoute", `There is no ${request.method} ${request.path}.`);
  });
  app.use(createErrorHandler(logger));
  return app;
};
