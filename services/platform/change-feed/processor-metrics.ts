import { Counter, Gauge, type Registry } from "../metrics.ts";
import type { ChangeFeedProcessor, ProcessorMetrics } from "./processor.ts";

export interface RegisteredProcessorMetrics extends ProcessorMetrics {
  /** Asks the processors for their progress at every scrape, so that the lag grows while a batch hangs. */
  watch(...processors: readonly ChangeFeedProcessor[]): void;
}

/** Registers the metrics of the change feed; once per registry. */
export const createProcessorMetrics = (registry: Registry): RegisteredProcessorMetrics => {
  const watched: ChangeFeedProcessor[] = [];
  const handled = new Counter({
    name: "change_feed_handled_events_total",
    help: "Events of batches that were handled and checkpointed.",
    labelNames: ["group"],
    registers: [registry],
  });
  const failed = new Counter({
    name: "change_feed_failures_total",
    help: "Failed attempts to read, handle or checkpoint a batch or to look after leases; each is repeated.",
    labelNames: ["group", "step"],
    registers: [registry],
  });
  registry.registerMetric(
    new Gauge({
      name: "change_feed_ranges",
      help: "Feed ranges that this instance reads.",
      labelNames: ["group"],
      registers: [],
      collect() {
        this.reset();
        for (const processor of watched) this.set({ group: processor.group }, processor.progress().length);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "change_feed_lag_seconds",
      help: "Age of the oldest item of the range that is known and not handled.",
      labelNames: ["group", "range"],
      registers: [],
      collect() {
        this.reset();
        for (const processor of watched)
          for (const { range, lagSeconds } of processor.progress())
            this.set({ group: processor.group, range }, lagSeconds);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "change_feed_lag_items",
      help: "Log sequence numbers between what is handled and the newest of the range.",
      labelNames: ["group", "range"],
      registers: [],
      collect() {
        this.reset();
        for (const processor of watched)
          for (const { range, lagItems } of processor.progress())
            if (lagItems !== undefined) this.set({ group: processor.group, range }, lagItems);
      },
    }),
  );
  return {
    watch: (...processors) => {
      watched.push(...processors);
    },
    handled: (group, events) => handled.inc({ group }, events),
    failed: (group, step) => failed.inc({ group, step }),
  };
};
