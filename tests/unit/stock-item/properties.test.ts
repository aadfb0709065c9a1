import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { stockItemRejectionCodes } from "../../../actors/stock-item/rejections.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";
import type { StockItemState } from "../../../actors/stock-item/state.ts";
import { stockItemView } from "../../../actors/stock-item/view.ts";
import { deepFreeze } from "../../support/deep-freeze.ts";
import { commit, receive, release, reserve } from "./examples.ts";
import { ledgerOf } from "./ledger.ts";

const runs = 1_000;

const quantity = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(999_999_999, 1_000_000_000) },
);
const reservationId = fc.constantFrom("order-1", "order-2", "order-3", "order-4");
const commitId = fc.constantFrom("shipment-1", "shipment-2", "shipment-3");
const receiptId = fc.constantFrom("receipt-1", "receipt-2", "receipt-3");

interface Step {
  readonly command: StockItemCommand;
  readonly issuer: Issuer;
}

const command: fc.Arbitrary<StockItemCommand> = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(quantity, receiptId).map(([units, id]) => receive(units, id)) },
  { weight: 4, arbitrary: fc.tuple(quantity, reservationId).map(([units, id]) => reserve(units, id)) },
  { weight: 1, arbitrary: reservationId.map((id) => release(id)) },
  {
    weight: 4,
    arbitrary: fc.tuple(quantity, commitId, reservationId).map(([units, id, order]) => commit(units, id, order)),
  },
);
const issuer = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Issuer>("process-manager") },
  { weight: 1, arbitrary: fc.constant<Issuer>("outside") },
);
const story = fc.array(fc.record({ command, issuer }), { maxLength: 50, size: "max" });

const timeOf = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();

interface Told {
  readonly state: StockItemState;
  readonly history: readonly { readonly event: StockItemEvent; readonly at: string }[];
  readonly refusals: readonly string[];
}

/** Sends every command in turn and checks after each what must always hold. */
const tell = (steps: readonly Step[]): Told => {
  let state = deepFreeze(stockItemAggregate.initial);
  const history: { event: StockItemEvent; at: string }[] = [];
  const refusals: string[] = [];
  steps.forEach((step, index) => {
    const at = timeOf(index);
    const context = { streamId: "cup~berlin", commandId: `command-${index}`, at, issuer: step.issuer };
    const decision = stockItemAggregate.decide(step.command, state, context);
    if (decision.outcome === "rejected") {
      refusals.push(decision.rejection.code);
      return;
    }
    for (const event of deepFreeze(decision.events)) {
      history.push({ event, at });
      state = deepFreeze(stockItemAggregate.evolve(state, event, at));
    }
    expectStockAddsUp(state);
    const repeated = stockItemAggregate.decide(step.command, state, { ...context, commandId: `repeat-${index}` });
    // A reservation that a repeated ReserveStock names is open, since it was accepted right before.
    assert.deepEqual(repeated, { outcome: "accepted", events: [] });
  });
  return { state, history, refusals };
};

const expectStockAddsUp = (state: StockItemState): void => {
  assert.equal(new Set(state.refusedReservations).size, state.refusedReservations.length);
  if (state.status === "Unknown") return;
  assert.equal(
    state.reserved,
    state.openReservations.reduce((sum, { held }) => sum + held, 0),
  );
  assert.ok(state.reserved >= 0);
  assert.ok(state.onHand >= state.reserved);
  for (const { held, quantity, commits } of state.openReservations) {
    assert.ok(held > 0);
    assert.equal(held + commits.reduce((sum, { quantity }) => sum + quantity, 0), quantity);
  }
};

const fromStore = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("whatever commands a stock item receives, from whomever", () => {
  test("it never oversells, a repeated command changes nothing, and its history adds up to its state", () => {
    const refused = new Set<string>();
    const recorded = new Set<string>();
    fc.assert(
      fc.property(story, (steps) => {
        const { state, history, refusals } = tell(steps);
        const { onHand, reserved } = ledgerOf(history.map(({ event }) => event));
        const view = stockItemView("cup~berlin", Math.max(1, history.length), state);
        assert.deepEqual([view?.onHand ?? 0, view?.reserved ?? 0], [onHand, reserved]);
        const folded = history.reduce(
          (before, { event, at }) =>
            stockItemAggregate.evolve(before, stockItemAggregate.decodeEvent(event.type, 1, fromStore(event.data)), at),
          stockItemAggregate.initial,
        );
        assert.deepEqual(folded, state);
        assert.deepEqual(stockItemAggregate.decodeState(fromStore(state)), state);
        refusals.forEach((code) => refused.add(code));
        history.forEach(({ event }) => recorded.add(event.type));
      }),
      { numRuns: runs },
    );
    // A property that never meets an event or a refusal proves nothing about it; three refusals need more stock than this.
    const outOfReach = ["StockLimitReached", "TooManyReservations", "TooManyCommits"];
    expect([...refused].toSorted()).toEqual(
      stockItemRejectionCodes.filter((code) => !outOfReach.includes(code)).toSorted(),
    );
    expect(recorded.size).toBe(4);
  });
});
