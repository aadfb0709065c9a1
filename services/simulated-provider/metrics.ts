import { Counter, Gauge, type Registry } from "../platform/metrics.ts";
import type { Outbox } from "./storage/outbox.ts";

export interface ProviderMetrics {
  /** Counts a request, by what it was answered with: `decided`, `repeated`, or the code of a problem. */
  readonly countAnswer: (request: string, result: string) => void;
  /** Counts an attempt to send a message. */
  readonly countSending: (result: "sent" | "failed") => void;
}

/** The provider's metrics; what waits in the outbox is looked up when it is asked for. */
export const createProviderMetrics = (
  registry: Registry,
  outbox: Pick<Outbox, "count" | "nextDueAt">,
  nowMs: () => number,
): ProviderMetrics => {
  const requests = new Counter({
    name: "simulated_provider_requests_total",
    help: "Requests by what they were answered with: decided, repeated, or the code of a problem.",
    labelNames: ["request", "result"],
    registers: [registry],
  });
  const sendings = new Counter({
    name: "simulated_provider_sendings_total",
    help: "Attempts to send a message to Kafka: sent, or failed and repeated.",
    labelNames: ["result"],
    registers: [registry],
  });
  const waiting: Gauge = new Gauge({
    name: "simulated_provider_waiting_messages",
    help: "Messages that are not sent yet, those that are not due among them.",
    registers: [registry],
    collect: () => waiting.set(outbox.count()),
  });
  const overdue: Gauge = new Gauge({
    name: "simulated_provider_overdue_seconds",
    help: "For how long the message that is due first has been due; 0 if none is.",
    registers: [registry],
    collect: () => {
      const now = nowMs();
      overdue.set(Math.max(0, now - (outbox.nextDueAt() ?? now)) / 1_000);
    },
  });
  return {
    countAnswer: (request, result) => requests.inc({ request, result }),
    countSending: (result) => sendings.inc({ result }),
  };
};
