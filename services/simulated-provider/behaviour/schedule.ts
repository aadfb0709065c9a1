import { unreachable } from "../../../actors/kernel/decision.ts";
import type { PlannedMessage } from "../ledger/decision.ts";
import type { ProviderMessage } from "../messages/message.ts";
import type { Behaviour } from "./behaviour.ts";
import { chanceOf, pickFrom } from "./chance.ts";

/** One sending of a message. */
export interface Sending {
  readonly message: ProviderMessage;
  /** 0 for the message itself, 1 for its duplicate. */
  readonly copy: number;
  /** The CloudEvent id under which it is sent. */
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

/**
 * When messages are sent, and how often: each after its own time and the behaviour's delay, some kept back for longer, some
 * twice.
 *
 * @param nowMs when they were decided, in milliseconds since the epoch
 */
export const schedule = (behaviour: Behaviour, planned: readonly PlannedMessage[], nowMs: number): Sending[] =>
  planned.flatMap(({ message, afterMs }) => {
    const { seed, messageDelayMs, reorderRate, reorderWithinMs, duplicateRate, duplicateIds } = behaviour;
    const draw = (what: string, copy: number): number => chanceOf(seed, what, message.id, copy);
    const dueAt = (copy: number): number => {
      const delayMs = pickFrom(messageDelayMs, draw("messageDelay", copy));
      const isKeptBack = draw("reorder", copy) < reorderRate;
      const keptBackMs = isKeptBack ? pickFrom({ least: 1, most: reorderWithinMs }, draw("reorderWithin", copy)) : 0;
      return nowMs + afterMs + delayMs + keptBackMs;
    };
    const first: Sending = { message, copy: 0, eventId: message.id, dueAt: dueAt(0) };
    if (draw("duplicate", 0) >= duplicateRate) return [first];
    const eventId = duplicateIds === "same" ? message.id : `${message.id}/again`;
    // A duplicate never comes before what it repeats.
    return [first, { message, copy: 1, eventId, dueAt: Math.max(first.dueAt, dueAt(1)) }];
  });

/** What becomes of the first answer to a request. */
export interface AnswerFate {
  readonly delayMs: number;
  /** The connection ends without the answer. */
  readonly isLost: boolean;
}

/** An answer that comes at once: what a repeated request gets, or it might never get any. */
export const atOnce: AnswerFate = { delayMs: 0, isLost: false };

/** How the first answer to the request named by `about` fares. */
export const fateOfAnswer = (behaviour: Behaviour, ...about: readonly string[]): AnswerFate => {
  const { seed, answerDelayMs, lostAnswerRate } = behaviour;
  return {
    delayMs: pickFrom(answerDelayMs, chanceOf(seed, "answerDelay", ...about)),
    isLost: chanceOf(seed, "lostAnswer", ...about) < lostAnswerRate,
  };
};

/** The order in which messages that were held are let go; each is named by its sequence number and its event id. */
export const releaseSequence = <Held extends { readonly seq: number; readonly eventId: string }>(
  { seed, releaseOrder }: Behaviour,
  held: readonly Held[],
): Held[] => {
  switch (releaseOrder) {
    case "asSent":
      return [...held];
    case "reversed":
      return held.toReversed();
    case "shuffled": {
      const placeOf = new Map(held.map(({ seq, eventId }) => [seq, chanceOf(seed, "release", eventId, seq)]));
      return held.toSorted((a, b) => (placeOf.get(a.seq) ?? 0) - (placeOf.get(b.seq) ?? 0));
    }
    default:
      return unreachable(releaseOrder);
  }
};
