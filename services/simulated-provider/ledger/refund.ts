import type { Behaviour } from "../behaviour/behaviour.ts";
import { judgePayment } from "../behaviour/verdict.ts";
import { messageIdOf, type ProviderMessage } from "../messages/message.ts";
import { balanceOf, findGiven, type Account } from "./account.ts";
import { decided, mostPerOrder, refuse, tooMany, type Decision, type Refusal } from "./decision.ts";
import type { RefundRequest } from "./requests.ts";

export interface RefundOutcome {
  readonly status: "refunded";
}

const refunded: RefundOutcome = { status: "refunded" };

/** Why the rules of money do not let an amount be refunded, if they do not. */
const obstacleTo = (account: Account, request: RefundRequest): Refusal | undefined => {
  const { authorisationId, amountMinor, currency } = request;
  const given = findGiven(account, authorisationId);
  if (given === undefined) return refuse("UnknownAuthorisation", `There is no authorisation ${authorisationId}.`);
  if (given.currency !== currency)
    return refuse("CurrencyMismatch", `The authorisation ${authorisationId} is in ${given.currency}.`);
  const { capturedMinor, refundedMinor } = balanceOf(account, given);
  return amountMinor > capturedMinor - refundedMinor
    ? refuse("RefundExceedsCapture", `Captured ${capturedMinor}, refunded ${refundedMinor}, asked ${amountMinor} more.`)
    : undefined;
};

/** Gives back part of what was captured, once per refund id. */
export const refund = (account: Account, request: RefundRequest, behaviour: Behaviour): Decision<RefundOutcome> => {
  const { refundId, orderId, authorisationId, amountMinor, currency } = request;
  const before = account.refunds.find((one) => one.refundId === refundId);
  if (before !== undefined) {
    const isSame =
      before.authorisationId === authorisationId && before.amountMinor === amountMinor && before.currency === currency;
    return isSame
      ? { kind: "known", outcome: refunded, toldBy: before.messageId }
      : refuse("RefundIdReused", `The refund ${refundId} was another one.`);
  }
  if (account.refunds.length >= mostPerOrder) return tooMany();
  const obstacle = obstacleTo(account, request);
  if (obstacle !== undefined) return obstacle;

  const judged = judgePayment(behaviour, { kind: "refund", orderId, requestId: refundId, amountMinor });
  const type = "payment.refunded";
  const id = messageIdOf(type, orderId, refundId);
  const message: ProviderMessage = { id, type, orderId, data: { refundId, amountMinor } };
  return decided(refunded, message, judged, (messageId) => ({
    ...account,
    refunds: [...account.refunds, { refundId, authorisationId, amountMinor, currency, messageId }],
  }));
};
