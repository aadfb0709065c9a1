import { hitFailpoint } from "../../actors/host/failpoint.ts";
import { canonicalHash } from "../../actors/kernel/request-hash.ts";
import type { Behaviour } from "./behaviour/behaviour.ts";
import { atOnce, fateOfAnswer, releaseSequence, schedule, type AnswerFate } from "./behaviour/schedule.ts";
import type { Account } from "./ledger/account.ts";
import type { Decision, Refusal } from "./ledger/decision.ts";
import { changeOfTotals } from "./ledger/totals.ts";
import type { KeptBehaviour, ProviderStore } from "./storage/store.ts";

/** The messages that may wait to be sent in a service that runs. */
export const mostWaiting = 100_000;
/** The sendings that one request can bring about: five attempts to deliver, each told twice. */
const mostPerRequest = 10;

export interface Pending {
  readonly status: "pending";
}

/** What a request is answered with, and how the answer fares on its way. */
export type Handled<Outcome> =
  | Refusal
  /** Too many messages wait; the same request may be taken later. */
  | { readonly kind: "full" }
  | {
      readonly kind: "answered";
      readonly answer: Outcome | Pending;
      readonly isNew: boolean;
      readonly fate: AnswerFate;
    };

/** The name of a request's first answer, for chance to draw by. */
interface Asked {
  readonly orderId: string;
  readonly kind: string;
  readonly id: string;
}

/** Decides a request, given its order's account. Pure. */
export type Decide<Outcome> = (account: Account, behaviour: Behaviour) => Decision<Outcome>;

export interface Provider {
  /**
   * Decides a request on its order's account. What it decides, and the messages that tell of it, are on disk when this
   * returns.
   */
  handle<Outcome>(asked: Asked, decide: Decide<Outcome>): Handled<Outcome>;
  behaviour(): Behaviour;
  /** Behaves like this from now on, over restarts too. Messages that were held are let go if it does not hold them. */
  setBehaviour(behaviour: Behaviour): void;
  /** Behaves again as the environment says. */
  resetBehaviour(): void;
}

export interface ProviderPorts {
  readonly store: ProviderStore;
  /** The behaviour that the environment asks for. */
  readonly configured: Behaviour;
  /** The messages that may wait to be sent; a request that could need more is not taken. */
  readonly mostWaiting: number;
  readonly nowMs: () => number;
  /** Told whenever a message may be there to be sent, or held no longer. */
  readonly onMessages: () => void;
}

const pending: Pending = { status: "pending" };

/**
 * The provider on its store. A behaviour that a request set outlives restarts; one of the environment does too, with what
 * it has counted down, until the environment asks for another.
 */
export const createProvider = (ports: ProviderPorts): Provider => {
  const { store, configured, mostWaiting, nowMs, onMessages } = ports;
  const environment = canonicalHash(configured);
  const asConfigured: KeptBehaviour = { behaviour: configured, isSetByRequest: false, environment };

  const kept = (): KeptBehaviour => {
    const before = store.readBehaviour();
    if (before === undefined) return asConfigured;
    return before.isSetByRequest || before.environment === environment ? before : asConfigured;
  };

  const release = (behaviour: Behaviour): void => {
    const now = nowMs();
    store.outbox.rearrange(releaseSequence(behaviour, store.outbox.dueBy(now, mostWaiting)), now);
  };

  const replace = (next: KeptBehaviour): void => {
    store.transaction(() => {
      const wasHolding = kept().behaviour.holdMessages;
      store.writeBehaviour(next);
      if (wasHolding && !next.behaviour.holdMessages) release(next.behaviour);
    });
    onMessages();
  };

  const keepDecision = <Outcome>(
    orderId: string,
    before: Account,
    current: KeptBehaviour,
    decision: Extract<Decision<Outcome>, { kind: "decided" }>,
  ): void => {
    const now = nowMs();
    store.writeAccount(decision.account);
    store.addToTotals(changeOfTotals(before, decision.account));
    hitFailpoint("provider-before-commit", orderId);
    if (decision.behaviour !== current.behaviour) store.writeBehaviour({ ...current, behaviour: decision.behaviour });
    for (const sending of schedule(current.behaviour, decision.messages, now)) store.outbox.add(sending, now);
  };

  return {
    handle: <Outcome>({ orderId, kind, id }: Asked, decide: Decide<Outcome>) => {
      const handled = store.transaction((): Handled<Outcome> => {
        const account = store.readAccount(orderId);
        const current = kept();
        const decision = decide(account, current.behaviour);
        if (decision.kind === "refused") return decision;
        const isNew = decision.kind === "decided";
        if (isNew) {
          if (store.outbox.count() + mostPerRequest > mostWaiting) return { kind: "full" };
          keepDecision(orderId, account, current, decision);
        }
        const { outcome, toldBy } = decision;
        const isPending = toldBy !== null && store.outbox.isWaiting(toldBy);
        const fate = isNew ? fateOfAnswer(current.behaviour, kind, orderId, id) : atOnce;
        return { kind: "answered", answer: isPending ? pending : outcome, isNew, fate };
      });
      if (handled.kind === "answered" && handled.isNew) {
        hitFailpoint("provider-after-commit", orderId);
        onMessages();
      }
      return handled;
    },
    behaviour: () => kept().behaviour,
    setBehaviour: (behaviour) => replace({ behaviour, isSetByRequest: true, environment }),
    resetBehaviour: () => replace(asConfigured),
  };
};
