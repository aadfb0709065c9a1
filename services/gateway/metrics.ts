import type { RequestHandler } from "express";
import { z } from "zod";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import { Counter, Histogram, type Registry } from "../platform/metrics.ts";

export interface GatewayMetrics {
  /** Counts and times every request under its route's template. */
  readonly measure: RequestHandler;
  /** Counts a command by what became of it: accepted, replayed, unavailable, or the kind of its error. */
  countCommand(streamType: StreamType, commandType: string, outcome: string): void;
}

const matchedRoute = z.object({ path: z.string() });

/** The template that matched; never the path itself, which would make a series of its own for every order. */
const routeOf = (route: unknown): string => {
  const parsed = matchedRoute.safeParse(route);
  return parsed.success ? parsed.data.path : "unmatched";
};

export const createGatewayMetrics = (registry: Registry): GatewayMetrics => {
  const requests = new Counter({
    name: "gateway_http_requests_total",
    help: "Requests answered, by method, route template and status.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "gateway_http_request_duration_seconds",
    help: "Time from the request's headers to the end of the answer.",
    labelNames: ["method", "route"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const commands = new Counter({
    name: "gateway_commands_total",
    help: "Commands by what became of them.",
    labelNames: ["stream_type", "command_type", "outcome"],
    registers: [registry],
  });
  return {
    measure: (request, response, next) => {
      const startedAt = performance.now();
      response.once("finish", () => {
        const route = routeOf(request.route);
        requests.inc({ method: request.method, route, status: response.statusCode });
        durations.observe({ method: request.method, route }, (performance.now() - startedAt) / 1_000);
      });
      next();
    },
    countCommand: (streamType, commandType, outcome) => {
      commands.inc({ stream_type: streamType, command_type: commandType, outcome });
    },
  };
};
