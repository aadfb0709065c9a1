import { Counter, Histogram, type Registry } from "../platform/metrics.ts";
import type { DeadLetterCause } from "./classify.ts";

/** What became of one delivery of a message. */
export type DeliveryOutcome = "accepted" | "replayed" | "redelivered" | DeadLetterCause;

export interface IngressMetrics {
  /** Counts a delivery and how long it took, in seconds. */
  observe(outcome: DeliveryOutcome, seconds: number): void;
}

export const createIngressMetrics = (registry: Registry): IngressMetrics => {
  const deliveries = new Counter({
    name: "ingress_deliveries_total",
    help: "Deliveries of messages by outcome: accepted, replayed, redelivered (a fault), or why it was dead-lettered.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "ingress_delivery_duration_seconds",
    help: "Time from a delivery to its acknowledgement.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers: [registry],
  });
  return {
    observe: (outcome, seconds) => {
      deliveries.inc({ outcome });
      durations.observe(seconds);
    },
  };
};
