import assert from "node:assert/strict";
import { describe, test } from "@jest/globals";
import * as fc from "fast-check";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { fuzzSequences } from "../../../support/fuzz.ts";
import { specificationTime } from "../../../support/specification.ts";
import { orderId } from "../examples.ts";
import { nextToClose } from "./closing.ts";
import type { Fate } from "./closing.ts";
import { expectOrderInvariants } from "./invariants.ts";
import { story, tell } from "./steps.ts";
import type { Sent } from "./steps.ts";

const ends = new Set(["NotPlaced", "Withdrawn", "Completed", "Cancelled", "Rejected", "Expired"]);

/** What an order becomes by a command; undefined if it refuses it. */
const after = (state: OrderState, { type, fields, issuer }: Sent): OrderState | undefined => {
  const parsed = orderAggregate.parseCommand(type, fields);
  if (!parsed.valid) return undefined;
  const context = { streamId: orderId, commandId: "command-1", at: specificationTime, issuer };
  const decision = orderAggregate.decide(parsed.command, state, context);
  return decision.outcome === "rejected"
    ? undefined
    : decision.events.reduce((folded, event) => orderAggregate.evolve(folded, event, specificationTime), state);
};

/** Does what there is to do until nothing is left; the order takes all of it. */
const close = (begun: OrderState, fate: Fate): OrderState => {
  let state = begun;
  for (let commands = 0; commands < 200; commands += 1) {
    const next = nextToClose(state, fate);
    if (next === undefined) return state;
    const closed = after(state, next);
    assert.ok(closed !== undefined, `${JSON.stringify(next)} is refused in ${JSON.stringify(state)}`);
    state = closed;
  }
  throw new Error(`nothing ends ${JSON.stringify(state)}`);
};

describe("an order, wherever it is", () => {
  test.each<Fate & { readonly title: string }>([
    { title: "that is paid and arrives", pays: true, arrives: true },
    { title: "that is paid and gets lost", pays: true, arrives: false },
    { title: "that is never paid and arrives", pays: false, arrives: true },
    { title: "that is never paid and gets lost", pays: false, arrives: false },
  ])("can be brought to its end: one $title", (fate) => {
    fc.assert(
      fc.property(story, (steps) => {
        let state: OrderState = orderAggregate.initial;
        tell(steps, state, (sent) => {
          state = after(state, sent) ?? state;
          return state;
        });
        const closed = close(state, fate);
        assert.ok(ends.has(closed.status), `nothing is left to do for ${JSON.stringify(closed)}`);
        expectOrderInvariants(closed);
      }),
      { numRuns: fuzzSequences(500) },
    );
  });
});
