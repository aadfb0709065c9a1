import { expect } from "@jest/globals";
import type { Aggregate, DomainEvent, Issuer } from "../../actors/kernel/aggregate.ts";
import { specificationTime, stateAfter } from "./state-after.ts";

export { specificationTime, stateAfter } from "./state-after.ts";

/** What has to follow from the command. */
export interface Outcome<Event> {
  /** Exactly these events, in this order. */
  then(...expected: readonly Event[]): void;
  /** The command is accepted and changes nothing, since it was satisfied before. */
  thenNothing(): void;
  /** The command is refused for the reason `code`; the message is for people and may change. */
  thenRejected(code: string): void;
  /** The command is refused for this reason, and decided anew when it comes again. */
  thenRejectedForNow(code: string): void;
}

export interface Given<Command, Event> {
  /** Someone outside sends the command. */
  when(command: Command): Outcome<Event>;
  /** The process manager sends the command. */
  whenProcessManager(command: Command): Outcome<Event>;
  /** The reminder of the stream sends the command. */
  whenReminded(command: Command): Outcome<Event>;
}

/**
 * Makes the words in which an actor type is specified: `given(placed).when(cancel).then(cancelled)`.
 *
 * @param streamId the stream that every command is sent to.
 */
export const specificationOf = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  streamId: string,
) => {
  const outcomeOf = (history: readonly Event[], command: Command, issuer: Issuer): Outcome<Event> => {
    const context = { streamId, commandId: "specified-command", at: specificationTime, issuer };
    const decision = aggregate.decide(command, stateAfter(aggregate, history), context);
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- It reads as the sentence it is, and a forgotten one fails.
      then: (...expected) => expect(decision).toEqual({ outcome: "accepted", events: expected }),
      thenNothing: () => expect(decision).toEqual({ outcome: "accepted", events: [] }),
      thenRejected: (code) =>
        expect(decision).toEqual({ outcome: "rejected", rejection: { code, message: expect.any(String) } }),
      thenRejectedForNow: (code) =>
        expect(decision).toEqual({
          outcome: "rejected",
          rejection: { code, message: expect.any(String), isForNow: true },
        }),
    };
  };
  const given = (...history: readonly Event[]): Given<Command, Event> => ({
    when: (command) => outcomeOf(history, command, "outside"),
    whenProcessManager: (command) => outcomeOf(history, command, "process-manager"),
    whenReminded: (command) => outcomeOf(history, command, "reminder"),
  });
  return { given };
};
