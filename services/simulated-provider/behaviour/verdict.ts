import { unreachable } from "../../../actors/kernel/decision.ts";
import type { Behaviour, Rule } from "./behaviour.ts";
import { chanceOf, pickFrom } from "./chance.ts";

export type PaymentKind = "authorisation" | "capture" | "refund";

/** What a payment is judged by. */
export interface PaymentSubject {
  readonly kind: PaymentKind;
  readonly orderId: string;
  /** The id of the request: another attempt is judged anew. */
  readonly requestId: string;
  readonly amountMinor: number;
}

export interface Decline {
  readonly code: string;
  readonly retryable: boolean;
}

/** What the provider wants to do, as far as the rules of money let it. */
export interface PaymentVerdict {
  /** Undefined: it agrees. */
  readonly decline: Decline | undefined;
  readonly isPending: boolean;
}

/** A judgement, and the behaviour with what it used up counted down. */
export interface Judged<Verdict> {
  readonly verdict: Verdict;
  readonly behaviour: Behaviour;
}

/** When the carrier tries to deliver a shipment: after so many milliseconds each, and whether it fails. */
export type DeliveryPlan = readonly { readonly afterMs: number; readonly fails: boolean }[];

const isAbout = (rule: Rule, orderId: string, amountMinor: number): boolean => {
  if (rule.times === 0 || !orderId.startsWith(rule.orderIdPrefix ?? "")) return false;
  if (rule.on === "delivery") return true;
  return amountMinor >= (rule.leastMinor ?? 0) && amountMinor <= (rule.mostMinor ?? Number.MAX_SAFE_INTEGER);
};

/** The behaviour after a rule was used once. */
const withUsed = (behaviour: Behaviour, used: Rule): Behaviour => {
  const { times } = used;
  if (times === undefined) return behaviour;
  return { ...behaviour, rules: behaviour.rules.map((rule) => (rule === used ? { ...rule, times: times - 1 } : rule)) };
};

const findRule = <Kind extends Rule["on"]>(
  { rules }: Behaviour,
  kind: Kind,
  orderId: string,
  amountMinor = 0,
): Extract<Rule, { on: Kind }> | undefined =>
  rules
    .filter((rule): rule is Extract<Rule, { on: Kind }> => rule.on === kind)
    .find((rule) => isAbout(rule, orderId, amountMinor));

const rateOf = ({ declineRate, captureDeclineRate }: Behaviour, kind: PaymentKind): number => {
  switch (kind) {
    case "authorisation":
      return declineRate;
    case "capture":
      return captureDeclineRate;
    case "refund":
      return 0;
    default:
      return unreachable(kind);
  }
};

/** Judges a payment: by the first rule that is about it, or else by `declineNext`, or else by the rates. */
export const judgePayment = (behaviour: Behaviour, subject: PaymentSubject): Judged<PaymentVerdict> => {
  const { kind, orderId, requestId, amountMinor } = subject;
  const rule = findRule(behaviour, kind, orderId, amountMinor);
  if (rule !== undefined) {
    const decline = rule.on === "refund" ? undefined : rule.decline;
    return { verdict: { decline, isPending: rule.pending }, behaviour: withUsed(behaviour, rule) };
  }
  const { seed, declineNext, declineCode: code, declineRetryable: retryable } = behaviour;
  const isPending = chanceOf(seed, "pending", kind, orderId, requestId) < behaviour.pendingRate;
  if (kind === "authorisation" && declineNext > 0)
    return {
      verdict: { decline: { code, retryable }, isPending },
      behaviour: { ...behaviour, declineNext: declineNext - 1 },
    };
  const isDeclined = chanceOf(seed, "decline", kind, orderId, requestId) < rateOf(behaviour, kind);
  return { verdict: { decline: isDeclined ? { code, retryable } : undefined, isPending }, behaviour };
};

/** Plans what becomes of a shipment: attempts that fail, then one that does not, unless the carrier gives up before. */
export const planDelivery = (
  behaviour: Behaviour,
  { orderId, shipmentId }: { readonly orderId: string; readonly shipmentId: string },
): Judged<DeliveryPlan> => {
  const rule = findRule(behaviour, "delivery", orderId);
  if (rule !== undefined) {
    const { afterMs, failures } = rule;
    const attempts = afterMs === null ? 0 : failures + 1;
    const verdict = Array.from({ length: attempts }, (_, index) => ({
      afterMs: (afterMs ?? 0) * (index + 1),
      fails: index < failures,
    }));
    return { verdict, behaviour: withUsed(behaviour, rule) };
  }
  const { seed, deliverAfterMs, deliveryAttempts, deliveryFailureRate } = behaviour;
  const plan: { afterMs: number; fails: boolean }[] = [];
  if (deliverAfterMs === null) return { verdict: plan, behaviour };
  for (let attempt = 1, afterMs = 0; attempt <= deliveryAttempts; attempt += 1) {
    afterMs += pickFrom(deliverAfterMs, chanceOf(seed, "deliverAfter", orderId, shipmentId, attempt));
    const fails = chanceOf(seed, "delivery", orderId, shipmentId, attempt) < deliveryFailureRate;
    plan.push({ afterMs, fails });
    if (!fails) break;
  }
  return { verdict: plan, behaviour };
};
