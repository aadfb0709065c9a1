import type { Behaviour } from "../behaviour/behaviour.ts";
import type { Judged } from "../behaviour/verdict.ts";
import type { ProviderMessage } from "../messages/message.ts";
import type { Account } from "./account.ts";

/** Why a request as such is refused; nothing of it is kept. */
export type RefusalCode =
  | "RequestIdReused"
  | "ShipmentIdReused"
  | "RefundIdReused"
  | "TooManyRequests"
  | "UnknownAuthorisation"
  | "CurrencyMismatch"
  | "RefundExceedsCapture";

export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** One sentence for people. */
  readonly detail: string;
}

/** A message, and how long after now it is to be sent if nothing holds it up. */
export interface PlannedMessage {
  readonly message: ProviderMessage;
  readonly afterMs: number;
}

/** What a request comes to. The outcome is pending for as long as the message `toldBy` has not been sent. */
export type Decision<Outcome> =
  | Refusal
  /** Decided before; nothing changes. */
  | { readonly kind: "known"; readonly outcome: Outcome; readonly toldBy: string | null }
  | {
      readonly kind: "decided";
      readonly outcome: Outcome;
      readonly toldBy: string | null;
      readonly account: Account;
      readonly behaviour: Behaviour;
      readonly messages: readonly PlannedMessage[];
    };

/**
 * What was decided anew. If it is to be pending, the message tells of it.
 *
 * @param keep gives the account with the request and the id of that message in it
 */
export const decided = <Outcome>(
  outcome: Outcome,
  message: ProviderMessage,
  { verdict: { isPending }, behaviour }: Judged<{ readonly isPending: boolean }>,
  keep: (messageId: string | null) => Account,
): Decision<Outcome> => {
  const toldBy = isPending ? message.id : null;
  const messages = isPending ? [{ message, afterMs: 0 }] : [];
  return { kind: "decided", outcome, toldBy, account: keep(toldBy), behaviour, messages };
};

/** The requests of one kind that are kept of one order. */
export const mostPerOrder = 1_000;

export const refuse = (code: RefusalCode, detail: string): Refusal => ({ kind: "refused", code, detail });

export const tooMany = (): Refusal =>
  refuse("TooManyRequests", `An order has at most ${mostPerOrder} requests of a kind.`);
