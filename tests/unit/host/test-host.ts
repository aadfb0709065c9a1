import { commandAnswer, readAnswer, type CommandAnswer, type ReadAnswer } from "../../../actors/kernel/answer.ts";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import type { ActorMethod } from "../../../actors/host/actor-host.ts";
import { createActorType, defaultLimits, type ActorTypeLimits } from "../../../actors/host/create-actor-type.ts";
import type { AppendTicket } from "../../../actors/host/publication/publication.ts";
import type { EventStore } from "../../../actors/event-store/event-store.ts";
import { bodiesAsStored } from "../publication/events.ts";
import { counterAggregate } from "./counter.ts";

/** How a ticket ended. */
export type Ending = "committed" | "abandoned" | "unknown";

/** A publication that only writes down what it is told. */
export const createRecordingPublication = (hostEpoch: string) => {
  const endings = new Map<number, Ending>();
  const committed: RecordedEvent[] = [];
  const loads: { streamId: string; version: number }[] = [];
  let lastSeq = 0;
  const end = (ticket: AppendTicket, ending: Ending): void => {
    for (const seq of ticket.hostSeqs) {
      if (endings.has(seq)) throw new Error(`seq ${seq} ended twice`);
      endings.set(seq, ending);
    }
  };
  return {
    endings,
    published: committed,
    loads,
    seqs: () => lastSeq,
    publication: {
      hostEpoch,
      beginAppend: (streamId: string, eventCount: number): AppendTicket => {
        const hostSeqs = Array.from({ length: eventCount }, (_, index) => lastSeq + 1 + index);
        lastSeq += eventCount;
        return { streamId, hostSeqs };
      },
      committed: (ticket: AppendTicket, events: readonly RecordedEvent[]) => {
        end(ticket, "committed");
        committed.push(...events);
      },
      abandoned: (ticket: AppendTicket) => end(ticket, "abandoned"),
      unknown: (ticket: AppendTicket) => end(ticket, "unknown"),
      loaded: (streamId: string, _streamType: string, version: number) => void loads.push({ streamId, version }),
      publishedThrough: () => undefined,
    },
  };
};

/** A clock that moves on by a millisecond each time it is asked. */
const tickingClock = (): (() => string) => {
  let ms = Date.UTC(2026, 0, 1);
  return () => new Date((ms += 1)).toISOString();
};

/** One process that hosts counters on a store, and what can be seen of it. */
export const createTestHost = (
  store: EventStore,
  options: {
    readonly epoch?: string;
    readonly limits?: Partial<ActorTypeLimits>;
    readonly now?: () => string;
    readonly stateVersion?: number;
  } = {},
) => {
  const recorder = createRecordingPublication(options.epoch ?? crypto.randomUUID());
  const failures: { code: string; error?: unknown }[] = [];
  const reloads: string[] = [];
  const type = createActorType({
    aggregate: { ...counterAggregate, stateVersion: options.stateVersion ?? counterAggregate.stateVersion },
    isStreamId: (actorId) => actorId !== "not-a-stream",
    store,
    publication: recorder.publication,
    toBodies: bodiesAsStored,
    reminders: { set: async () => undefined },
    now: options.now ?? tickingClock(),
    observer: {
      loaded: (reason) => void reloads.push(reason),
      appended: () => undefined,
      turnEnded: () => undefined,
      turnFailed: (failure) => void failures.push(failure),
    },
    limits: { ...defaultLimits, backOffMs: 0, ...options.limits },
  });
  const call = async (streamId: string, method: ActorMethod, body: unknown): Promise<unknown> => {
    // What the sidecar carries is JSON.
    const answer = await type.handler.handle(streamId, method, JSON.parse(JSON.stringify(body)));
    return JSON.parse(JSON.stringify(answer));
  };
  return {
    ...recorder,
    failures,
    reloads,
    type,
    call,
    execute: async (
      streamId: string,
      commandId: string,
      type: string,
      data: CommandEnvelope["data"] = {},
      fields: Partial<CommandEnvelope> = {},
    ): Promise<CommandAnswer> =>
      commandAnswer.parse(await call(streamId, "execute", { commandId, type, data, ...fields })),
    read: async (streamId: string): Promise<ReadAnswer> => readAnswer.parse(await call(streamId, "read", {})),
  };
};
export type TestHost = ReturnType<typeof createTestHost>;

/** The version of an accepted answer, or the code of a refusal: short enough to compare at a glance. */
export const gist = (answer: CommandAnswer): string =>
  "ok" in answer
    ? `${answer.ok.version}${answer.ok.replayed ? " replayed" : ""}`
    : `${answer.error.code}${answer.error.replayed === true ? " replayed" : ""}`;
