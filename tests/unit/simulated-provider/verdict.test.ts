import { describe, expect, test } from "@jest/globals";
import { agreeable, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import {
  judgePayment,
  planDelivery,
  type PaymentKind,
} from "../../../services/simulated-provider/behaviour/verdict.ts";
import { behaving } from "./requests.ts";

const subject = { kind: "authorisation", orderId: "vip-1", requestId: "vip-1~a1", amountMinor: 900 } as const;
const funds = { code: "InsufficientFunds", retryable: true };
const stolen = { code: "StolenCard", retryable: false };

const judge = (behaviour: Behaviour, changes: Partial<Parameters<typeof judgePayment>[1]> = {}) =>
  judgePayment(behaviour, { ...subject, ...changes }).verdict;

/** The share of many requests of one kind for which something is true. */
const shareOf = (
  behaviour: Behaviour,
  kind: PaymentKind,
  is: (verdict: ReturnType<typeof judge>) => boolean,
): number => {
  const requests = Array.from({ length: 2_000 }, (_, index) => judge(behaviour, { kind, requestId: `r${index}` }));
  return requests.filter(is).length / requests.length;
};
const isDeclined = ({ decline }: ReturnType<typeof judge>): boolean => decline !== undefined;

describe("the verdict on a payment", () => {
  test("is to agree, at once, and uses nothing up", () => {
    expect(judgePayment(agreeable, subject)).toEqual({
      verdict: { decline: undefined, isPending: false },
      behaviour: agreeable,
    });
  });

  test("declines a share of authorisations, and another one of captures, but never a refund", () => {
    const behaviour = behaving({ declineRate: 0.3, captureDeclineRate: 0.1 });
    expect(shareOf(behaviour, "authorisation", isDeclined)).toBeCloseTo(0.3, 1);
    expect(shareOf(behaviour, "capture", isDeclined)).toBeCloseTo(0.1, 1);
    expect(shareOf(behaving({ declineRate: 1, captureDeclineRate: 1 }), "refund", isDeclined)).toBe(0);
  });

  test("is the same for the same request, and drawn anew for another attempt", () => {
    const behaviour = behaving({ declineRate: 0.5 });
    const fates = Array.from({ length: 20 }, (_, attempt) =>
      isDeclined(judge(behaviour, { requestId: `a${attempt}` })),
    );
    expect(fates).toEqual(
      Array.from({ length: 20 }, (_, attempt) => isDeclined(judge(behaviour, { requestId: `a${attempt}` }))),
    );
    expect(new Set(fates)).toEqual(new Set([true, false]));
  });

  test("leaves a share of every kind pending, whatever is decided", () => {
    const behaviour = behaving({ pendingRate: 0.25, declineRate: 1 });
    for (const kind of ["authorisation", "capture", "refund"] as const)
      expect(shareOf(behaviour, kind, ({ isPending }) => isPending)).toBeCloseTo(0.25, 1);
    expect(judge(behaving({ pendingRate: 1, declineNext: 1 }))).toEqual({ decline: funds, isPending: true });
  });

  test("declines the next authorisations, so many and no more, in the words of the behaviour", () => {
    let behaviour = behaving({ declineNext: 2, declineCode: "StolenCard", declineRetryable: false });
    const verdicts = [1, 2, 3].map((attempt) => {
      const judged = judgePayment(behaviour, { ...subject, requestId: `a${attempt}` });
      ({ behaviour } = judged);
      return judged.verdict.decline;
    });
    expect(verdicts).toEqual([stolen, stolen, undefined]);
    expect(behaviour.declineNext).toBe(0);
    expect(judge(behaving({ declineNext: 1 }), { kind: "capture" }).decline).toBeUndefined();
  });

  test("is that of the first rule that is about the request, against all rates", () => {
    const behaviour = behaving({
      declineRate: 1,
      declineNext: 5,
      pendingRate: 1,
      rules: [
        { on: "capture", decline: stolen },
        { on: "authorisation", orderIdPrefix: "bad-", decline: stolen },
        { on: "authorisation", orderIdPrefix: "vip-" },
        { on: "authorisation", orderIdPrefix: "vip-", decline: stolen },
      ],
    });
    const judged = judgePayment(behaviour, subject);
    expect(judged.verdict).toEqual({ decline: undefined, isPending: false });
    expect(judged.behaviour.declineNext).toBe(5);
    expect(judge(behaviour, { orderId: "bad-1" })).toEqual({ decline: stolen, isPending: false });
    expect(judge(behaviour, { orderId: "other" })).toEqual({ decline: funds, isPending: true });
  });

  test.each([
    [99, false],
    [100, true],
    [200, true],
    [201, false],
  ])("of a rule for amounts from 100 to 200 is about %i: %s", (amountMinor, isAbout) => {
    const behaviour = behaving({ rules: [{ on: "capture", leastMinor: 100, mostMinor: 200, pending: true }] });
    expect(judge(behaviour, { kind: "capture", amountMinor }).isPending).toBe(isAbout);
  });

  test("of a rule for so many times counts down, and then is no more", () => {
    const rules = [
      { on: "refund", pending: true, times: 1 },
      { on: "authorisation", decline: stolen },
    ] as const;
    const first = judgePayment(behaving({ rules }), { ...subject, kind: "refund" });
    expect(first.verdict.isPending).toBe(true);
    expect(first.behaviour).toEqual(behaving({ rules: [{ ...rules[0], times: 0 }, rules[1]] }));
    const second = judgePayment(first.behaviour, { ...subject, kind: "refund" });
    expect(second).toEqual({ verdict: { decline: undefined, isPending: false }, behaviour: first.behaviour });
  });
});

describe("the plan of a delivery", () => {
  const shipment = { orderId: "o1", shipmentId: "s1" };
  const planOf = (behaviour: Behaviour, changes: Partial<typeof shipment> = {}) =>
    planDelivery(behaviour, { ...shipment, ...changes }).verdict;

  test("is empty unless deliveries are asked for", () => {
    expect(planOf(agreeable)).toEqual([]);
  });

  test("is one attempt after a time within the span, the same for the same shipment", () => {
    const behaviour = behaving({ deliverAfterMs: { least: 100, most: 200 } });
    const times = Array.from({ length: 50 }, (_, index) => planOf(behaviour, { shipmentId: `s${index}` }));
    for (const plan of times) {
      expect(plan).toEqual([{ afterMs: expect.any(Number), fails: false }]);
      expect(plan[0]?.afterMs).toBeGreaterThanOrEqual(100);
      expect(plan[0]?.afterMs).toBeLessThanOrEqual(200);
    }
    expect(new Set(times.map(([attempt]) => attempt?.afterMs)).size).toBeGreaterThan(10);
    expect(planOf(behaviour)).toEqual(planOf(behaviour));
  });

  test("repeats an attempt that fails, one time after the other, until the carrier gives up", () => {
    const behaviour = behaving({
      deliverAfterMs: { least: 50, most: 50 },
      deliveryFailureRate: 1,
      deliveryAttempts: 2,
    });
    expect(planOf(behaviour)).toEqual([
      { afterMs: 50, fails: true },
      { afterMs: 100, fails: true },
    ]);
    const sometimes = behaving({
      deliverAfterMs: { least: 0, most: 0 },
      deliveryFailureRate: 0.5,
      deliveryAttempts: 5,
    });
    const plans = Array.from({ length: 200 }, (_, index) => planOf(sometimes, { shipmentId: `s${index}` }));
    const failures = plans.map((plan) => plan.filter(({ fails }) => fails).length);
    expect(Math.max(...failures)).toBeGreaterThan(2);
    for (const plan of plans) expect(plan.slice(0, -1).every(({ fails }) => fails)).toBe(true);
  });

  test("is that of the first rule for its order", () => {
    const behaviour = behaving({
      deliverAfterMs: { least: 1, most: 1 },
      rules: [
        { on: "delivery", orderIdPrefix: "lost-", afterMs: null },
        { on: "delivery", orderIdPrefix: "o", afterMs: 10, failures: 2, times: 1 },
      ],
    });
    expect(planOf(behaviour, { orderId: "lost-1" })).toEqual([]);
    const judged = planDelivery(behaviour, shipment);
    expect(judged.verdict).toEqual([
      { afterMs: 10, fails: true },
      { afterMs: 20, fails: true },
      { afterMs: 30, fails: false },
    ]);
    expect(planDelivery(judged.behaviour, shipment).verdict).toEqual([{ afterMs: 1, fails: false }]);
  });
});
