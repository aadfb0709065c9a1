import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { judge } from "../../../services/process-manager/watchdog/judge.ts";
import { defaultLimits, stepLimits } from "../../../services/process-manager/watchdog/limits.ts";
import { histories, type HistoryName } from "../order/histories.ts";

const start = Date.UTC(2026, 0, 1);
const stateOf = (name: HistoryName): OrderState =>
  [...histories[name]].reduce<OrderState>(
    (state, event: OrderEvent) => orderAggregate.evolve(state, event, new Date(start).toISOString()),
    orderAggregate.initial,
  );
const rules = { limits: defaultLimits, shortestPauseMs: 30_000 };
const after = (name: HistoryName, seconds: number, attempts = 0) =>
  judge(stateOf(name), rules, new Date(start + seconds * 1_000).toISOString(), attempts);

const minute = 60;
const day = 86_400;
const longest = 4_000 * day;

describe("an order that waits", () => {
  test.each<[HistoryName, string, number]>([
    ["managed Placed", "reservation", minute],
    ["managed Reserved", "authorisation", 2 * minute],
    ["managed Authorised", "plan", minute],
    ["managed Fulfilling, packed", "capture", 5 * minute],
    ["managed Fulfilling, captured", "dispatch", 5 * minute],
    ["managed Returning", "refund", 5 * minute],
    ["managed Cancelling", "release", 2 * minute],
    ["managed Cancelling, nothing held", "cancel", 2 * minute],
  ])("in %s is driven on once its step, %s, takes %d seconds", (name, step, seconds) => {
    expect(after(name, seconds - 1)).toBeUndefined();
    const judgement = after(name, seconds);
    expect(judgement).toMatchObject({ redrive: true, expire: undefined });
    expect(judgement?.waits).toContainEqual(expect.objectContaining({ step, allowedSeconds: seconds }));
  });

  test.each<[HistoryName, string, number]>([
    ["managed Placed, backorder", "backorder", 30 * day],
    ["managed AwaitingCustomer", "customer", 30 * minute],
    ["managed Reserved, declined", "payment-retry", 30 * minute],
  ])("in %s for somebody else, %s, is given up after %d seconds", (name, step, seconds) => {
    expect(after(name, seconds - 1)).toBeUndefined();
    expect(after(name, seconds)).toMatchObject({ redrive: false, expire: expect.any(String), waits: [{ step }] });
  });

  test("for its payment is driven on first, and given up if that does not help", () => {
    expect(after("managed Reserved", 30 * minute - 1)).toMatchObject({ redrive: true, expire: undefined });
    expect(after("managed Reserved", 30 * minute)).toMatchObject({
      redrive: true,
      expire: expect.stringContaining("authorise 1750 minor units"),
    });
  });

  test.each<[HistoryName, string, number]>([
    ["managed Fulfilling, planned", "pack", 2 * day],
    ["managed Fulfilling, capture declined", "capture-retry", day],
    ["managed Fulfilling, all dispatched", "delivery", 10 * day],
    ["managed Completed, return requested", "return-decision", 3 * day],
    ["managed Completed, return approved", "return-receipt", 30 * day],
  ])("in %s for somebody who has to act, %s, is only shown after %d seconds", (name, step, seconds) => {
    const before = after(name, seconds - 1)?.waits.map((wait) => wait.step) ?? [];
    expect(before).not.toContain(step);
    const judgement = after(name, seconds);
    expect(judgement).toMatchObject({ redrive: false, expire: undefined });
    expect(judgement?.waits.map((wait) => wait.step)).toContain(step);
  });

  test.each<HistoryName>([
    "Withdrawn",
    "managed Completed",
    "managed Cancelled",
    "managed Rejected",
    "managed Expired",
    "external Placed",
    "external Fulfilling",
  ])("never again in %s is nobody's business", (name) => {
    expect(after(name, longest)).toBeUndefined();
  });
});

describe("the pause before the next look", () => {
  test("grows with the attempts, up to a quarter of an hour", () => {
    const pauses = [0, 1, 2, 3, 4, 5].map((attempts) => after("managed Authorised", minute, attempts)?.againInMs);
    expect(pauses).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
  });

  test("ends when the order is to be given up", () => {
    expect(after("managed Reserved", 29 * minute, 4)?.againInMs).toBe(60_000);
  });

  test("is five minutes for an order that nothing can be done about", () => {
    expect(after("managed Fulfilling, planned", 2 * day, 9)?.againInMs).toBe(300_000);
  });
});

describe("limits that differ from the default", () => {
  test("are read by step, those of giving up too", () => {
    const limits = stepLimits.parse("pack=60, authorisation=5,authorisation.expire=20");
    expect(limits.pack).toEqual({ ...defaultLimits.pack, allowedSeconds: 60 });
    expect(limits.authorisation).toMatchObject({ allowedSeconds: 5, expireAfterSeconds: 20, action: "redrive" });
    expect(limits.capture).toEqual(defaultLimits.capture);
    expect(stepLimits.parse(undefined)).toEqual(defaultLimits);
  });

  test.each(["packing=60", "pack", "pack=", "pack=0", "pack=1.5", "pack=-1", "pack.expire=60", "toString=1"])(
    "are refused if they make no sense: %s",
    (text) => {
      const parsed = stepLimits.safeParse(`capture=60,${text}`);
      expect(parsed.error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining(text)]);
    },
  );
});
