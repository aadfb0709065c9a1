import type { CarriedOut } from "../../../../../services/ingress/carry-out.ts";

/** Streams with one outcome per command id, which can be broken one by one or all together. */
export interface Actors {
  readonly broken: Set<string>;
  outage: boolean;
  /** Command ids with their outcome, in the order in which they got it. */
  readonly outcomes: ReadonlyMap<string, readonly string[]>;
  carryOut(streamId: string, commandId: string): CarriedOut;
}

/** `onOutcome` is told when a command gets its outcome. A command whose id says so is refused. */
export const createActors = (onOutcome: (streamId: string, commandId: string) => void): Actors => {
  const outcomes = new Map<string, string[]>();
  const actors: Actors = {
    broken: new Set(),
    outage: false,
    outcomes,
    carryOut: (streamId, commandId) => {
      if (actors.outage || actors.broken.has(streamId)) return { kind: "fault", reason: "it is broken" };
      const known = outcomes.get(streamId) ?? [];
      const replayed = known.includes(commandId);
      if (!replayed) {
        outcomes.set(streamId, [...known, commandId]);
        onOutcome(streamId, commandId);
      }
      return commandId.endsWith("refused")
        ? { kind: "refused", reason: { cause: "Rejected", detail: "No." } }
        : { kind: "done", outcome: replayed ? "replayed" : "accepted" };
    },
  };
  return actors;
};
