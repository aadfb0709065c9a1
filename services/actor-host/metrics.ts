import type { TurnObserver } from "../../actors/host/actor-methods.ts";
import type { HostedActorType } from "../../actors/host/create-actor-type.ts";
import type { Publication, PublicationStats } from "../../actors/host/publication/publication.ts";
import type { StreamObserver } from "../../actors/host/stream-access.ts";
import type { Logger } from "../platform/logger.ts";
import { Counter, Gauge, Histogram, type Registry } from "../platform/metrics.ts";

/** Counts and logs what the turns of a host report. */
export const createHostObserver = (registry: Registry, logger: Logger): StreamObserver & TurnObserver => {
  const turns = new Histogram({
    name: "actor_turn_seconds",
    help: "Duration of turns, waiting included, by actor type, method and outcome.",
    labelNames: ["type", "method", "outcome"],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers: [registry],
  });
  const loads = new Counter({
    name: "actor_loads_total",
    help: "Streams read from the store, by reason.",
    labelNames: ["reason"],
    registers: [registry],
  });
  const appends = new Counter({
    name: "actor_appends_total",
    help: "Batches written to the store, by outcome.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  return {
    loaded: (reason) => loads.inc({ reason }),
    appended: (outcome) => appends.inc({ outcome }),
    turnEnded: ({ streamType, method, outcome, durationMs }) =>
      turns.observe({ type: streamType, method, outcome }, durationMs / 1_000),
    turnFailed: ({ error, ...turn }) =>
      error === undefined ? logger.warn("a turn failed", turn) : logger.error("a turn failed", { ...turn, error }),
  };
};

const publicationGauges: readonly { name: string; help: string; read: (stats: PublicationStats) => number }[] = [
  { name: "publication_queued_events", help: "Stored events that wait for Kafka.", read: (stats) => stats.queued },
  { name: "publication_in_flight_events", help: "Events on their way to Kafka.", read: (stats) => stats.inFlight },
  {
    name: "publication_streams_behind",
    help: "Streams to be read again before publishing.",
    read: (stats) => stats.behind,
  },
  {
    name: "publication_oldest_unpublished_seconds",
    help: "Age of the oldest event known not to be in Kafka.",
    read: (stats) => stats.oldestUnpublishedMs / 1_000,
  },
  {
    name: "publication_unsettled_seqs",
    help: "Seqs that hold up or except the watermark.",
    read: (stats) => stats.unsettled,
  },
  {
    name: "publication_excepted_seqs",
    help: "Seqs of unknown outcome in the watermark; at its limit the watermark stands still.",
    read: (stats) => stats.excepted,
  },
  {
    name: "publication_overflows",
    help: "Commits that found the queue full since the start.",
    read: (stats) => stats.overflowed,
  },
  {
    name: "publication_published",
    help: "Events acknowledged by Kafka since the start.",
    read: (stats) => stats.published,
  },
  { name: "publication_failed", help: "Publishes to be repeated since the start.", read: (stats) => stats.failed },
];

/** Shows what the publication and the hosted types hold, read whenever the metrics are. */
export const watchHost = (
  registry: Registry,
  publication: Publication,
  types: Readonly<Record<string, HostedActorType>>,
): void => {
  for (const { name, help, read } of publicationGauges) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => gauge.set(read(publication.stats())),
    });
  }
  const streams: Gauge<"type"> = new Gauge({
    name: "actor_streams_in_memory",
    help: "Streams whose state is in memory, by actor type.",
    labelNames: ["type"],
    registers: [registry],
    collect: () => {
      for (const [type, hosted] of Object.entries(types)) streams.set({ type }, hosted.streamsInMemory());
    },
  });
  const pending: Gauge<"type"> = new Gauge({
    name: "actor_turns_pending",
    help: "Turns that run or wait, by actor type.",
    labelNames: ["type"],
    registers: [registry],
    collect: () => {
      for (const [type, hosted] of Object.entries(types)) pending.set({ type }, hosted.pendingTurns());
    },
  });
};
