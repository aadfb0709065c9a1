import { canonicalHash } from "../../../actors/kernel/request-hash.ts";
import type { Behaviour } from "../behaviour/behaviour.ts";
import { judgePayment } from "../behaviour/verdict.ts";
import { messageIdOf, type ProviderMessage } from "../messages/message.ts";
import { balanceOf, findGiven, type Account, type Capture, type Declined } from "./account.ts";
import { decided, mostPerOrder, refuse, tooMany, type Decision } from "./decision.ts";
import type { CaptureRequest } from "./requests.ts";

export type CaptureOutcome = Capture["outcome"];

const isSame = (before: Capture, request: CaptureRequest): boolean =>
  before.shipmentId === request.shipmentId &&
  before.authorisationId === request.authorisationId &&
  before.amountMinor === request.amountMinor &&
  before.currency === request.currency;

const forGood = (code: string): Declined => ({ status: "declined", code, retryable: false });

/** Why the rules of money do not let an amount be captured, if they do not. */
const obstacleTo = (account: Account, { authorisationId, amountMinor, currency }: CaptureRequest) => {
  const given = findGiven(account, authorisationId);
  if (given === undefined) return forGood("UnknownAuthorisation");
  if (given.currency !== currency) return forGood("CurrencyMismatch");
  if (given.outcome.isVoided) return forGood("AuthorisationVoided");
  const { authorisedMinor, capturedMinor } = balanceOf(account, given);
  return amountMinor > authorisedMinor - capturedMinor ? forGood("ExceedsAuthorisation") : undefined;
};

const messageOf = (request: CaptureRequest, outcome: CaptureOutcome): ProviderMessage => {
  const { requestId, orderId, shipmentId, amountMinor } = request;
  if (outcome.status === "captured") {
    const type = "payment.captured";
    const data = { shipmentId, captureId: outcome.captureId, amountMinor };
    return { id: messageIdOf(type, orderId, shipmentId), type, orderId, data };
  }
  const { code, retryable } = outcome;
  const type = "payment.declined";
  const id = messageIdOf(type, orderId, "capture", requestId);
  return { id, type, orderId, data: { requestId, shipmentId, code, retryable } };
};

/**
 * Captures a shipment's part of an authorisation, once per shipment. A capture that was declined may be attempted again
 * under another request id.
 */
export const capture = (account: Account, request: CaptureRequest, behaviour: Behaviour): Decision<CaptureOutcome> => {
  const { requestId, orderId, shipmentId, authorisationId, amountMinor, currency } = request;
  const before =
    account.captures.find((one) => one.requestId === requestId) ??
    account.captures.find((one) => one.shipmentId === shipmentId && one.outcome.status === "captured");
  if (before !== undefined) {
    return isSame(before, request)
      ? { kind: "known", outcome: before.outcome, toldBy: before.messageId }
      : refuse("RequestIdReused", `The capture of ${shipmentId}, or the request ${requestId}, was another one.`);
  }
  if (account.captures.length >= mostPerOrder) return tooMany();

  const keep = (outcome: CaptureOutcome, messageId: string | null): Account => ({
    ...account,
    captures: [
      ...account.captures,
      { requestId, shipmentId, authorisationId, amountMinor, currency, messageId, outcome },
    ],
  });
  const obstacle = obstacleTo(account, request);
  if (obstacle !== undefined)
    return { kind: "decided", outcome: obstacle, toldBy: null, account: keep(obstacle, null), behaviour, messages: [] };

  const judged = judgePayment(behaviour, { kind: "capture", orderId, requestId, amountMinor });
  const { decline } = judged.verdict;
  const captureId = `sim-capture-${canonicalHash([orderId, shipmentId])}`;
  const outcome: CaptureOutcome =
    decline === undefined ? { status: "captured", captureId } : { status: "declined", ...decline };
  return decided(outcome, messageOf(request, outcome), judged, (messageId) => keep(outcome, messageId));
};
