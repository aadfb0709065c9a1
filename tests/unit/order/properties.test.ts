import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderRejectionCodes } from "../../../actors/order/rejections.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { orderView, orderViewSchema } from "../../../actors/order/view.ts";
import { deepFreeze } from "../../support/deep-freeze.ts";
import { expectHistoryIsSound, expectOrderInvariants } from "./invariants.ts";

const runs = 1_000;

const quantity = fc.constantFrom(1, 2, 7, 999_999, 1_000_000);
const unitPriceMinor = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 250, 9_007_199_254) },
  { weight: 1, arbitrary: fc.constantFrom(9_007_199_255, Number.MAX_SAFE_INTEGER) },
);
const lineIds = ["line-1", "line-2", "line-3"];
const lines = fc
  .subarray(lineIds, { minLength: 1 })
  .chain((ids) =>
    fc.tuple(...ids.map((lineId) => fc.record({ lineId: fc.constant(lineId), quantity, unitPriceMinor }))),
  )
  .map((placed) => placed.map((line) => ({ ...line, sku: "cup", location: "berlin" })));

interface Step {
  readonly type: string;
  readonly fields: object;
  readonly issuer: Issuer;
}

const issuer = fc.constantFrom<Issuer>("outside", "process-manager");
const step = <Fields extends object>(type: string, fields: fc.Arbitrary<Fields>): fc.Arbitrary<Step> =>
  fc.record({ type: fc.constant(type), fields, issuer });

const placementFields = fc.record({
  customerId: fc.constantFrom("customer-1", "customer-2"),
  currency: fc.constant("EUR"),
  fulfilment: fc.constantFrom("external", "managed"),
  lines,
});
const placement = step("PlaceOrder", placementFields);
const mostly = <Value>(usual: Value, unusual: Value): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(unusual) });
const shipmentId = fc.constantFrom("shipment-1", "shipment-2", "shipment-3");

/** An amount of -1 stands for the total of the order, which is not known before the order is placed. */
const total = -1;

const laterStep = fc.oneof(
  { weight: 1, arbitrary: placement },
  { weight: 5, arbitrary: step("RecordReservation", fc.record({ reservationId: mostly("r-1", "r-2") })) },
  {
    weight: 5,
    arbitrary: step(
      "RecordAuthorisation",
      fc.record({ authorisationId: mostly("a-1", "a-2"), amountMinor: mostly(total, 1) }),
    ),
  },
  {
    weight: 6,
    arbitrary: step(
      "DispatchShipment",
      fc.record(
        {
          shipmentId,
          carrier: mostly("Parcel Co", "Other Co"),
          trackingNumber: fc.constant("P 1"),
          lineIds: fc.oneof(
            { weight: 6, arbitrary: fc.subarray(lineIds, { minLength: 1, maxLength: 2 }) },
            { weight: 1, arbitrary: fc.constant(["line-9"]) },
          ),
        },
        { requiredKeys: ["shipmentId", "carrier", "trackingNumber"] },
      ),
    ),
  },
  { weight: 8, arbitrary: step("RecordDelivery", fc.record({ shipmentId })) },
  { weight: 1, arbitrary: step("RequestCancel", fc.record({ reason: fc.constantFrom("one", "two") })) },
  {
    weight: 1,
    arbitrary: step(
      "RecordShortage",
      fc.record({
        reserved: fc.constant([]),
        short: fc.constant([{ sku: "cup", location: "berlin", requested: 2, available: 1 }]),
      }),
    ),
  },
  { weight: 2, arbitrary: step("CompleteCancel", fc.constant({})) },
);

const story = fc
  .tuple(placement, fc.array(laterStep, { maxLength: 40, size: "max" }))
  .map(([first, later]): Step[] => [first, ...later]);

const knownCodes = new Set<string>(orderRejectionCodes);
const shownView = orderViewSchema.loose();

const timeOf = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();

interface Told {
  readonly state: OrderState;
  readonly history: readonly { readonly event: OrderEvent; readonly at: string }[];
}

/** The command of a step, or undefined if its fields are refused. */
const commandOf = ({ type, fields }: Step, state: OrderState): OrderCommand | undefined => {
  const isForTotal = "amountMinor" in fields && fields.amountMinor === total;
  const amountMinor = state.status === "NotPlaced" ? 0 : state.totalMinor;
  const parsed = orderAggregate.parseCommand(type, isForTotal ? { ...fields, amountMinor } : fields);
  return parsed.valid ? deepFreeze(parsed.command) : undefined;
};

/** Sends every step in turn and checks after each what must always hold. */
const tell = (steps: readonly Step[]): Told => {
  let state = deepFreeze(orderAggregate.initial);
  const history: { event: OrderEvent; at: string }[] = [];
  steps.forEach((step, index) => {
    const command = commandOf(step, state);
    if (command === undefined) return;
    const at = timeOf(index);
    const context = { streamId: "order-1", commandId: `command-${index}`, at, issuer: step.issuer };
    const decision = orderAggregate.decide(command, state, context);
    if (decision.outcome === "rejected") {
      assert.ok(knownCodes.has(decision.rejection.code), decision.rejection.code);
      return;
    }
    for (const event of deepFreeze(decision.events)) {
      history.push({ event, at });
      state = deepFreeze(orderAggregate.evolve(state, event, at));
    }
    expectOrderInvariants(state);
    const repeated = orderAggregate.decide(command, state, { ...context, commandId: `repeat-${index}` });
    if (command.type === "PlaceOrder") assert.equal(repeated.outcome, "rejected");
    else assert.deepEqual(repeated, { outcome: "accepted", events: [] });
  });
  return { state, history };
};

const fromStore = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("whatever commands an order receives, from whomever", () => {
  test("its invariants hold, a repeated command changes nothing, and its history adds up to its state", () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(story, (steps) => {
        const { state, history } = tell(steps);
        expectHistoryIsSound(history.map(({ event }) => event));
        const folded = history.reduce(
          (before, { event, at }) =>
            orderAggregate.evolve(before, orderAggregate.decodeEvent(event.type, 1, fromStore(event.data)), at),
          orderAggregate.initial,
        );
        assert.deepEqual(folded, state);
        assert.deepEqual(orderAggregate.decodeState(fromStore(state)), state);
        const view = orderView("order-1", Math.max(1, history.length), state);
        if (view !== undefined) assert.deepEqual(shownView.parse(fromStore(view)), view);
        reached.add(state.status);
      }),
      { numRuns: runs },
    );
    // A property that never reaches a status proves nothing about it.
    expect([...reached].toSorted()).toEqual(
      [
        "AwaitingCustomer",
        "Authorised",
        "Cancelled",
        "Cancelling",
        "Completed",
        "Fulfilling",
        "NotPlaced",
        "Placed",
        "Reserved",
      ].toSorted(),
    );
  });

  test("it is refused exactly if its exact total is no safe integer", () => {
    fc.assert(
      fc.property(placementFields, (fields) => {
        const totalMinor = fields.lines.reduce(
          (sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitPriceMinor),
          0n,
        );
        const parsed = orderAggregate.parseCommand("PlaceOrder", fields);
        expect(parsed.valid).toBe(totalMinor <= BigInt(Number.MAX_SAFE_INTEGER));
      }),
      { numRuns: runs },
    );
  });

  test("no event that the order ever recorded is refused in any other state", () => {
    fc.assert(
      fc.property(story, story, (one, other) => {
        const { state } = tell(one);
        for (const { event, at } of tell(other).history) {
          expect(() => orderAggregate.evolve(state, event, at)).not.toThrow();
        }
      }),
      { numRuns: 100 },
    );
  });
});
