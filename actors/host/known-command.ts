import type { CommandAnswer } from "../kernel/answer.ts";
import { StoreFault, type EventStore } from "../event-store/event-store.ts";
import type { AppendedCommand, OutcomeItem } from "../event-store/items.ts";
import { accepted, commandIdReused, rejected } from "./answers.ts";
import type { Deadline } from "./deadline.ts";
import { readTimeoutMs } from "./load-stream.ts";
import { recentCommandOf, type RecentCommands } from "./recent-commands.ts";

/** What this command id was answered, if the stream has an outcome for it. */
export type KnownCommand =
  | { readonly kind: "appended"; readonly requestHash: string; readonly command: Omit<AppendedCommand, "id"> }
  | { readonly kind: "remembered"; readonly requestHash: string; readonly outcome: OutcomeItem };

const remembered = (outcome: OutcomeItem): KnownCommand => ({
  kind: "remembered",
  requestHash: outcome.requestHash,
  outcome,
});

/**
 * Looks a command id up: in the index of the stream, and in the whole partition once the index has lost an entry. Throws
 * `StoreFault` if that cannot be read.
 */
export const findKnownCommand = async (
  store: EventStore,
  streamId: string,
  recent: RecentCommands,
  commandId: string,
  deadline: Deadline,
): Promise<KnownCommand | undefined> => {
  const limit = { timeoutMs: deadline.atMost(readTimeoutMs) };
  const indexed = recentCommandOf(recent, commandId);
  if (indexed !== undefined) {
    if ("eventTypes" in indexed) return { kind: "appended", requestHash: indexed.requestHash, command: indexed };
    const outcome = await store.readOutcome(streamId, commandId, limit);
    if (outcome === undefined) throw new StoreFault(`the outcome of ${commandId} on ${streamId} is missing`, false);
    return remembered(outcome);
  }
  if (recent.complete) return undefined;
  const { events, outcome } = await store.findCommand(streamId, commandId, limit);
  if (outcome !== undefined) return remembered(outcome);
  const last = events.at(-1);
  if (last === undefined) return undefined;
  const command = {
    requestHash: last.requestHash,
    version: last.version,
    status: last.statusAfter,
    eventTypes: events.map((event) => event.type),
  };
  return { kind: "appended", requestHash: last.requestHash, command };
};

/** The answer to a command that has an outcome: the first one, unless the id now carries another request. */
export const answerKnown = (
  streamId: string,
  known: KnownCommand,
  requestHash: string,
  replayed: boolean,
): CommandAnswer => {
  if (known.requestHash !== requestHash) return commandIdReused();
  if (known.kind === "appended") return accepted(streamId, known.command, replayed);
  const { answer } = known.outcome;
  return "ok" in answer
    ? accepted(streamId, { ...answer.ok, eventTypes: [] }, replayed)
    : rejected(answer.rejected, answer.rejected.version, replayed);
};
