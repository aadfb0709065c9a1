import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";
import { saleId } from "./sale/examples.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { placedManaged, placedExternal, placeManaged, placeExternal, requested } = example;

describe("an order that was never placed", () => {
  test("can be placed", () => given().when(placeExternal).then(placedExternal));
  test("asks for its stock if it is managed", () =>
    given()
      .when(placeManaged)
      .then(placedManaged, requested(1, 3, 1)));
  test("keeps the channel it came by", () =>
    given()
      .when({ ...placeExternal, channel: "marketplace" })
      .then({ type: "OrderPlaced", data: { ...dataOf(placedExternal), channel: "marketplace" } }));
  test("is withdrawn by a cancel", () => given().when(example.requestCancel).then(example.withdrawn));
  test("cannot be cancelled in part", () => given().when(example.cancelUnits(1, 0)).thenRejected("OrderNotPlaced"));
  test("refuses everything else", () => given().when(example.authorise()).thenRejected("OrderNotPlaced"));
  test("cannot have the id of a sale", () => {
    const { given: givenSale } = specificationOf(orderAggregate, saleId);
    givenSale().when(placeExternal).thenRejected("NotAnOrder");
    givenSale().when(example.requestCancel).thenRejected("NotAnOrder");
  });
});

const dataOf = (event: OrderEvent & { readonly data: object }) => {
  if (event.type !== "OrderPlaced") throw new Error(`${event.type} is no placement`);
  return event.data;
};

const ignoredOf = (command: Parameters<ReturnType<typeof given>["when"]>[0], reference: string): void =>
  given(example.withdrawn)
    .when(command)
    .then(example.ignored(command.type, reference, "OrderWithdrawn"));
ignoredOf(example.decline(true), "insufficient-funds");

describe("an order that was withdrawn before it came", () => {
  const { withdrawn } = example;
  test("is not placed any more", () => given(withdrawn).when(placeManaged).thenRejected("AlreadyCancelled"));
  test("takes another cancel, in part too, without a word", () => {
    given(withdrawn).when(example.requestCancel).thenNothing();
    given(withdrawn).when(example.cancelUnits(1, 0)).thenNothing();
  });
  test("ignores a payment, so that it can be voided", () =>
    given(withdrawn)
      .when(example.authorise())
      .then(example.ignored("RecordAuthorisation", "authorisation-1", "OrderWithdrawn")));
  test("ignores every other message, and names what it was about", () => {
    ignoredOf({ ...example.decline(true), requestId: "order-1~a1" }, "order-1~a1");
    ignoredOf({ ...example.declineCapture("shipment-1"), requestId: "order-1~a1" }, "shipment-1");
    ignoredOf(example.capture("shipment-1", 750), "shipment-1");
    ignoredOf(example.pick(1, 0), "order-1~f1");
    ignoredOf(example.pack("shipment-1", 1, 0), "shipment-1");
    ignoredOf(example.deliver("shipment-1"), "shipment-1");
    ignoredOf(example.failDelivery("shipment-1"), "shipment-1");
    ignoredOf(example.refund("return-1", 250), "order-1~return-1");
  });
  test("shows why, and when", () =>
    expect(stateAfter(orderAggregate, [withdrawn])).toMatchObject({ status: "Withdrawn", reason: example.reason }));
});

describe("a placed order", () => {
  test("cannot be placed again, whatever the content", () => {
    given(placedExternal).when(placeExternal).thenRejected("OrderAlreadyPlaced");
    given(...histories["managed Cancelled"])
      .when(placeManaged)
      .thenRejected("OrderAlreadyPlaced");
  });
});

const taxed: CommandOf<"PlaceOrder"> = {
  ...placeExternal,
  lines: [
    { ...linesOf(0), taxRatePpm: 190_000, discountMinor: 50 },
    { ...linesOf(1), taxRatePpm: 70_000, discountMinor: 0 },
  ],
  discountMinor: 170,
  shipping: { amountMinor: 490, taxRatePpm: 190_000 },
};

function linesOf(index: 0 | 1) {
  const line = example.lines[index];
  if (line === undefined) throw new Error("the example has two lines");
  return line;
}

describe("the price of an order", () => {
  // 700 and 1,000 after the lines' own discounts share 170: 70 and 100. 19 % of 630 are 119.7, 7 % of 900 are 63.
  test("has the order's discount shared out, and tax on top of each line and of shipping", () =>
    given()
      .when(taxed)
      .then({
        type: "OrderPlaced",
        data: {
          ...dataOf(placedExternal),
          lines: [
            { ...linesOf(0), taxRatePpm: 190_000, discountMinor: 120, taxMinor: 120, includedTaxMinor: 0 },
            { ...linesOf(1), taxRatePpm: 70_000, discountMinor: 100, taxMinor: 63, includedTaxMinor: 0 },
          ],
          discountMinor: 170,
          shipping: { amountMinor: 490, taxRatePpm: 190_000, taxMinor: 93, includedTaxMinor: 0 },
          totalMinor: 630 + 120 + 900 + 63 + 490 + 93,
        },
      }));

  // 630 with 19 % in it have 100.59, 900 with 7 % have 58.88, 490 with 19 % have 78.24 of tax.
  test("may have tax in it already", () =>
    given()
      .when({ ...taxed, pricesIncludeTax: true })
      .then({
        type: "OrderPlaced",
        data: {
          ...dataOf(placedExternal),
          lines: [
            { ...linesOf(0), taxRatePpm: 190_000, discountMinor: 120, taxMinor: 0, includedTaxMinor: 101 },
            { ...linesOf(1), taxRatePpm: 70_000, discountMinor: 100, taxMinor: 0, includedTaxMinor: 59 },
          ],
          discountMinor: 170,
          shipping: { amountMinor: 490, taxRatePpm: 190_000, taxMinor: 0, includedTaxMinor: 78 },
          pricesIncludeTax: true,
          totalMinor: 630 + 900 + 490,
        },
      }));
});

const { type: _, customerId: _customer, currency: _currency, fulfilment: _fulfilment, ...sameTerms } = placeExternal;
const amendSame: CommandOf<"AmendOrder"> = { type: "AmendOrder", ...sameTerms };
const shippedFor = (amountMinor: number) => ({ ...amendSame, shipping: { amountMinor, taxRatePpm: 190_000 } });
const amend: CommandOf<"AmendOrder"> = {
  type: "AmendOrder",
  lines: [{ ...linesOf(0), quantity: 2 }],
  discountMinor: 0,
  pricesIncludeTax: false,
};
const amended = (superseded: readonly { reservationId: string; sku: string; location: string }[] = []): OrderEvent => ({
  type: "OrderAmended",
  data: {
    lines: [{ ...linesOf(0), quantity: 2, taxMinor: 0, includedTaxMinor: 0 }],
    discountMinor: 0,
    shipping: null,
    pricesIncludeTax: false,
    totalMinor: 500,
    superseded: [...superseded],
  },
});
const place = (reservationId: string, sku: string) => ({ reservationId, sku, location: "berlin" });

describe("an amendment", () => {
  test("replaces what is ordered, and has what is being reserved for it released", () =>
    given(...histories["managed Placed"])
      .when(amend)
      .then(amended([place("order-1~r1", "cup"), place("order-1~r1", "pot")]), requested(2, 2, 0)));

  test("names every reservation that was made so far once", () =>
    given(...histories["managed Placed, backorder"])
      .when(amend)
      .then(
        amended([place("order-1~r1", "cup"), place("order-1~r1", "pot"), place("order-1~r2", "cup")]),
        requested(3, 2, 0),
      ));

  test("starts anew from nothing", () => {
    const state = stateAfter(orderAggregate, [...histories["managed AwaitingCustomer"], amended(), requested(2, 2, 0)]);
    expect(state).toMatchObject({
      status: "Placed",
      lines: [{ lineId: "line-1", quantity: 2, open: 2, reserved: 0, cancelled: 0 }],
      totalMinor: 500,
      holds: [],
      amendments: 1,
      reservationRound: 2,
      // The rounds tell the old reservations of a managed order from the new one.
      supersededIds: [],
      reservation: { reservationId: "order-1~r2", lines: [{ lineId: "line-1", requested: 2, reserved: 0 }] },
    });
    expect(state).not.toHaveProperty("shortage");
  });

  test("of an order that waits for its customer is made even if it changes nothing, since it reserves again", () =>
    given(...histories["external AwaitingCustomer"])
      .when(amendSame)
      .then({
        type: "OrderAmended",
        data: {
          lines: dataOf(placedExternal).lines,
          discountMinor: 0,
          shipping: null,
          pricesIncludeTax: false,
          totalMinor: 1_750,
          superseded: [],
        },
      }));

  test("that changes nothing is satisfied", () => {
    given(...histories["managed Placed"])
      .when(amendSame)
      .thenNothing();
    given(...histories["external Reserved"])
      .when(amendSame)
      .thenNothing();
  });

  const [cups, pots] = [linesOf(0), linesOf(1)];
  const accepted = { outcome: "accepted" };
  const decideOn = (command: CommandOf<"AmendOrder">, history: readonly OrderEvent[] = [placedExternal]) =>
    orderAggregate.decide(command, stateAfter(orderAggregate, history), {
      streamId: example.orderId,
      commandId: "command-1",
      at: "2026-01-01T00:00:00.000Z",
      issuer: "outside",
    });

  test.each<[string, Partial<CommandOf<"AmendOrder">>]>([
    ["more lines", { lines: [cups, pots, { ...pots, lineId: "line-3" }] }],
    ["fewer lines", { lines: [cups] }],
    ["another order of lines", { lines: [pots, cups] }],
    ["another line id", { lines: [{ ...cups, lineId: "line-9" }, pots] }],
    ["another SKU", { lines: [{ ...cups, sku: "pan" }, pots] }],
    ["another location", { lines: [{ ...cups, location: "paris" }, pots] }],
    ["another quantity", { lines: [{ ...cups, quantity: 2 }, pots] }],
    ["another price for the same in all", { lines: [{ ...cups, unitPriceMinor: 750, quantity: 1 }, pots] }],
    ["another discount for the same in all", { lines: [{ ...cups, unitPriceMinor: 251, discountMinor: 3 }, pots] }],
    ["another tax", { lines: [{ ...cups, taxRatePpm: 190_000 }, pots] }],
    ["a discount on the whole", { discountMinor: 1 }],
    ["tax in the price", { pricesIncludeTax: true }],
    ["shipping", { shipping: { amountMinor: 1, taxRatePpm: 0 } }],
    ["shipping for nothing", { shipping: { amountMinor: 0, taxRatePpm: 0 } }],
  ])("is made for %s", (_, terms) => {
    const decision = decideOn({ ...amendSame, ...terms });
    expect(decision).toMatchObject({ ...accepted, events: [{ type: "OrderAmended" }] });
  });

  test("is made for another price of shipping alone", () => {
    const first = decideOn(shippedFor(490));
    const history = [placedExternal, ...(first.outcome === "accepted" ? first.events : [])];
    given(...history)
      .when(shippedFor(490))
      .thenNothing();
    expect(decideOn(shippedFor(491), history)).toMatchObject({ ...accepted, events: [{ type: "OrderAmended" }] });
  });

  test("that only says that prices include no tax at all is satisfied, if that is what they do", () => {
    const included = { ...placeExternal, pricesIncludeTax: true };
    const placed = orderAggregate.decide(included, orderAggregate.initial, {
      streamId: example.orderId,
      commandId: "command-1",
      at: "2026-01-01T00:00:00.000Z",
      issuer: "outside",
    });
    if (placed.outcome !== "accepted") throw new Error("the order is placed");
    expect(decideOn({ ...amendSame, pricesIncludeTax: true }, placed.events)).toEqual({ ...accepted, events: [] });
  });

  test("is made for what was cancelled in part before", () =>
    given(placedExternal, example.linesCancelled(1, 0)).when(amend).then(amended()));
  test("brings cancelled units back", () => {
    const decision = decideOn(amendSame, [placedExternal, example.linesCancelled(1, 0)]);
    expect(decision).toMatchObject({ ...accepted, events: [{ type: "OrderAmended" }] });
  });

  test("of a managed order comes too late once its stock is reserved", () =>
    given(...histories["managed Reserved"])
      .when(amend)
      .thenRejected("AlreadyReserved"));
  test("of an external order comes too late once it is paid", () => {
    given(...histories["external Reserved, declined"])
      .when(amend)
      .then(amended());
    given(...histories["external Authorised"])
      .when(amend)
      .thenRejected("AlreadyAuthorised");
  });
  test("makes a reservation of an external order one of what was ordered before", () => {
    const history = [...histories["external Reserved"], amended()];
    given(...history)
      .when(example.recordAll)
      .thenRejected("ReservationSuperseded");
    given(...history)
      .when({ type: "RecordReservation", reservationId: "order-1~r2" })
      .then({
        type: "LinesReserved",
        data: { reservationId: "order-1~r2", lines: [{ lineId: "line-1", quantity: 2, holds: [] }] },
      });
  });
  test("is refused when there were too many", () => {
    const often = Array.from({ length: orderBounds.amendments }, () => amended());
    given(placedExternal, ...often.slice(1))
      .when(amendSame)
      .then({ type: "OrderAmended", data: { ...pricedSame, superseded: [] } });
    given(placedExternal, ...often)
      .when(amendSame)
      .thenRejected("TooManyAmendments");
  });

  const pricedSame = {
    lines: dataOf(placedExternal).lines,
    discountMinor: 0,
    shipping: null,
    pricesIncludeTax: false,
    totalMinor: 1_750,
  };
});
