/**
 * What a decider answers: the events that the command causes, or a refusal.
 * A refusal is a value; a decider throws only for a bug.
 */
export interface Rejection {
  /** Stable, machine-readable reason, for example `OrderNotPlaced`. */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** What is in the way goes by: nothing is remembered, and the same command, sent again, is decided anew. */
  readonly isForNow?: true;
}

export type Decision<Event> =
  | { readonly outcome: "accepted"; readonly events: readonly Event[] }
  | { readonly outcome: "rejected"; readonly rejection: Rejection };

/** Accepts the command; no events means that it was satisfied already. */
export const accept = <Event>(...events: readonly Event[]): Decision<Event> => ({ outcome: "accepted", events });

/** Refuses the command. */
export const reject = (code: string, message: string): Decision<never> => ({
  outcome: "rejected",
  rejection: { code, message },
});

/** Refuses the command for as long as something is in its way that has nothing to do with it. */
export const rejectForNow = (code: string, message: string): Decision<never> => ({
  outcome: "rejected",
  rejection: { code, message, isForNow: true },
});

/** Ends an exhaustive switch: it does not compile while a variant is left out. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
