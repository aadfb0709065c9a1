import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { FlushAnswer, ReadAnswer } from "../kernel/answer.ts";
import { StoreFault } from "../event-store/event-store.ts";
import { fault, unknownStream } from "./answers.ts";
import type { Deadline } from "./deadline.ts";
import type { Publication } from "./publication/publication.ts";
import type { StreamAccess } from "./stream-access.ts";

/** The turns that write nothing. Both answer a fault if the store cannot be read. */
export interface StreamReads {
  /** The state as stored now: memory would not do, since a host that has lost the actor may still be asked. */
  read(streamId: string, deadline: Deadline): Promise<ReadAnswer>;
  /** How far the stream is published, after making sure that the publication knows of `version`. */
  flush(streamId: string, version: number, deadline: Deadline): Promise<FlushAnswer>;
}

export const createStreamReads = <State, Command, Event extends DomainEvent>(
  { streamType }: Pick<Aggregate<State, Command, Event>, "streamType">,
  streams: StreamAccess<State>,
  publication: Pick<Publication, "loaded" | "publishedThrough">,
): StreamReads => {
  const orFault = async <Answer>(streamId: string, turn: () => Promise<Answer>) => {
    try {
      return await turn();
    } catch (error) {
      streams.drop(streamId);
      if (!(error instanceof StoreFault)) throw error;
      return fault("StoreUnavailable", error.message);
    }
  };

  return {
    read: async (streamId, deadline) =>
      orFault(streamId, async () => {
        const { version, state, updatedAt } = await streams.load(streamId, "read", deadline);
        return updatedAt === undefined ? unknownStream(streamId) : { ok: { streamId, version, state, updatedAt } };
      }),

    flush: async (streamId, version, deadline) =>
      orFault(streamId, async () => {
        const known = streams.inMemory(streamId);
        if (known === undefined || known.version < version) await streams.load(streamId, "stale", deadline);
        else publication.loaded(streamId, streamType, known.version);
        return { ok: { publishedThrough: publication.publishedThrough(streamId) ?? 0 } };
      }),
  };
};
