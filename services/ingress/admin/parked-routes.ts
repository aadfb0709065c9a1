import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { z } from "zod";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import { text } from "../../../actors/kernel/fields.ts";
import type { Logger } from "../../platform/logger.ts";
import { SidecarUnavailable } from "../../platform/sidecar.ts";
import type { RedrivePolicy } from "../parking/parked-stream.ts";
import type { Redriver } from "../parking/redriver.ts";
import { ParkingUnavailable, type ParkedStore } from "../parking/store.ts";
import { RedriveUnderWay } from "../parking/stream-lease.ts";
import { sendProblem } from "./problem.ts";
import { viewOfAudit, viewOfMessage, viewOfStream } from "./views.ts";

export interface ParkedRoutesParts {
  readonly store: Pick<ParkedStore, "listStreams" | "streamsOf" | "listMessages" | "listAudit">;
  readonly redriver: Redriver;
  readonly policy: RedrivePolicy;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

const bodyLimitBytes = 16 * 1024;
const largestPage = 500;

const streamPath = z.object({ streamId: z.string() });
const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(largestPage).default(100),
  after: z.string().min(1).max(512).optional(),
});
const auditQuery = page.extend({ streamId: z.string().min(1).max(512).optional() });
const redriveBody = z.strictObject({ by: text(128) });
const discardBody = z.strictObject({ by: text(128), reason: text(300), messageId: z.string().min(1).max(512) });

/** A request that names a wrong field. */
class InvalidRequest extends Error {
  readonly issues: ReturnType<typeof fieldIssuesOf>;

  constructor(error: z.ZodError) {
    super("errors names every field that is wrong.");
    this.issues = fieldIssuesOf(error);
  }
}

const parse = <Output>(schema: z.ZodType<Output>, input: unknown): Output => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(parsed.error);
};

/** A page came to an end if it is shorter than was asked for. */
const nextAfter = (found: readonly { readonly sortKey: string }[], limit: number): string | null =>
  found.length < limit ? null : (found.at(-1)?.sortKey ?? null);

/** Refuses every body that is not JSON: so no page of another origin can have a browser send one. */
const requireJson: RequestHandler = (request, response, next) => {
  if (request.is("application/json") === false)
    sendProblem(response, "unsupportedMediaType", "The Content-Type must be application/json.");
  else next();
};

const errorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) next(error);
    else if (error instanceof InvalidRequest) sendProblem(response, "invalid", error.message, error.issues);
    else if (error instanceof RedriveUnderWay) sendProblem(response, "redriveUnderWay", error.message);
    else if (error instanceof ParkingUnavailable || error instanceof SidecarUnavailable)
      sendProblem(response, "unavailable", error.message);
    else if (z.object({ status: z.int().min(400).max(499) }).safeParse(error).success)
      sendProblem(response, "invalid", error instanceof Error ? error.message : "The request is malformed.");
    else {
      logger.error("a request failed", { path: request.path, error });
      sendProblem(response, "internalError", "The reason is in the log.");
    }
  };

const notParked = (streamId: string): string => `Nothing of ${streamId} is parked.`;

/** Adds what operators need for parked messages: to look at them, to redrive and to discard them, and to see who did. */
export const addParkedRoutes = (app: Express, { store, redriver, policy, nowMs, logger }: ParkedRoutesParts): void => {
  const readJson = express.json({ limit: bodyLimitBytes, type: () => true });

  app.get("/parked", async (request, response) => {
    const { limit, after } = parse(page, request.query);
    const streams = (await store.listStreams({ after, limit })).map(({ stream }) => stream);
    response.json({
      streams: streams.map((stream) => viewOfStream(stream, policy, nowMs())),
      nextAfter: nextAfter(streams, limit),
    });
  });

  app.get("/parked/:streamId", async (request, response) => {
    const { streamId } = parse(streamPath, request.params);
    const { limit, after } = parse(page, request.query);
    const [streams, messages] = await Promise.all([
      store.streamsOf(streamId),
      store.listMessages(streamId, { after, limit }),
    ]);
    if (streams.length === 0) {
      sendProblem(response, "notParked", notParked(streamId));
      return;
    }
    response.json({
      streamId,
      streams: streams.map(({ stream }) => viewOfStream(stream, policy, nowMs())),
      messages: messages.map(viewOfMessage),
      nextAfter: nextAfter(messages, limit),
    });
  });

  app.post("/parked/:streamId/redrive", requireJson, readJson, async (request, response) => {
    const { streamId } = parse(streamPath, request.params);
    const { by } = parse(redriveBody, request.body);
    const report = await redriver.redrive(streamId, by);
    if (report === undefined) sendProblem(response, "notParked", notParked(streamId));
    else response.json(report);
  });

  app.post("/parked/:streamId/discard", requireJson, readJson, async (request, response) => {
    const { streamId } = parse(streamPath, request.params);
    const { by, reason, messageId } = parse(discardBody, request.body);
    const message = await redriver.discard(streamId, messageId, reason, by);
    if (message === undefined) sendProblem(response, "notParked", `${messageId} of ${streamId} is not parked.`);
    else response.json(viewOfMessage(message));
  });

  app.get("/parked-audit", async (request, response) => {
    const { limit, after, streamId } = parse(auditQuery, request.query);
    const entries = await store.listAudit(streamId, { after, limit });
    response.json({ entries: entries.map(viewOfAudit), nextAfter: nextAfter(entries, limit) });
  });

  app.use((request, response) =>
    sendProblem(response, "unknownRoute", `There is no ${request.method} ${request.path}.`),
  );
  app.use(errorHandler(logger));
};
