import { setTimeout } from "node:timers";
import type { FaultEffect } from "../admin/fault-rule.ts";
import type { Fault, FaultRules } from "../admin/fault-rules.ts";
import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { errorBody, Refusal, SUBSTATUS } from "../errors.ts";
import type { Throttle } from "../throttling/throttle.ts";
import type { Answer } from "./answer.ts";
import { containerOf, type Operation, operationOf, rangesOf } from "./operation.ts";
import type { WireRequest } from "./request.ts";
import type { Responder } from "./response.ts";
import type { Handling } from "./routes.ts";

/** What can be switched on for tests while the endpoint runs. */
export interface Switches {
  readonly faults: FaultRules;
  readonly throttle: Throttle;
}

/** One request and what can become of it. */
export interface Exchange {
  readonly request: WireRequest;
  readonly respond: Responder;
  /** Sends half the answer and ends the connection. */
  readonly cut: Responder;
  /** Ends the connection. */
  readonly drop: () => void;
  readonly isGone: () => boolean;
  /** Serves the request and responds when what it wrote is on disk. */
  readonly serve: (respond: Responder, adjust: (handling: Handling) => Handling) => void;
}

/** Tells whether nothing is switched on: then no request needs to be looked at. */
export const isOpen = ({ faults, throttle }: Switches): boolean =>
  faults.isEmpty() && throttle.throttling.mode === "off";

const MESSAGES: Readonly<Record<number, string>> = {
  403: "The requested operation cannot be performed at this region.",
  408: "The request did not complete in the time that it had.",
  410: "The requested resource is no longer available at the server.",
  429: "Request rate is large. More Request Units may be needed, so no changes were made. Please retry this request later.",
  449: "Conflicting request to resource has been attempted. Retry to avoid conflicts.",
  500: "Unknown server error occurred when processing this request.",
  503: "Service is currently unavailable. Please retry.",
};

const tooManyRequests = (retryAfterMs: number): Answer => ({
  status: 429,
  substatus: SUBSTATUS.requestRateTooLarge,
  body: errorBody(429, MESSAGES[429] ?? ""),
  charge: 0,
  headers: { "x-ms-retry-after-ms": String(retryAfterMs) },
});

const faultAnswer = (effect: Extract<FaultEffect, { kind: "answer" }>): Answer => {
  const { status, substatus, retryAfterMs, message } = effect;
  return {
    status,
    substatus,
    body: errorBody(status, message ?? MESSAGES[status] ?? "The request was refused by a fault rule."),
    charge: status === 429 ? 0 : SMALL_CHARGE,
    ...(retryAfterMs === undefined ? {} : { headers: { "x-ms-retry-after-ms": String(retryAfterMs) } }),
  };
};

/** What costs no request units of a container's throughput: Azure holds it to limits of its own. */
const UNTHROTTLED: readonly Operation[] = ["metadata", "ranges", "queryPlan"];

/** Lets what an answer costs be known when the request has run, so that requests of the same moment feel it. */
const withSpending =
  (spend: (requestUnits: number) => void) =>
  ({ writes, run }: Handling): Handling => ({
    writes,
    run: (undo) => {
      try {
        const answer = run(undo);
        spend(answer.charge);
        return answer;
      } catch (error) {
        if (error instanceof Refusal) spend(SMALL_CHARGE);
        throw error;
      }
    },
  });

const unchanged = (handling: Handling): Handling => handling;

const serveThrottled = (endpoint: Endpoint, { throttle }: Switches, exchange: Exchange, respond: Responder): void => {
  const { request, serve } = exchange;
  const container = containerOf(endpoint, request);
  if (throttle.throttling.mode === "off" || container === undefined || UNTHROTTLED.includes(operationOf(request))) {
    serve(respond, unchanged);
    return;
  }
  const ranges = rangesOf(container, request);
  const delayMs = throttle.delayMs(container, ranges);
  if (delayMs > 0) respond(tooManyRequests(delayMs));
  else
    serve(
      respond,
      withSpending((requestUnits) => throttle.spend(container, ranges, requestUnits)),
    );
};

const goOn = (endpoint: Endpoint, switches: Switches, exchange: Exchange, effect: Fault["effect"]): void => {
  // Whoever left while a fault held the request up did not get through.
  if (exchange.isGone()) return;
  switch (effect?.kind) {
    case undefined:
      serveThrottled(endpoint, switches, exchange, exchange.respond);
      return;
    case "answer":
      exchange.respond(faultAnswer(effect));
      return;
    case "cutAnswer":
      serveThrottled(endpoint, switches, exchange, exchange.cut);
      return;
    case "drop":
      if (effect.when === "beforeCommit") exchange.drop();
      else serveThrottled(endpoint, switches, exchange, exchange.drop);
  }
};

/** Lets a request pass through what is switched on: fault rules first, then the throttle. */
export const passGate = (endpoint: Endpoint, switches: Switches, exchange: Exchange): void => {
  const { request } = exchange;
  const [kind, database, , container] = request.path;
  const fault = switches.faults.strike({
    operation: operationOf(request),
    database: kind === "dbs" ? database : undefined,
    container,
    ranges: () => {
      const target = containerOf(endpoint, request);
      return target === undefined ? [] : rangesOf(target, request).map(({ id }) => id);
    },
  });
  if (fault === undefined || fault.latencyMs === 0) goOn(endpoint, switches, exchange, fault?.effect);
  else setTimeout(() => goOn(endpoint, switches, exchange, fault.effect), fault.latencyMs);
};
