import { Counter, Gauge, Histogram, type Registry } from "../platform/metrics.ts";
import type { DeadLetterCause } from "./classify.ts";
import type { AuditResult, ParkedStream } from "./parking/items.ts";

/** What became of one delivery of a message. */
export type DeliveryOutcome =
  | "accepted"
  | "replayed"
  | "redelivered"
  | "parked"
  | "parkedBehind"
  | "discarded"
  | DeadLetterCause;

export interface IngressMetrics {
  /** Counts a delivery and how long it took, in seconds. */
  observe(outcome: DeliveryOutcome, seconds: number): void;
  /** Counts what became of a parked message. */
  settled(result: AuditResult): void;
  /** Everything that is parked at this moment, by whichever instance. */
  parked(streams: readonly ParkedStream[]): void;
}

/** Registers the metrics; `nowMs` gives the milliseconds since the epoch. */
export const createIngressMetrics = (registry: Registry, nowMs: () => number): IngressMetrics => {
  const deliveries = new Counter({
    name: "ingress_deliveries_total",
    help: "Deliveries of messages by outcome: accepted, replayed, redelivered (a part is away), parked, parkedBehind, discarded, or why it was dead-lettered.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "ingress_delivery_duration_seconds",
    help: "Time from a delivery to its acknowledgement.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers: [registry],
  });
  const settlements = new Counter({
    name: "ingress_parked_settled_total",
    help: "Parked messages by what a redrive or an operator made of them; fault: it waits on.",
    labelNames: ["result"],
    registers: [registry],
  });
  const streams = new Gauge({
    name: "ingress_parked_streams",
    help: "Streams of which messages are parked, in the whole system.",
    registers: [registry],
  });
  const messages = new Gauge({
    name: "ingress_parked_messages",
    help: "Messages that are parked, in the whole system.",
    registers: [registry],
  });
  let waitingSinceMs: number | undefined;
  registry.registerMetric(
    new Gauge({
      name: "ingress_parked_oldest_seconds",
      help: "How long the message that was parked first has been waiting; 0 if none is.",
      registers: [],
      collect() {
        this.set(waitingSinceMs === undefined ? 0 : Math.max(0, nowMs() - waitingSinceMs) / 1_000);
      },
    }),
  );
  return {
    observe: (outcome, seconds) => {
      deliveries.inc({ outcome });
      durations.observe(seconds);
    },
    settled: (result) => settlements.inc({ result }),
    parked: (found) => {
      streams.set(found.length);
      messages.set(found.reduce((sum, stream) => sum + stream.messages, 0));
      const times = found.map(({ waitingSince }) => Date.parse(waitingSince));
      waitingSinceMs = times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
    },
  };
};
