import type { StreamType } from "../../../../actors/kernel/aggregate.ts";
import type { RecordedEvent } from "../../../../actors/kernel/recorded-event.ts";
import { drivePublication } from "../../../../actors/host/publication/create-publication.ts";
import { createPublicationCore } from "../../../../actors/host/publication/create-publication-core.ts";
import type { Publication } from "../../../../actors/host/publication/publication.ts";
import type { PublicationCore } from "../../../../actors/host/publication/publication-core.ts";
import type {
  PublicationLimits,
  PublicationPorts,
  PublishEntry,
} from "../../../../actors/host/publication/publication-ports.ts";
import { bodiesAsStored } from "../events.ts";
import { markOf, type Outside } from "./outside.ts";
import { all, newCall, type Outcome, type Pending } from "./pending.ts";

/** Rules left out or broken, to show that the checks notice. */
export interface Sabotage {
  readonly core?: (core: PublicationCore) => PublicationCore;
  readonly ports?: (ports: PublicationPorts) => PublicationPorts;
  readonly publication?: (publication: Publication) => Publication;
}

export interface Surroundings {
  readonly outside: Outside;
  readonly limits: PublicationLimits;
  readonly sabotage: Sabotage;
  /** The clock that all hosts share, in milliseconds. */
  readonly clock: { now: number };
  /** What may still happen although nobody waits for it any more. */
  readonly late: (effect: () => void) => void;
}

/** One start of an actor host. */
export interface Host {
  readonly epoch: string;
  readonly publication: Publication;
  readonly pending: Pending[];
  readonly timers: ReadonlyArray<{ readonly at: number; readonly callback: () => void }>;
  /** SIGSTOP: nothing of it runs until it goes on. */
  paused: boolean;
  /** Seqs whose commit had an unknown outcome. */
  readonly unknownSeqs: () => number;
  readonly hasTurn: (streamId: string) => boolean;
  readonly hasInMemory: (streamId: string) => boolean;
  readonly passivate: (streamId: string) => void;
  /** Starts a turn that appends this many events. */
  readonly command: (streamId: string, eventCount: number) => void;
  /** The relay's turn: how far the stream is published, as far as the host knows; 0 if it cannot read the stream. */
  readonly flush: (streamId: string, version: number) => Promise<number>;
  readonly fireTimer: () => void;
}

export const streamTypeOf = (streamId: string): StreamType => (streamId.includes("~") ? "StockItem" : "Order");

type CommitResult = "stored" | "refused" | "unknown";

const good = (label: string, ...steps: ReadonlyArray<() => void>): Outcome => ({ label, happen: all(...steps) });
const storeFault = (label: string, ...steps: ReadonlyArray<() => void>): Outcome => ({
  ...good(label, ...steps),
  faultOf: "store",
});
const kafkaFault = (label: string, ...steps: ReadonlyArray<() => void>): Outcome => ({
  ...good(label, ...steps),
  faultOf: "kafka",
});

export const startHost = (epoch: string, { outside, limits, sabotage, clock, late }: Surroundings): Host => {
  const pending: Pending[] = [];
  const timers: Array<{ at: number; callback: () => void }> = [];
  const memory = new Map<string, number>();
  const turns = new Set<string>();
  let unknownSeqs = 0;

  const ask = <Answer>(
    label: string,
    outcomes: (call: ReturnType<typeof newCall<Answer>>) => readonly Outcome[],
    lateEffect?: () => void,
  ): Promise<Answer> => {
    const call = newCall<Answer>();
    pending.push({ label, outcomes: () => outcomes(call), lateEffect });
    return call.promise;
  };

  /** A read sees what was there when it was asked, or when it is answered. */
  const askToRead = <Answer>(label: string, read: () => Answer): Promise<Answer> => {
    const asked = read();
    return ask(label, ({ answer, fail }) => [
      good("now", answer(read())),
      good("as asked", answer(asked)),
      storeFault("fails", fail("the store is away")),
    ]);
  };

  const commitEffect = (events: readonly RecordedEvent[]) => (): void => {
    if (outside.admits(events)) outside.store(events);
  };

  const commit = (events: readonly RecordedEvent[]): Promise<CommitResult> => {
    const effect = commitEffect(events);
    return ask<CommitResult>(
      `commit ${events[0]?.streamId}/${events[0]?.version}`,
      ({ answer }) => {
        const never = [storeFault("is refused", answer("refused")), storeFault("is lost", answer("unknown"))];
        if (!outside.admits(events)) return [good("conflicts", answer("unknown")), ...never];
        return [
          good("is stored", effect, answer("stored")),
          storeFault("is stored, unanswered", effect, answer("unknown")),
          storeFault("is late", () => late(effect), answer("unknown")),
          ...never,
        ];
      },
      effect,
    );
  };

  const publishEffect = (entries: readonly PublishEntry[]) => (): void => {
    for (const { streamId, version, bodies } of entries) {
      for (const body of bodies) outside.publish(streamId, version, body);
    }
  };

  const ports: PublicationPorts = {
    now: () => clock.now,
    toBodies: bodiesAsStored,
    monotonicNow: () => clock.now,
    log: { warn: () => undefined },
    startTimer: (delayMs, callback) => {
      const timer = { at: clock.now + delayMs, callback };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    readEvents: async (streamId, after, limit) =>
      askToRead(`read ${streamId} after ${after}`, () => outside.stream(streamId).slice(after, after + limit)),
    readWatermark: async (hostEpoch) => askToRead(`read watermark ${hostEpoch}`, () => outside.watermark(hostEpoch)),
    writeWatermark: async (watermark) => {
      const effect = (): void => outside.writeWatermark(watermark);
      return ask<void>(
        `write watermark ${watermark.through} except [${watermark.except.join()}]`,
        ({ answer, fail }) => [
          good("is stored", effect, answer()),
          storeFault("is stored, unanswered", effect, fail("no answer")),
          storeFault("is late", () => late(effect), fail("no answer")),
          storeFault("is lost", fail("the store is away")),
        ],
        effect,
      );
    },
    publishBulk: async (topic, entries) => {
      const streamIds = entries.map(({ streamId }) => streamId);
      if (new Set(streamIds).size < entries.length) outside.broken.push("a bulk holds two events of one stream");
      const everything = publishEffect(entries);
      const failing = (index: number): ReadonlySet<string> => new Set(streamIds.slice(index, index + 1));
      return ask<ReadonlySet<string>>(
        `publish ${topic} ${entries.map(({ streamId, version }) => `${streamId}/${version}`).join()}`,
        ({ answer, fail }) => [
          good("is acknowledged", everything, answer(new Set())),
          kafkaFault("is stored, unanswered", everything, fail("no answer")),
          kafkaFault("is late", () => late(everything), fail("no answer")),
          kafkaFault("is lost", fail("Kafka is away")),
          ...entries.flatMap((_, index) => [
            kafkaFault(`fails for ${index}`, publishEffect(entries.toSpliced(index, 1)), answer(failing(index))),
            kafkaFault(`is stored but fails for ${index}`, everything, answer(failing(index))),
          ]),
        ],
        everything,
      );
    },
  };

  const core = createPublicationCore(epoch, limits, bodiesAsStored);
  const driven = drivePublication(sabotage.core?.(core) ?? core, sabotage.ports?.(ports) ?? ports, limits);
  const publication = sabotage.publication?.(driven) ?? driven;

  const load = async (streamId: string): Promise<number> => {
    memory.delete(streamId);
    const version = await askToRead(`load ${streamId}`, () => outside.stream(streamId).length);
    publication.loaded(streamId, streamTypeOf(streamId), version);
    memory.set(streamId, version);
    return version;
  };

  const append = async (streamId: string, version: number, eventCount: number): Promise<CommitResult> => {
    const ticket = publication.beginAppend(streamId, eventCount);
    const events = ticket.hostSeqs.map(
      (hostSeq, index): RecordedEvent => ({
        kind: "event",
        streamType: streamTypeOf(streamId),
        streamId,
        version: version + 1 + index,
        type: "Marked",
        schemaVersion: 1,
        data: { mark: markOf({ hostEpoch: epoch, hostSeq }) },
        at: "2026-01-01T00:00:00.000Z",
        commandId: "c",
        commandType: "Mark",
        requestHash: "h",
        statusAfter: "Marked",
        correlationId: "c",
        causationId: "c",
        by: "test",
        hostEpoch: epoch,
        hostSeq,
      }),
    );
    const result = await commit(events);
    if (result === "stored") publication.committed(ticket, events);
    else if (result === "refused") publication.abandoned(ticket);
    else {
      publication.unknown(ticket, version + 1);
      unknownSeqs += eventCount;
    }
    return result;
  };

  /** Runs a turn and gives its result; 0 if the stream could not be read. */
  const turn = async (streamId: string, work: () => Promise<number>): Promise<number> => {
    turns.add(streamId);
    try {
      return await work();
    } catch {
      return 0;
    } finally {
      turns.delete(streamId);
    }
  };

  return {
    epoch,
    publication,
    pending,
    timers,
    paused: false,
    unknownSeqs: () => unknownSeqs,
    hasTurn: (streamId) => turns.has(streamId),
    hasInMemory: (streamId) => memory.has(streamId),
    passivate: (streamId) => void memory.delete(streamId),

    command: (streamId, eventCount) => {
      void turn(streamId, async () => {
        const version = memory.get(streamId) ?? (await load(streamId));
        const result = await append(streamId, version, eventCount);
        if (result !== "stored") return load(streamId);
        memory.set(streamId, version + eventCount);
        return version + eventCount;
      });
    },

    flush: async (streamId, version) =>
      turn(streamId, async () => {
        const inMemory = memory.get(streamId) ?? 0;
        if (inMemory < version) await load(streamId);
        else publication.loaded(streamId, streamTypeOf(streamId), inMemory);
        return publication.publishedThrough(streamId) ?? 0;
      }),

    fireTimer: () => {
      const next = timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      timers.splice(timers.indexOf(next), 1);
      clock.now = Math.max(clock.now, next.at);
      next.callback();
    },
  };
};
