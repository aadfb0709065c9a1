import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemEventHistories, type StockItemEvent } from "../../../actors/stock-item/events.ts";
import { stockItemRejectionCodes } from "../../../actors/stock-item/rejections.ts";
import { unitsGiven, type StockItemState } from "../../../actors/stock-item/state.ts";
import { stockItemView } from "../../../actors/stock-item/view.ts";
import { deepFreeze } from "../../support/deep-freeze.ts";
import { fuzzSequences } from "../../support/fuzz.ts";
import { createLedger, type Recorded } from "./ledger.ts";
import { startedAt, story, type Step, type Story } from "./stories.ts";

const sequences = fuzzSequences(3_000);
/** What the stories come to is told only of as many as come to everything. */
const testOfMany = sequences < 2_000 ? test.skip : test;

interface Told {
  readonly state: StockItemState;
  readonly history: readonly Recorded[];
  readonly refusals: readonly string[];
}

/** Sends every command in turn and checks after each what must always hold. */
const tell = ({ streamId, before, steps }: Story): Told => {
  const ledger = createLedger();
  const history: Recorded[] = [];
  const refusals: string[] = [];
  let state = deepFreeze(stockItemAggregate.initial);
  let now = startedAt;

  const record = (event: StockItemEvent, at: string): void => {
    history.push({ event, at });
    ledger.enter({ event, at });
    state = deepFreeze(stockItemAggregate.evolve(state, event, at));
  };

  const take = ({ command, issuer, waitMs }: Step): void => {
    now += waitMs;
    const at = new Date(now).toISOString();
    const context = { streamId, commandId: `command-${history.length}`, at, issuer };
    const decision = stockItemAggregate.decide(command, state, context);
    if (decision.outcome === "rejected") {
      refusals.push(decision.rejection.code);
      return;
    }
    const isDenied = decision.events.some(({ type }) => type === "ReservationDenied");
    for (const event of deepFreeze(decision.events)) record(event, at);
    expectStockAddsUp(state);
    // Every command that changes something leaves nothing behind that somebody waits for, unless it is due at once.
    const isUndistributed = ledger.isUndistributed();
    if (isUndistributed) assert.ok((stockItemAggregate.nextWakeAt?.(state) ?? "never") <= at);
    if (isUndistributed && command.type === "ExpireReservations") return;
    const repeated = stockItemAggregate.decide(command, state, context);
    if (isDenied) assert.equal(repeated.outcome, "rejected");
    else assert.deepEqual(repeated, { outcome: "accepted", events: [] });
  };

  for (const event of before) record(event, new Date(now).toISOString());
  for (const step of steps) take(step);

  const { allocated: _, ...balance } = ledger.balance();
  const view = stockItemView(streamId, Math.max(1, history.length), state);
  const { onHand, reserved, oversold, backordered } = view ?? { onHand: 0, reserved: 0, oversold: 0, backordered: 0 };
  assert.deepEqual({ onHand, reserved, oversold, backordered }, balance);
  const shares = [...ledger.balance().allocated.values()];
  if (state.status === "Sharded") {
    const all = Array.from({ length: state.shards }, (_, shard) => shares[shard] ?? 0);
    assert.ok(Math.max(...all) - Math.min(...all) <= 1, "shards get equal shares");
  }
  return { state, history, refusals };
};

const expectStockAddsUp = (state: StockItemState): void => {
  assert.equal(new Set(state.refusedReservations).size, state.refusedReservations.length);
  assert.equal(new Set(state.deniedReservations).size, state.deniedReservations.length);
  if (state.status === "Unknown") return;
  const { onHand, reserved, oversold, openReservations } = state;
  assert.ok(onHand >= reserved && reserved >= 0 && oversold >= 0);
  assert.equal(
    reserved,
    openReservations.reduce((sum, { held }) => sum + held, 0),
  );
  for (const reservation of openReservations) {
    const { requested, held, backordered } = reservation;
    assert.ok(held > 0 || backordered > 0);
    assert.ok(held >= 0 && backordered >= 0);
    assert.ok(unitsGiven(reservation) + backordered <= requested);
  }
};

const fromStore = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The event as the store gives it: where it could have been written so, in the oldest version. */
const asStored = ({ type, data }: StockItemEvent): { schemaVersion: number; data: unknown } => {
  const { schemaVersion } = stockItemEventHistories[type];
  const older = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
  return (type === "StockReserved" || type === "ReservationReleased") && Object.keys(older).length === 2
    ? { schemaVersion: 1, data: fromStore(older) }
    : { schemaVersion, data: fromStore(data) };
};

const folded = (history: readonly Recorded[]): StockItemState =>
  history.reduce((before, { event, at }) => {
    const { schemaVersion, data } = asStored(event);
    return stockItemAggregate.evolve(before, stockItemAggregate.decodeEvent(event.type, schemaVersion, data), at);
  }, stockItemAggregate.initial);

const refused = new Set<string>();
const recorded = new Set<string>();

describe("whatever commands a stock item receives, from whomever, how often and in whatever order", () => {
  test("it never oversells, a repeated command changes nothing, and its history adds up to its state", () => {
    fc.assert(
      fc.property(story, (told) => {
        const { state, history, refusals } = tell(told);
        assert.deepEqual(folded(history), state);
        assert.deepEqual(stockItemAggregate.decodeState(fromStore(state)), state);
        refusals.forEach((code) => refused.add(code));
        history.forEach(({ event }) => recorded.add(event.type));
      }),
      { numRuns: sequences },
    );
  });

  testOfMany("it meets every event and every refusal but two, which need far longer stories", () => {
    // A property that never meets an event or a refusal proves nothing about it.
    const outOfReach = ["TooManyReservations", "TooManyBackorders"];
    expect([...refused].toSorted()).toEqual(
      stockItemRejectionCodes.filter((code) => !outOfReach.includes(code)).toSorted(),
    );
    expect([...recorded].toSorted()).toEqual(Object.keys(stockItemEventHistories).toSorted());
  });
});
