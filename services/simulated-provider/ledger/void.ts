import type { Behaviour } from "../behaviour/behaviour.ts";
import { balanceOf, givenIn, type Account, type Authorisation } from "./account.ts";
import { mostPerOrder, tooMany, type Decision } from "./decision.ts";
import type { VoidRequest } from "./requests.ts";

export interface VoidOutcome {
  readonly status: "voided";
  /** What is let go of by this request, now or earlier. */
  readonly voidedMinor: number;
}

/**
 * Lets go of what is authorised and not captured: of one request, of one authorisation, or, when neither is named, of the
 * whole order. What is named by its request, or by the order, can no longer be authorised afterwards. The same request
 * again changes nothing and is answered the same, since a voided authorisation is captured no more.
 */
export const voidAuthorisations = (
  account: Account,
  { requestId, authorisationId }: VoidRequest,
  behaviour: Behaviour,
): Decision<VoidOutcome> => {
  const isAll = requestId === undefined && authorisationId === undefined;
  const isMeant = (one: Authorisation): boolean =>
    isAll ||
    one.requestId === requestId ||
    (one.outcome.status === "authorised" && one.outcome.authorisationId === authorisationId);
  const isNewlyMeant = (one: Authorisation): boolean =>
    isMeant(one) && one.outcome.status === "authorised" && !one.outcome.isVoided;
  const isNewRequest = requestId !== undefined && !account.voidedRequestIds.includes(requestId);
  if (isNewRequest && account.voidedRequestIds.length >= mostPerOrder) return tooMany();

  const after: Account = {
    ...account,
    authorisations: account.authorisations.map((one) =>
      one.outcome.status === "authorised" && isMeant(one)
        ? { ...one, outcome: { ...one.outcome, isVoided: true } }
        : one,
    ),
    voidedRequestIds: isNewRequest ? [...account.voidedRequestIds, requestId] : account.voidedRequestIds,
    isVoided: account.isVoided || isAll,
  };
  const voidedMinor = givenIn(after)
    .filter(isMeant)
    .reduce((sum, given) => sum + balanceOf(after, given).voidedMinor, 0);
  const outcome: VoidOutcome = { status: "voided", voidedMinor };
  const changes = isNewRequest || (isAll && !account.isVoided) || account.authorisations.some(isNewlyMeant);
  return changes
    ? { kind: "decided", outcome, toldBy: null, account: after, behaviour, messages: [] }
    : { kind: "known", outcome, toldBy: null };
};
