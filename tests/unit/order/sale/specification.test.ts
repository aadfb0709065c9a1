import { describe, expect, test } from "@jest/globals";
import type { Given } from "../../../support/specification.ts";
import { specificationOf, specificationTime, stateAfter } from "../../../support/specification.ts";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import type { MessageIgnored, SaleEvent } from "../../../../actors/order/sale/events.ts";
import type { RecordSale, SaleCommand } from "../../../../actors/order/sale/schemas.ts";
import type { SaleState } from "../../../../actors/order/sale/state.ts";
import * as example from "./examples.ts";

const { given } = specificationOf(orderAggregate, example.saleId);
const { recorded, tenderedCash, tenderedCard, completed, voided, takenBack, cashIgnored } = example;
const { recordSale, recordSalePaid, recordCash, recordCard, voidSale } = example;

type Sale = Given<SaleCommand, SaleEvent | MessageIgnored>;

/** What is specified of another stream. */
const elsewhere = (streamId: string): Sale => specificationOf(orderAggregate, streamId).given();

/** Tenders of one minor unit each. */
const parts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ tenderId: `part-${from + index}`, method: "cash", amountMinor: 1 }));

const tenderOfSaleIgnored = (tenderId: string): MessageIgnored => ({
  type: "MessageIgnored",
  data: { command: "RecordSale", reference: tenderId, reason: "SaleVoided" },
});
const soldInVain = [recorded, tenderOfSaleIgnored("tender-1"), tenderOfSaleIgnored("tender-2")];
const soldAndPaidRest = [recorded, tenderedCard, completed];
const soldAndPaid = [recorded, tenderedCash, tenderedCard, completed];

/** One alteration of each part of a sale's content but its receipt. */
const [cup, pot] = recordSale.lines;
const otherContents: Partial<RecordSale>[] = [
  { currency: "USD" },
  { discountMinor: 99 },
  { pricesIncludeTax: true },
  { soldAt: "2026-01-01T23:59:58Z" },
  { fulfilment: "external" },
  { cashier: "Bert" },
  { cashier: undefined },
  { lines: recordSale.lines.toReversed() },
  { lines: recordSale.lines.slice(0, 1) },
  ...(cup === undefined || pot === undefined
    ? []
    : [
        { lineId: "line-3" },
        { sku: "mug" },
        { location: "paris" },
        { quantity: 2 },
        { unitPriceMinor: 251 },
        { discountMinor: 51 },
        { taxRatePpm: 190_001 },
      ].map((change) => ({ lines: [{ ...cup, ...change }, pot] }))),
];

/** How a register tells of the same receipt again after it got no answer when it was online, or with a clock that shows UTC. */
const retellings: Partial<RecordSale>[] = [
  {},
  { offline: false },
  { soldAt: "2026-01-01T22:59:58Z" },
  { soldAt: "2026-01-02T04:29:58.000+05:30", offline: false },
];

const expectTheSameSale = (sale: Sale): void => {
  for (const telling of retellings) sale.when({ ...recordSalePaid, ...telling }).thenNothing();
};

const expectNoOtherSale = (sale: Sale): void => {
  for (const content of otherContents) sale.when({ ...recordSalePaid, ...content }).thenRejected("SaleMismatch");
};

describe("a receipt of which nothing is recorded", () => {
  test("takes its sale", () => given().when(recordSale).then(recorded));
  test("takes its sale from anyone", () => given().whenProcessManager(recordSale).then(recorded));
  test("takes its sale with tenders, which complete it", () =>
    given()
      .when(recordSalePaid)
      .then(...soldAndPaid));
  test("takes its sale with a part of the tenders", () =>
    given()
      .when({ ...recordSale, tenders: [example.card] })
      .then(recorded, tenderedCard));
  test("takes a sale of nothing, which is complete at once", () => {
    const [line] = recordSale.lines;
    if (line === undefined) throw new Error("the example has lines");
    const free: RecordSale = { ...recordSale, lines: [{ ...line, discountMinor: 650 }], cashier: undefined };
    const soldFor0 = { ...line, ownDiscountMinor: 650, discountMinor: 750, taxMinor: 0, includedTaxMinor: 0 };
    const data = { ...recorded.data, lines: [soldFor0], cashier: null, totalMinor: 0 };
    given().when(free).then({ type: "SaleRecorded", data }, completed);
  });
  test("settles the tax that prices include", () => {
    const [line] = recordSale.lines;
    if (line === undefined) throw new Error("the example has lines");
    const gross: RecordSale = { ...recordSale, lines: [line], pricesIncludeTax: true };
    const soldLine = { ...line, ownDiscountMinor: 50, discountMinor: 150, taxMinor: 0, includedTaxMinor: 96 };
    const data = { ...recorded.data, lines: [soldLine], pricesIncludeTax: true, totalMinor: 600 };
    given().when(gross).then({ type: "SaleRecorded", data });
  });
  test("takes no tenders above the total, nor the sale that they come with", () =>
    given()
      .when({ ...recordSale, tenders: [{ ...example.cash, amountMinor: example.total + 1 }] })
      .thenRejected("TenderExceedsTotal"));
  test("takes a tender before its sale", () => given().when(recordCash).then(tenderedCash));
  test("takes a tender as large as an amount can be", () => {
    const data = { ...tenderedCash.data, amountMinor: Number.MAX_SAFE_INTEGER };
    given()
      .when({ ...recordCash, amountMinor: Number.MAX_SAFE_INTEGER })
      .then({ type: "TenderRecorded", data });
  });
  test("can be voided before its sale", () => given().when(voidSale).then(voided));
});

describe("an id that is not that of the receipt", () => {
  test.each(["pos.berlin.till-1.1002", "pos.berlin.till-2.1001", "pos.paris.till-1.1001", "order-1"])(
    "takes no sale: %s",
    (streamId) => elsewhere(streamId).when(recordSale).thenRejected("SaleIdMismatch"),
  );
  test("takes no tender and no void if no sale can have it", () => {
    elsewhere("order-1").when(recordCash).thenRejected("SaleIdMismatch");
    elsewhere("order-1").when(voidSale).thenRejected("SaleIdMismatch");
  });
  test("takes no sale after it took another", () =>
    given(recorded)
      .when({ ...recordSale, receiptNumber: "1002" })
      .thenRejected("SaleIdMismatch"));
});

describe("a sale whose tenders came first", () => {
  const tendered = given(tenderedCash);
  test("takes the sale", () => tendered.when(recordSale).then(recorded));
  test("is complete with the sale if everything was tendered", () =>
    given(tenderedCard, tenderedCash).when(recordSale).then(recorded, completed));
  test("is complete with the sale and the other tenders", () => tendered.when(recordSalePaid).then(...soldAndPaidRest));
  test("takes no sale in another currency", () =>
    tendered.when({ ...recordSale, currency: "USD" }).thenRejected("CurrencyMismatch"));
  test("takes no sale that is worth less", () => {
    const data = { ...tenderedCash.data, tenderId: "tender-3" };
    given(tenderedCash, { type: "TenderRecorded", data }).when(recordSale).thenRejected("TenderExceedsTotal");
  });
  test("takes no sale that holds a tender otherwise", () => {
    tendered.when({ ...recordSale, tenders: [{ ...example.cash, method: "card" }] }).thenRejected("TenderMismatch");
    tendered.when({ ...recordSale, tenders: [{ ...example.cash, amountMinor: 999 }] }).thenRejected("TenderMismatch");
  });
  test("takes another tender", () => tendered.when(recordCard).then(tenderedCard));
  test("ignores the same tender", () => tendered.when(recordCash).thenNothing());
  test("takes no other content for a tender", () => {
    tendered.when({ ...recordCash, amountMinor: 999 }).thenRejected("TenderMismatch");
    tendered.when({ ...recordCash, method: "card" }).thenRejected("TenderMismatch");
  });
  test("takes no tender in another currency, the same neither", () => {
    tendered.when({ ...recordCard, currency: "USD" }).thenRejected("CurrencyMismatch");
    tendered.when({ ...recordCash, currency: "USD" }).thenRejected("CurrencyMismatch");
  });
  test("takes no more tenders than any sale can be worth", () => {
    const rest = Number.MAX_SAFE_INTEGER - 1_000;
    tendered.when({ ...recordCard, amountMinor: rest + 1 }).thenRejected("TenderExceedsTotal");
    tendered
      .when({ ...recordCard, amountMinor: rest })
      .then({ type: "TenderRecorded", data: { ...tenderedCard.data, amountMinor: rest } });
  });
  test("can be voided", () => tendered.when(voidSale).then(voided));
});

describe("an open sale", () => {
  const open = given(recorded, tenderedCash);
  test("ignores itself, with the tenders that it has or without", () => {
    open.when(recordSale).thenNothing();
    open.when({ ...recordSale, tenders: [example.cash] }).thenNothing();
  });
  test("takes the tenders that it brings when it comes again", () =>
    open.when(recordSalePaid).then(tenderedCard, completed));
  test("takes some of them without being complete", () =>
    given(recorded)
      .when({ ...recordSale, tenders: [example.cash] })
      .then(tenderedCash));
  test("is not recorded with another content", () => expectNoOtherSale(open));
  test("takes no more than its total when it comes again", () =>
    open.when({ ...recordSale, tenders: [{ ...example.card, amountMinor: 905 }] }).thenRejected("TenderExceedsTotal"));
  test("takes a tender", () => given(recorded).when(recordCash).then(tenderedCash));
  test("is complete with the tender that equals what was missing", () =>
    open.when(recordCard).then(tenderedCard, completed));
  test("is still open if a minor unit is missing", () =>
    open
      .when({ ...recordCard, amountMinor: 903 })
      .then({ type: "TenderRecorded", data: { ...tenderedCard.data, amountMinor: 903 } }));
  test("takes no tender above its total", () =>
    open.when({ ...recordCard, amountMinor: 905 }).thenRejected("TenderExceedsTotal"));
  test("ignores the same tender", () => open.when(recordCash).thenNothing());
  test("takes no other content for a tender", () =>
    open.when({ ...recordCash, amountMinor: 1 }).thenRejected("TenderMismatch"));
  test("takes no tender in another currency", () =>
    open.when({ ...recordCard, currency: "USD" }).thenRejected("CurrencyMismatch"));
  test("can be voided", () => open.when(voidSale).then(voided));
});

describe("a complete sale", () => {
  const complete = given(...soldAndPaid);
  test("ignores itself, with its tenders or without", () => {
    complete.when(recordSale).thenNothing();
    complete.when(recordSalePaid).thenNothing();
  });
  test("ignores the same receipt, however a register tells of it again", () => expectTheSameSale(complete));
  test("is not recorded with another content", () => expectNoOtherSale(complete));
  test("takes no further tender", () => {
    const further = { tenderId: "tender-3", method: "cash", amountMinor: 1 };
    complete.when({ ...recordCash, ...further }).thenRejected("TenderExceedsTotal");
    complete.when({ ...recordSale, tenders: [further] }).thenRejected("TenderExceedsTotal");
  });
  test("ignores the same tender", () => complete.when(recordCash).thenNothing());
  test("takes no other content for a tender", () =>
    complete.when({ ...recordCash, method: "cheque" }).thenRejected("TenderMismatch"));
  test("takes no tender in another currency", () =>
    complete.when({ ...recordCash, currency: "USD" }).thenRejected("CurrencyMismatch"));
  test("can be voided, which says that its goods have to go back", () => complete.when(voidSale).then(takenBack));
});

describe("a voided sale", () => {
  test("takes the sale that came after its void, and stays voided", () => {
    given(voided).when(recordSale).then(recorded);
    expect(stateAfter(orderAggregate, [voided, recorded])).toMatchObject({
      status: "SaleVoided",
      terms: recorded.data,
    });
  });
  test("ignores the tenders that come with the sale", () =>
    given(voided)
      .when(recordSalePaid)
      .then(...soldInVain));
  test.each([
    ["of which the sale came later", [voided, recorded]],
    ["that was open", [recorded, tenderedCash, voided]],
    ["that was complete", [...soldAndPaid, takenBack]],
  ])("%s ignores itself and is not recorded with another content", (_, history) => {
    given(...history)
      .when(recordSalePaid)
      .thenNothing();
    expectTheSameSale(given(...history));
    expectNoOtherSale(given(...history));
  });
  test("records that a tender came too late", () => {
    given(voided).when(recordCash).then(cashIgnored);
    given(recorded, tenderedCash, voided).when(recordCash).then(cashIgnored);
    given(...soldAndPaid, takenBack)
      .when(recordCash)
      .then(cashIgnored);
  });
  test("ignores another void, whatever its reason", () => {
    given(voided)
      .when({ ...voidSale, reason: "another" })
      .thenNothing();
    given(recorded, voided).when(voidSale).thenNothing();
  });
});

describe("the number of tenders", () => {
  const recordedParts = parts(50).map(
    (data) => ({ type: "TenderRecorded", data: { ...data, currency: "EUR" } }) as const,
  );
  test("is at most 50, however they come", () => {
    given()
      .when({ ...recordSale, tenders: parts(50) })
      .then(recorded, ...recordedParts);
    given(...recordedParts)
      .when(recordSale)
      .then(recorded);
    given(...recordedParts)
      .when({ ...recordCash, amountMinor: 1 })
      .thenRejected("TooManyTenders");
    given(recorded, ...recordedParts)
      .when({ ...recordCash, amountMinor: 1 })
      .thenRejected("TooManyTenders");
    given(...recordedParts.slice(1))
      .when({ ...recordSale, tenders: parts(2, 50) })
      .thenRejected("TooManyTenders");
    given(...recordedParts.slice(1))
      .when({ ...recordSale, tenders: parts(1) })
      .then(recorded, ...recordedParts.slice(0, 1));
  });
});

describe("the state of a sale", () => {
  const times = { recordedAt: specificationTime, updatedAt: specificationTime };
  const { currency: _, ...cash } = tenderedCash.data;
  const { currency: _currency, ...card } = tenderedCard.data;
  const terms = recorded.data;
  test.each<[(SaleEvent | MessageIgnored)[], SaleState]>([
    [[tenderedCard, tenderedCash], { status: "SaleTendered", ...times, currency: "EUR", tenders: [cash, card] }],
    [[recorded], { status: "SaleOpen", ...times, terms, tenders: [] }],
    [[tenderedCard, recorded, tenderedCash], { status: "SaleOpen", ...times, terms, tenders: [cash, card] }],
    [
      [recorded, tenderedCard, tenderedCash, completed],
      { status: "SaleCompleted", ...times, terms, tenders: [cash, card] },
    ],
    [[voided], { status: "SaleVoided", ...times, terms: null, reason: "wrong article" }],
    [[tenderedCash, voided], { status: "SaleVoided", ...times, terms: null, reason: "wrong article" }],
    [[recorded, tenderedCash, voided], { status: "SaleVoided", ...times, terms, reason: "wrong article" }],
    [[...soldAndPaid, takenBack], { status: "SaleVoided", ...times, terms, reason: "wrong article" }],
    [[voided, recorded, cashIgnored], { status: "SaleVoided", ...times, terms, reason: "wrong article" }],
  ])("is what its history says (%#)", (history, state) => {
    expect(stateAfter(orderAggregate, history)).toEqual(state);
  });
});
