import assert from "node:assert/strict";
import { describe, test } from "@jest/globals";
import * as fc from "fast-check";
import { largestAmountMinor, sumOf } from "../../../../actors/kernel/money.ts";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../../actors/order/events.ts";
import { saleRejectionCodes } from "../../../../actors/order/sale/rejections.ts";
import { saleIdOf } from "../../../../actors/order/sale/sale-id.ts";
import type { RecordSale, SaleCommand, VoidSale } from "../../../../actors/order/sale/schemas.ts";
import { isSale } from "../../../../actors/order/sale/state.ts";
import type { Tender } from "../../../../actors/order/sale/state.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { saleView, saleViewSchema } from "../../../../actors/order/sale/view.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { fuzzSequences } from "../../../support/fuzz.ts";
import { specificationTime, stateAfter } from "../../../support/specification.ts";
import * as example from "./examples.ts";

const runs = fuzzSequences(400);
const receipt = { storeId: "berlin", terminalId: "till-1", receiptNumber: "1001" };
const streamId = saleIdOf(receipt);
const context = { streamId, commandId: "command-1", at: specificationTime, issuer: "outside" } as const;

interface Told {
  readonly state: OrderState;
  readonly history: readonly OrderEvent[];
  readonly refused: readonly string[];
}

/** What must be true of a sale between any two commands. */
const expectSaleIsSound = (state: OrderState, history: readonly OrderEvent[]): void => {
  if (!isSale(state)) {
    assert.equal(history.length, 0);
    return;
  }
  const counted = (type: OrderEvent["type"]): number => history.filter((event) => event.type === type).length;
  for (const type of ["SaleRecorded", "SaleCompleted", "SaleVoided"] as const) assert.ok(counted(type) <= 1);
  const tenderIds = history.flatMap((event) => (event.type === "TenderRecorded" ? [event.data.tenderId] : []));
  assert.equal(new Set(tenderIds).size, tenderIds.length);
  if (state.status === "SaleOpen" || state.status === "SaleCompleted") {
    const tendered = sumOf(state.tenders.map((tender) => tender.amountMinor));
    assert.equal(state.status === "SaleCompleted", tendered === BigInt(state.terms.totalMinor));
    assert.ok(tendered <= BigInt(state.terms.totalMinor));
  }
  const voided = history.find((event) => event.type === "SaleVoided");
  assert.equal(voided !== undefined, state.status === "SaleVoided");
  if (voided !== undefined) {
    assert.equal(voided.data.wasCompleted, counted("SaleCompleted") === 1);
    const later = history.slice(history.indexOf(voided) + 1).map((event) => event.type);
    assert.ok(later.every((type) => type === "SaleRecorded" || type === "MessageIgnored"));
  }
};

/** Sends every command in turn and checks after each what must always hold. */
const tell = (commands: readonly SaleCommand[]): Told => {
  let state = deepFreeze(orderAggregate.initial);
  const history: OrderEvent[] = [];
  const refused: string[] = [];
  for (const command of commands) {
    const decision = orderAggregate.decide(deepFreeze(command), state, context);
    if (decision.outcome === "rejected") {
      refused.push(decision.rejection.code);
      continue;
    }
    for (const event of decision.events) {
      state = deepFreeze(orderAggregate.evolve(state, event, specificationTime));
      history.push(event);
    }
    expectSaleIsSound(state, history);
  }
  assert.deepEqual(stateAfter(orderAggregate, history), state);
  assert.deepEqual(orderAggregate.decodeState(JSON.parse(JSON.stringify(state))), state);
  if (isSale(state)) saleViewSchema.strict().parse(saleView(streamId, history.length, state));
  return { state, history, refused };
};

const line = fc.record(
  {
    sku: fc.constantFrom("cup", "pot"),
    location: fc.constant("berlin"),
    quantity: fc.constantFrom(1, 2, 7, 1_000_000),
    unitPriceMinor: fc.constantFrom(0, 1, 333, 9_007_199),
    discountMinor: fc.constantFrom(0, 0, 1),
    taxRatePpm: fc.constantFrom(0, 70_000, 190_000),
  },
  { noNullPrototype: true },
);

/** A sale as a register would send it. */
const sale = fc
  .record(
    {
      lines: fc.array(line, { minLength: 1, maxLength: 4 }),
      discountMinor: fc.constantFrom(0, 0, 1, 100),
      pricesIncludeTax: fc.boolean(),
      offline: fc.boolean(),
      fulfilment: fc.constantFrom("managed", "external"),
    },
    { noNullPrototype: true },
  )
  .map(({ lines, discountMinor, ...fields }): RecordSale => {
    const numbered = lines.map((one, index) => {
      const gross = one.quantity * one.unitPriceMinor;
      return { ...one, lineId: `line-${index}`, discountMinor: Math.min(one.discountMinor, gross) };
    });
    const left = numbered.reduce((sum, one) => sum + one.quantity * one.unitPriceMinor - one.discountMinor, 0);
    const { type, ...usual } = { ...example.recordSale, ...receipt };
    const sent = { ...usual, ...fields, lines: numbered, discountMinor: Math.min(discountMinor, left) };
    const parsed = orderAggregate.parseCommand(type, sent);
    if (!parsed.valid || parsed.command.type !== "RecordSale") throw new Error("a sale of the test is refused");
    return parsed.command;
  });

const totalOf = (command: RecordSale): number => {
  const { state } = tell([{ ...command, tenders: [] }]);
  return state.status === "SaleOpen" || state.status === "SaleCompleted" ? state.terms.totalMinor : -1;
};

/** Splits a total at random places into tenders of at least one minor unit. */
const tendersOf = (totalMinor: number, cuts: readonly number[]): Tender[] => {
  const places = [...new Set(cuts.map((cut) => Math.floor(totalMinor * cut)))].filter(
    (place) => place > 0 && place < totalMinor,
  );
  const edges = [0, ...places.toSorted((a, b) => a - b), totalMinor];
  return edges.slice(1).flatMap((edge, index) => {
    const amountMinor = edge - (edges[index] ?? 0);
    return amountMinor > 0 ? [{ tenderId: `tender-${index}`, method: "cash", amountMinor }] : [];
  });
};

const voidSale: VoidSale = { type: "VoidSale", reason: "wrong article" };

/**
 * What a register that was offline has to send, once and in the order in which it happened, and the same with every command
 * sent as often as it pleases, in any order. Each tender comes by itself, with the sale, or both ways; some may be missing.
 */
const upload = fc
  .record({
    sale,
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    isPaid: fc.constantFrom(true, true, false),
    isVoided: fc.boolean(),
    withSale: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    alone: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .chain(({ sale, cuts, isPaid, isVoided, withSale, alone }) => {
    const tenders = tendersOf(totalOf(sale), cuts).slice(isPaid ? 0 : 1);
    const inSale: RecordSale = { ...sale, tenders: tenders.filter((_, index) => withSale[index]) };
    const separate = tenders
      .filter((_, index) => alone[index] || !withSale[index])
      .map((tender): SaleCommand => ({ type: "RecordTender", ...tender, currency: sale.currency }));
    const inOrder: SaleCommand[] = [inSale, ...separate, ...(isVoided ? [voidSale] : [])];
    return fc
      .array(fc.constantFrom(...inOrder), { maxLength: 6 })
      .chain((again) => fc.shuffledSubarray([...inOrder, ...again], { minLength: inOrder.length + again.length }))
      .map((anyOrder) => ({ inOrder, anyOrder, isPaid, isVoided }));
  });

describe("the upload of a register that was offline", () => {
  test("ends in the same state in any order and however often each part is sent, and nothing of it is refused", () =>
    fc.assert(
      fc.property(upload, ({ inOrder, anyOrder, isPaid, isVoided }) => {
        const expected = tell(inOrder);
        const told = tell(anyOrder);
        assert.deepEqual(told.state, expected.state);
        assert.deepEqual([...expected.refused, ...told.refused], []);
        if (isVoided) assert.equal(told.state.status, "SaleVoided");
        else if (isPaid) assert.equal(told.state.status, "SaleCompleted");
        const goesOut = told.history.filter((event) => event.type === "SaleCompleted").length;
        const comesBack = told.history.filter((event) => event.type === "SaleVoided" && event.data.wasCompleted).length;
        assert.equal(goesOut - comesBack, told.state.status === "SaleCompleted" ? 1 : 0);
      }),
      { numRuns: runs },
    ));
});

/** Any commands at all for one receipt, many of which contradict each other. */
const anyCommand = fc.oneof(
  { weight: 3, arbitrary: sale },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(example.recordSale, example.recordSalePaid), fc.constantFrom("EUR", "EUR", "USD"))
      .map(([command, currency]): SaleCommand => ({ ...command, ...receipt, currency })),
  },
  {
    weight: 6,
    arbitrary: fc
      .record(
        {
          tenderId: fc.constantFrom("tender-1", "tender-2", "tender-3"),
          method: fc.constantFrom("cash", "card"),
          amountMinor: fc.constantFrom(1, 904, 1_000, 1_904, largestAmountMinor),
          currency: fc.constantFrom("EUR", "EUR", "EUR", "USD"),
        },
        { noNullPrototype: true },
      )
      .map((tender): SaleCommand => ({ type: "RecordTender", ...tender })),
  },
  { weight: 1, arbitrary: fc.constantFrom("one", "two").map((reason): SaleCommand => ({ type: "VoidSale", reason })) },
);

describe("whatever is sent to a sale", () => {
  test("leaves it sound, and what is refused has a known reason", () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 25, size: "max" }), (commands) => {
        const { refused } = tell(commands);
        assert.ok(refused.every((code) => saleRejectionCodes.some((known) => known === code)));
      }),
      { numRuns: runs },
    ));

  test("changes nothing when it is sent again at once, but for messages that are recorded as ignored", () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { minLength: 1, maxLength: 12, size: "max" }), (commands) => {
        const once = tell(commands);
        const twice = tell([...commands, ...commands.slice(-1)]);
        assert.deepEqual(twice.state, once.state);
        const added = twice.history.slice(once.history.length);
        assert.ok(added.every((event) => event.type === "MessageIgnored"));
      }),
      { numRuns: runs },
    ));
});
