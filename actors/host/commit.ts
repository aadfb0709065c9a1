import {
  StoreFault,
  type AppendBatch,
  type AppendResult,
  type EventStore,
  type SnapshotCondition,
} from "../event-store/event-store.ts";
import type { OutcomeItem, SnapshotItem } from "../event-store/items.ts";
import type { EventDraft } from "./compose-batch.ts";
import type { Deadline } from "./deadline.ts";
import { hitFailpoint } from "./failpoint.ts";
import type { AppendTicket, Publication } from "./publication/publication.ts";
import type { StreamObserver } from "./stream-access.ts";

const appendTimeoutMs = 3_000;

/** What a commit stores beside its events. */
export interface CommitTarget {
  readonly streamId: string;
  readonly snapshot: SnapshotItem;
  readonly condition: SnapshotCondition;
}

/** Stores what a command decided. Both methods throw `StoreFault` if the outcome is not known. */
export interface Commit {
  /** Stores events and snapshot, and hands the events to the publication once they are stored. */
  events(target: CommitTarget, drafts: readonly EventDraft[], deadline: Deadline): Promise<AppendResult>;
  outcome(target: CommitTarget, outcome: OutcomeItem, deadline: Deadline): Promise<AppendResult>;
}

export interface CommitParts {
  readonly store: Pick<EventStore, "append">;
  readonly publication: Pick<Publication, "hostEpoch" | "beginAppend" | "committed" | "abandoned" | "unknown">;
  readonly observer: StreamObserver;
}

const numbered = (
  drafts: readonly EventDraft[],
  hostEpoch: string,
  { hostSeqs }: AppendTicket,
): AppendBatch["events"] =>
  drafts.map((draft, index) => {
    const hostSeq = hostSeqs[index];
    if (hostSeq === undefined) throw new Error(`a ticket for ${drafts.length} events has ${hostSeqs.length} seqs`);
    return { ...draft, hostEpoch, hostSeq };
  });

export const createCommit = ({ store, publication, observer }: CommitParts): Commit => {
  const append = async (batch: AppendBatch, deadline: Deadline): Promise<AppendResult> => {
    try {
      hitFailpoint("before-append", batch.streamId);
      const result = await store.append(batch, { timeoutMs: deadline.atMost(appendTimeoutMs) });
      if (result.outcome === "committed") hitFailpoint("after-append", batch.streamId);
      observer.appended(result.outcome);
      return result;
    } catch (error) {
      observer.appended(error instanceof StoreFault && !error.sent ? "notSent" : "unknown");
      throw error;
    }
  };

  return {
    events: async (target, drafts, deadline) => {
      const { streamId, snapshot } = target;
      const ticket = publication.beginAppend(streamId, drafts.length);
      const firstVersion = snapshot.version - drafts.length + 1;
      let events: AppendBatch["events"];
      let result: AppendResult;
      try {
        events = numbered(drafts, publication.hostEpoch, ticket);
        result = await append({ ...target, events }, deadline);
      } catch (error) {
        if (error instanceof StoreFault && !error.sent) publication.abandoned(ticket);
        else publication.unknown(ticket, firstVersion);
        throw error;
      }
      // A conflict may be answered to the second attempt of a pipeline whose first attempt was stored.
      if (result.outcome === "committed") publication.committed(ticket, events);
      else publication.unknown(ticket, firstVersion);
      return result;
    },

    outcome: async (target, outcome, deadline) => append({ ...target, events: [], outcome }, deadline),
  };
};
