import type { Decision } from "./decision.ts";
import type { FieldIssue } from "./answer.ts";

/**
 * Who sends a command: anyone outside (`execute`), the process manager (`drive`), or the reminder that the stream itself
 * has set, which only the host of the stream delivers.
 */
export type Issuer = "outside" | "process-manager" | "reminder";

/** Everything a decider may know beside the command and the state; time and identity come from here, never from a clock. */
export interface DecisionContext {
  readonly streamId: string;
  readonly commandId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly issuer: Issuer;
}

/** An event as the domain sees it: a past-tense type and its fields. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

export type ParsedCommand<Command> =
  | { readonly valid: true; readonly command: Command }
  | { readonly valid: false; readonly issues: readonly FieldIssue[] };

export type StreamType = "Order" | "StockItem";

/** The command that a reminder delivers. */
export interface WakeCommand {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The pure core of one actor type, as the host runs it.
 *
 * `decide` and `evolve` are synchronous and have no effects; `evolve` never refuses history.
 */
export interface Aggregate<State, Command, Event extends DomainEvent> {
  readonly streamType: StreamType;
  /** Raised when the meaning of `State` changes: a stored snapshot of another version is ignored and the stream is folded again. */
  readonly stateVersion: number;
  readonly initial: State;
  /** Parses the type and fields of a command that came from outside. */
  parseCommand(type: string, fields: unknown): ParsedCommand<Command>;
  decide(command: Command, state: State, context: DecisionContext): Decision<Event>;
  evolve(state: State, event: Event, at: string): State;
  /** Parses a stored event, upcasting older schema versions. Throws if the stored data is not an event of this aggregate. */
  decodeEvent(type: string, schemaVersion: number, data: unknown): Event;
  /** The schema version written for events of this type today. */
  schemaVersionOf(type: Event["type"]): number;
  /** Parses a stored snapshot state of `stateVersion`. Throws if it is not one. */
  decodeState(state: unknown): State;
  /** The status that callers see, for example `Placed`. */
  statusOf(state: State): string;
  /**
   * When something in this state falls due (ISO 8601, UTC, milliseconds), be it in the past; undefined if nothing ever does.
   * An aggregate in which something does has `wakeCommand` too: the host sends it, as the issuer `reminder`, once the time has
   * come, and again while the next state still has something due.
   */
  nextWakeAt?(state: State): string | undefined;
  readonly wakeCommand?: WakeCommand;
}
