import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import type { FieldIssue } from "../../actors/kernel/answer.ts";
import { commandId, outsideCommandId } from "../../actors/kernel/envelope.ts";
import { parseFields } from "./field-issues.ts";
import { invalidRequest, sendProblem } from "./problem.ts";

const correlationHeader = "X-Correlation-Id";

/** A correlation id obeys the same rule as a command id. */
export const correlationId = commandId;

/** Gives every request a correlation id, its own or a new one, and echoes it; one that cannot be kept is a 400. */
export const correlate: RequestHandler = (request, response, next) => {
  const given = request.get(correlationHeader);
  const parsed = correlationId.safeParse(given ?? randomUUID());
  response.set(correlationHeader, parsed.success ? parsed.data : randomUUID());
  if (parsed.success) next();
  else
    sendProblem(
      response,
      invalidRequest(parsed.error.issues.map(({ message }) => ({ field: correlationHeader, message }))),
    );
};

/** The correlation id that `correlate` gave the request. */
export const correlationIdOf = (response: Response): string => response.get(correlationHeader) ?? randomUUID();

/** The version a caller decided on: a version, merely that something exists, or nothing. */
export type Expectation =
  | { readonly kind: "none" }
  | { readonly kind: "exists" }
  | { readonly kind: "version"; readonly version: number };

/** The ETag of a version, and the only form of `If-Match` beside `*`. */
export const ifMatch = z
  .string()
  .regex(/^(\*|"(0|[1-9]\d{0,14})")$/, 'must be "<version>" in double quotes, or *')
  .transform(
    (text): Expectation =>
      text === "*" ? { kind: "exists" } : { kind: "version", version: Number(text.slice(1, -1)) },
  );

/** W3C trace context of version 00; anything else is ignored, as that standard asks. */
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export interface CommandHeaders {
  readonly commandId: string;
  readonly expectation: Expectation;
  readonly traceparent: string | undefined;
}

const commandHeaders = z.object({
  "Idempotency-Key": z.string("is required").pipe(outsideCommandId),
  "If-Match": ifMatch.optional(),
});

/** The headers of a command, or every header that is missing or wrong. */
export const readCommandHeaders = (
  request: Request,
):
  | { readonly valid: true; readonly value: CommandHeaders }
  | { readonly valid: false; readonly issues: readonly FieldIssue[] } => {
  const parsed = parseFields(commandHeaders, {
    "Idempotency-Key": request.get("Idempotency-Key"),
    "If-Match": request.get("If-Match"),
  });
  if (!parsed.valid) return parsed;
  const traceparent = request.get("traceparent");
  return {
    valid: true,
    value: {
      commandId: parsed.value["Idempotency-Key"],
      expectation: parsed.value["If-Match"] ?? { kind: "none" },
      traceparent: traceparent !== undefined && traceparentPattern.test(traceparent) ? traceparent : undefined,
    },
  };
};
