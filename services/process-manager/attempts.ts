import { unlessAborted, untilItSucceeds, type BackOff } from "../platform/change-feed/waiting.ts";
import type { Logger } from "../platform/logger.ts";
import type { Breaker } from "./breaker.ts";

/**
 * A step could not be taken in the time that one stream may hold up the others, or was refused although it must not be. Whoever
 * catches this has to see to it that the event is handled again.
 */
export class StepLeft extends Error {
  override readonly name = "StepLeft";
}

export type Provider = "payment" | "carrier";

/** Makes calls that may be repeated without harm, as often as they are worth it. */
export interface Attempts {
  /**
   * Calls an actor. Repeated for as long as the actors as such are away, since then nothing else could be done either;
   * if others answer and this one does not, it is left.
   *
   * @throws StepLeft; the signal's reason once it aborts
   */
  ofActor<Result>(what: string, attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /**
   * Calls a provider once, since the port itself repeats what is worth it, and not at all while it is known to be away.
   *
   * @throws StepLeft; the signal's reason once it aborts
   */
  ofProvider<Result>(
    provider: Provider,
    what: string,
    attempt: () => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}

export interface AttemptsParts {
  /** Whether actors answer at all. */
  readonly actorsAnswer: () => Promise<boolean>;
  readonly breakers: Readonly<Record<Provider, Breaker>>;
  readonly onFault: () => void;
  readonly logger: Logger;
  /** After so many failures of a call it is asked whether the actors as such are away. */
  readonly triesInPlace: number;
  readonly backOff: BackOff;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const leave = (what: string, error: unknown): StepLeft =>
  new StepLeft(`cannot ${what}: ${reasonOf(error)}`, { cause: error });

export const createAttempts = (parts: AttemptsParts): Attempts => {
  const { actorsAnswer, breakers, onFault, logger, triesInPlace, backOff } = parts;
  return {
    ofActor: async (what, attempt, signal) =>
      untilItSucceeds(attempt, signal, backOff, async (error, failures) => {
        onFault();
        logger.warn("a call failed", { what, failures, error });
        if (failures >= triesInPlace && (await unlessAborted(actorsAnswer(), signal))) throw leave(what, error);
      }),
    ofProvider: async (provider, what, attempt, signal) => {
      signal.throwIfAborted();
      try {
        return await unlessAborted(breakers[provider].call(attempt), signal);
      } catch (error) {
        signal.throwIfAborted();
        onFault();
        throw leave(what, error);
      }
    },
  };
};
