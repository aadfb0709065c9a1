import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../../actors/order/events.ts";
import { orderRejectionCodes } from "../../../../actors/order/rejections.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { orderView, orderViewSchema } from "../../../../actors/order/view.ts";
import { waitingFor } from "../../../../actors/order/waiting.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { fuzzSequences } from "../../../support/fuzz.ts";
import { orderId } from "../examples.ts";
import { expectOrderInvariants } from "./invariants.ts";
import { placementFields, story, tell } from "./steps.ts";
import type { Sent, Step } from "./steps.ts";
import { expectHistoryIsSound, expectSoundStep } from "./transitions.ts";

const knownCodes = new Set<string>(orderRejectionCodes);
const shownView = orderViewSchema.strict();
const timeOf = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();

interface Told {
  readonly state: OrderState;
  readonly history: readonly { readonly event: OrderEvent; readonly at: string }[];
  /** Every status the order had, and every event type, answer and command, for the test that looks at what was reached. */
  readonly reached: ReadonlySet<string>;
}

/** An event as it comes back from the store. */
const stored = (event: OrderEvent): OrderEvent =>
  orderAggregate.decodeEvent(
    event.type,
    orderAggregate.schemaVersionOf(event.type),
    JSON.parse(JSON.stringify(event.data)),
  );

const fold = (history: Told["history"]): OrderState =>
  history.reduce((state, { event, at }) => orderAggregate.evolve(state, stored(event), at), orderAggregate.initial);

/** Sends every command in turn and checks after each what must always hold. */
const telling = (steps: readonly Step[]): Told => {
  let state: OrderState = deepFreeze(orderAggregate.initial);
  const history: { event: OrderEvent; at: string }[] = [];
  const reached = new Set<string>();
  let sentCount = 0;
  const send = ({ type, fields, issuer }: Sent): OrderState => {
    sentCount += 1;
    const at = timeOf(sentCount);
    const parsed = orderAggregate.parseCommand(type, fields);
    if (!parsed.valid) return state;
    const command = deepFreeze(parsed.command);
    const context = { streamId: orderId, commandId: `command-${sentCount}`, at, issuer };
    const decision = orderAggregate.decide(command, state, context);
    // One command, one result: deciding is a function of what is given.
    assert.deepEqual(orderAggregate.decide(command, state, context), decision);
    if (decision.outcome === "rejected") {
      assert.ok(knownCodes.has(decision.rejection.code), decision.rejection.code);
      reached.add(`!${decision.rejection.code}`);
      return state;
    }
    const before = state;
    for (const event of decision.events) {
      history.push({ event, at });
      state = deepFreeze(orderAggregate.evolve(state, stored(event), at));
      reached.add(event.type);
    }
    reached.add(state.status);
    const isAwaited =
      "returns" in state && state.returns.some((one) => "refund" in one && one.refund.status === "awaited");
    if (isAwaited) reached.add("AwaitedRefund");
    expectSoundStep(type, before, decision.events, state);
    expectOrderInvariants(state);
    return state;
  };
  tell(steps, state, send);
  return { state, history, reached };
};

const everything = new Set<string>();
const sequences = fuzzSequences(7_000);
/** What the stories come to is told only of as many as come to everything. */
const testOfMany = sequences < 2_000 ? test.skip : test;

describe("an order, whatever is sent to it in whatever order", () => {
  test("keeps its invariants, and its history adds up to exactly its state", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const { state, history, reached } = telling(steps);
        expectHistoryIsSound(history.map(({ event }) => event));
        assert.deepEqual(fold(history), state);
        assert.deepEqual(orderAggregate.decodeState(JSON.parse(JSON.stringify(state))), state);
        const view = orderView(orderId, Math.max(1, history.length), state);
        if (view !== undefined) shownView.parse(view);
        waitingFor(state, timeOf(1_000));
        for (const one of reached) everything.add(one);
      }),
      { numRuns: sequences },
    );
  }, 600_000);

  testOfMany("was tried in every status and came to all that can be recorded of it", () => {
    // What the stories never reach is not tested by them, however many there are.
    const never = `
      Withdrawn Placed AwaitingCustomer Reserved Authorised Fulfilling Completed Returning
      Cancelling Cancelled Rejected Expired MessageIgnored OrderAmended LinesCancelled CaptureDeclined
      DeliveryFailed ReturnDeclined RefundIssued AuthorisationVoided ShortageResolved PaymentDeclined ReservationReleased LinesPicked
      DeliveryReportedEarly ShipmentUnpacked CaptureWaived AwaitedRefund`
      .trim()
      .split(/\s+/)
      .filter((one) => !everything.has(one));
    expect(never).toEqual([]);
  });

  test("is never refused an event that it, or another order, recorded", () => {
    fc.assert(
      fc.property(story, story, (one, other) => {
        const { state } = telling(one);
        for (const { event, at } of telling(other).history) {
          const next = orderAggregate.evolve(state, event, at);
          assert.deepEqual(orderAggregate.decodeState(next), next);
        }
      }),
      { numRuns: fuzzSequences(300) },
    );
  }, 600_000);
});

describe("an order to be placed", () => {
  test("is refused exactly if a number in it cannot be exact", () => {
    fc.assert(
      fc.property(placementFields, ({ lines, discountMinor = 0, shipping, pricesIncludeTax, ...fields }) => {
        const gross = lines.map(({ quantity, unitPriceMinor }) => BigInt(quantity) * BigInt(unitPriceMinor));
        const own = lines.map(({ discountMinor }) => BigInt(discountMinor));
        const net = gross.reduce((sum, value, index) => sum + value - (own[index] ?? 0n), 0n);
        const parsed = orderAggregate.parseCommand("PlaceOrder", {
          ...fields,
          lines,
          discountMinor,
          ...(shipping === undefined ? {} : { shipping }),
          ...(pricesIncludeTax === undefined ? {} : { pricesIncludeTax }),
        });
        const largest = BigInt(Number.MAX_SAFE_INTEGER);
        const isCovered = gross.every((value, index) => (own[index] ?? 0n) <= value) && BigInt(discountMinor) <= net;
        const isExact = gross.reduce((sum, value) => sum + value, 0n) <= largest;
        // With tax, the total may be too large as well; what is refused without it is refused with it.
        if (!isCovered || !isExact) expect(parsed.valid).toBe(false);
        else if (lines.every(({ taxRatePpm }) => taxRatePpm === 0) && net + 10_000n <= largest) {
          expect(parsed.valid).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
