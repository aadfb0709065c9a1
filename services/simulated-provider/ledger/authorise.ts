import { canonicalHash } from "../../../actors/kernel/request-hash.ts";
import type { Behaviour } from "../behaviour/behaviour.ts";
import { judgePayment } from "../behaviour/verdict.ts";
import { messageIdOf, type ProviderMessage } from "../messages/message.ts";
import { balanceOf, findGiven, givenIn, type Account, type Authorisation, type Declined } from "./account.ts";
import { decided, mostPerOrder, refuse, tooMany, type Decision } from "./decision.ts";
import type { AuthorisationRequest } from "./requests.ts";

export type AuthorisationOutcome = { readonly status: "authorised"; readonly authorisationId: string } | Declined;

const voided: Declined = { status: "declined", code: "Voided", retryable: false };
const limitReached: Declined = { status: "declined", code: "LimitReached", retryable: false };

/** What is true of an authorisation now: one that was let go of before anything was captured holds nothing. */
const outcomeNow = (account: Account, { outcome }: Authorisation): AuthorisationOutcome => {
  if (outcome.status === "declined") return outcome;
  const { status, authorisationId, isVoided } = outcome;
  const given = findGiven(account, authorisationId);
  const isGone = isVoided && given !== undefined && balanceOf(account, given).capturedMinor === 0;
  return isGone ? voided : { status, authorisationId };
};

/** Why the rules of money do not let an amount be authorised, if they do not: an order's sums must stay exact. */
const obstacleTo = (account: Account, { requestId, amountMinor }: AuthorisationRequest): Declined | undefined => {
  if (account.isVoided || account.voidedRequestIds.includes(requestId)) return voided;
  const authorisedMinor = givenIn(account).reduce((sum, given) => sum + given.amountMinor, 0);
  return amountMinor > Number.MAX_SAFE_INTEGER - authorisedMinor ? limitReached : undefined;
};

const messageOf = (request: AuthorisationRequest, outcome: AuthorisationOutcome): ProviderMessage => {
  const { requestId, orderId, amountMinor } = request;
  if (outcome.status === "authorised") {
    const type = "payment.authorised";
    const data = { requestId, authorisationId: outcome.authorisationId, amountMinor };
    return { id: messageIdOf(type, orderId, requestId), type, orderId, data };
  }
  const { code, retryable } = outcome;
  const type = "payment.declined";
  return { id: messageIdOf(type, orderId, requestId), type, orderId, data: { requestId, code, retryable } };
};

/**
 * Authorises an amount, once per request id. A request that was voided before it came is declined, whatever the behaviour
 * says.
 */
export const authorise = (
  account: Account,
  request: AuthorisationRequest,
  behaviour: Behaviour,
): Decision<AuthorisationOutcome> => {
  const { requestId, orderId, amountMinor, currency } = request;
  const before = account.authorisations.find((one) => one.requestId === requestId);
  if (before !== undefined) {
    if (before.amountMinor !== amountMinor || before.currency !== currency)
      return refuse("RequestIdReused", `The request ${requestId} was for another amount.`);
    return { kind: "known", outcome: outcomeNow(account, before), toldBy: before.messageId };
  }
  if (account.authorisations.length >= mostPerOrder) return tooMany();
  const [first] = account.authorisations;
  if (first !== undefined && first.currency !== currency)
    return refuse("CurrencyMismatch", `The order ${orderId} is in ${first.currency}.`);

  const keep = (outcome: Authorisation["outcome"], messageId: string | null): Account => ({
    ...account,
    authorisations: [...account.authorisations, { requestId, amountMinor, currency, messageId, outcome }],
  });
  const obstacle = obstacleTo(account, request);
  if (obstacle !== undefined)
    return { kind: "decided", outcome: obstacle, toldBy: null, account: keep(obstacle, null), behaviour, messages: [] };

  const judged = judgePayment(behaviour, { kind: "authorisation", orderId, requestId, amountMinor });
  const { decline } = judged.verdict;
  const authorisationId = `sim-auth-${canonicalHash([orderId, requestId])}`;
  const outcome: AuthorisationOutcome =
    decline === undefined ? { status: "authorised", authorisationId } : { status: "declined", ...decline };
  const kept = outcome.status === "authorised" ? { ...outcome, isVoided: false } : outcome;
  return decided(outcome, messageOf(request, outcome), judged, (messageId) => keep(kept, messageId));
};
