import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import type { AcceptedAnswer, FieldIssue } from "../../actors/kernel/answer.ts";
import type { CommandEnvelope } from "../../actors/kernel/envelope.ts";
import { identifier, stockStreamId } from "../../actors/kernel/stream-id.ts";
import { parseCommandWith } from "../../actors/kernel/parse-command.ts";
import { orderCommandSchemas } from "../../actors/order/schemas.ts";
import { stockItemCommandSchemas } from "../../actors/stock-item/schemas.ts";
import { SidecarUnavailable, type Sidecar } from "../platform/sidecar.ts";
import { parseFields } from "./field-issues.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { invalidRequest, problemOfAnswer, sendProblem, type Problem } from "./problem.ts";
import { correlationIdOf, readCommandHeaders, type CommandHeaders } from "./request-headers.ts";

export const orderPath = z.object({ orderId: identifier });
export const stockPath = z.object({ sku: identifier, location: identifier });

/** What differs between the commands of an order and those of a stock item. */
interface CommandTarget<Path> {
  readonly streamType: StreamType;
  readonly path: z.ZodType<Path>;
  /** The commands that anyone may send. Those of the process manager are as unknown here as any other word. */
  readonly schemas: Readonly<Record<string, z.ZodObject>>;
  readonly streamIdOf: (path: Path) => string;
  readonly present: (path: Path, answer: AcceptedAnswer) => object;
}

const orderTarget: CommandTarget<z.output<typeof orderPath>> = {
  streamType: "Order",
  path: orderPath,
  schemas: orderCommandSchemas,
  streamIdOf: ({ orderId }) => orderId,
  present: ({ orderId }, { version, status, events }) => ({ orderId, version, status, events }),
};

const stockTarget: CommandTarget<z.output<typeof stockPath>> = {
  streamType: "StockItem",
  path: stockPath,
  schemas: stockItemCommandSchemas,
  streamIdOf: ({ sku, location }) => stockStreamId(sku, location),
  present: ({ sku, location }, { version, events }) => ({ sku, location, version, events }),
};

const commandBody = z.looseObject(
  { type: z.string("must be the type of a command") },
  "must be a JSON object with the command's type and fields",
);

interface CommandRequest<Path> {
  readonly path: Path;
  readonly type: string;
  readonly fields: Record<string, unknown>;
  readonly headers: CommandHeaders;
}

/** The type of a command as a label: one of those known, never a caller's own words. */
const typeLabel = (schemas: Readonly<Record<string, unknown>>, body: unknown): string => {
  const parsed = commandBody.safeParse(body);
  return parsed.success && Object.hasOwn(schemas, parsed.data.type) ? parsed.data.type : "unknown";
};

/** Reads path, headers and body, all of them, so that one answer names everything that is wrong. */
const readCommandRequest = <Path>(
  target: CommandTarget<Path>,
  request: Request,
):
  | { readonly valid: true; readonly value: CommandRequest<Path> }
  | { readonly valid: false; readonly issues: FieldIssue[] } => {
  const path = parseFields(target.path, request.params);
  const headers = readCommandHeaders(request);
  const body = parseFields(commandBody, request.body);
  const { type = "", ...fields } = body.valid ? body.value : {};
  const command = body.valid ? parseCommandWith(target.schemas, type, fields) : body;
  if (path.valid && headers.valid && command.valid)
    return { valid: true, value: { path: path.value, type, fields, headers: headers.value } };
  return { valid: false, issues: [path, headers, command].flatMap((part) => (part.valid ? [] : part.issues)) };
};

const envelopeOf = ({ type, fields, headers }: CommandRequest<unknown>, correlationId: string): CommandEnvelope => ({
  commandId: headers.commandId,
  type,
  data: fields,
  by: "gateway",
  correlationId,
  ...(headers.expectation.kind === "version" ? { expectedVersion: headers.expectation.version } : {}),
  ...(headers.traceparent === undefined ? {} : { traceparent: headers.traceparent }),
});

export interface CommandDependencies {
  readonly sidecar: Pick<Sidecar, "command" | "read">;
  readonly metrics: GatewayMetrics;
}

const createCommandHandler =
  <Path>(target: CommandTarget<Path>, { sidecar, metrics }: CommandDependencies): RequestHandler =>
  async (request: Request, response: Response) => {
    const count = (outcome: string): void =>
      metrics.countCommand(target.streamType, typeLabel(target.schemas, request.body), outcome);

    const read = readCommandRequest(target, request);
    if (!read.valid) {
      count("invalid");
      sendProblem(response, invalidRequest(read.issues));
      return;
    }
    const command = read.value;
    const streamId = target.streamIdOf(command.path);
    try {
      // A stream never vanishes, so what exists before the command exists when it is decided.
      if (command.headers.expectation.kind === "exists") {
        const found = await sidecar.read(target.streamType, streamId);
        if ("error" in found) {
          const problem = problemOfAnswer(found.error);
          const refusal: Problem =
            problem.kind === "unknownStream"
              ? { ...problem, kind: "versionConflict", code: "VersionConflict" }
              : problem;
          count(refusal.kind);
          sendProblem(response, refusal);
          return;
        }
      }
      const envelope = envelopeOf(command, correlationIdOf(response));
      const answer = await sidecar.command("execute", target.streamType, streamId, envelope);
      if ("error" in answer) {
        count(answer.error.kind);
        if (answer.error.replayed === true) response.set("Idempotent-Replayed", "true");
        sendProblem(response, problemOfAnswer(answer.error));
        return;
      }
      count(answer.ok.replayed ? "replayed" : "accepted");
      if (answer.ok.replayed) response.set("Idempotent-Replayed", "true");
      response.set("ETag", `"${answer.ok.version}"`).json(target.present(command.path, answer.ok));
    } catch (error) {
      count(error instanceof SidecarUnavailable ? "unavailable" : "failed");
      throw error;
    }
  };

/** `POST /v1/orders/{orderId}/commands`. */
export const createOrderCommandHandler = (dependencies: CommandDependencies): RequestHandler =>
  createCommandHandler(orderTarget, dependencies);

/** `POST /v1/stock/{sku}/{location}/commands`. */
export const createStockCommandHandler = (dependencies: CommandDependencies): RequestHandler =>
  createCommandHandler(stockTarget, dependencies);
