import { unreachable } from "../../kernel/decision.ts";
import type { OrderEventOf } from "../events.ts";
import { isShipping } from "../lines.ts";
import type { OrderState } from "../state.ts";
import { liveMinorOf } from "../state/payment.ts";
import type { Authorisation, Unpaid } from "../state/payment.ts";

export const authorisationRequested = (
  state: OrderState,
  { data }: OrderEventOf<"AuthorisationRequested">,
  at: string,
): OrderState =>
  state.status === "Reserved"
    ? { ...state, payment: { status: "requested", ...data, requestedAt: at }, updatedAt: at }
    : state;

/** Which attempt an authorisation is the answer to. After a decline, only an external order's next one can be answered. */
const attemptOf = (payment: Unpaid): number => {
  switch (payment.status) {
    case "none":
      return 1;
    case "requested":
      return payment.attempt;
    case "declined":
      return payment.attempt + 1;
    default:
      return unreachable(payment);
  }
};

export const paymentAuthorised = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentAuthorised">,
  at: string,
): OrderState =>
  state.status === "Reserved"
    ? {
        ...state,
        status: "Authorised",
        payment: {
          status: "authorised",
          authorisationId: data.authorisationId,
          attempt: attemptOf(state.payment),
          authorisedMinor: data.amountMinor,
          capturedMinor: 0,
          voidedMinor: 0,
          refundedMinor: 0,
        },
        since: at,
        updatedAt: at,
      }
    : state;

export const paymentDeclined = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentDeclined">,
  at: string,
): OrderState => {
  if (state.status !== "Reserved") return state;
  const { requestId, attempt, code } = data;
  return { ...state, payment: { status: "declined", requestId, attempt, code, declinedAt: at }, updatedAt: at };
};

/** Lets go of what is neither captured nor let go of; no decider records that more is. */
const withoutRest = (payment: Authorisation, amountMinor: number): Authorisation =>
  amountMinor > liveMinorOf(payment) ? payment : { ...payment, voidedMinor: payment.voidedMinor + amountMinor };

export const authorisationVoided = (
  state: OrderState,
  { data }: OrderEventOf<"AuthorisationVoided">,
  at: string,
): OrderState => {
  if (isShipping(state)) return { ...state, payment: withoutRest(state.payment, data.amountMinor), updatedAt: at };
  if (state.status !== "Cancelling" || state.payment.status !== "authorised") return state;
  return { ...state, payment: withoutRest(state.payment, data.amountMinor), updatedAt: at };
};
