import { expect } from "@jest/globals";
import { isShipping } from "../../../../actors/order/lines.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { isSale } from "../../../../actors/order/sale/state.ts";
import { waitingFor } from "../../../../actors/order/waiting.ts";
import type { KnownItem } from "../../../../actors/stock-item/state.ts";
import { defaultLimits } from "../../../../services/process-manager/watchdog/limits.ts";
import { balanceOf, givenIn } from "../../../../services/simulated-provider/ledger/account.ts";
import type { MemoryWorld } from "../memory-process.ts";

/** Statuses in which an order may rest: it is over, or waits for the warehouse, the carrier or goods that come back. */
const restingStatuses = ["Withdrawn", "Fulfilling", "Completed", "Cancelled", "Rejected", "Expired"];

const sum = <Item>(items: Iterable<Item>, of: (item: Item) => number): number => {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
};

/** The item of a SKU and all its shards. */
const itemsOf = ({ actors }: MemoryWorld, sku: string): KnownItem[] =>
  [...actors.stock()].filter(([id]) => id.startsWith(`${sku}~`)).map(([, item]) => item);

const soldOf = (order: OrderState, sku: string): number =>
  order.status === "SaleCompleted" ? sum(order.terms.lines, (line) => (line.sku === sku ? line.quantity : 0)) : 0;

const shippedOf = (order: OrderState, sku: string): number =>
  isShipping(order) ? sum(order.lines, (line) => (line.sku === sku ? line.shipped : 0)) : 0;

const restockedOf = (order: OrderState, sku: string): number =>
  isShipping(order)
    ? sum(order.returns, (known) =>
        known.status === "Received"
          ? sum(known.lines, ({ lineId, quantity, condition }) =>
              lineId === sku && condition === "resalable" ? quantity : 0,
            )
          : 0,
      )
    : 0;

const heldOf = (order: OrderState, sku: string): number =>
  "holds" in order ? sum(order.holds, (hold) => (hold.lineId === sku ? hold.quantity : 0)) : 0;

/** Every unit that was received is on the shelf, held for an order that lives, or gone with a shipment or a sale. */
export const expectStockAddsUp = (world: MemoryWorld, received: Readonly<Record<string, number>>): void => {
  const orders = [...world.actors.orders().values()];
  for (const sku of ["cup", "mug", "pot", "never-stocked"]) {
    const items = itemsOf(world, sku);
    const gone = sum(orders, (order) => shippedOf(order, sku) + soldOf(order, sku) - restockedOf(order, sku));
    expect({ sku, net: sum(items, ({ onHand, oversold }) => onHand - oversold) }).toEqual({
      sku,
      net: (received[sku] ?? 0) - gone,
    });
    const held = sum(orders, (order) => heldOf(order, sku));
    expect({ sku, reserved: sum(items, ({ reserved }) => reserved) }).toEqual({ sku, reserved: held });
    expect({
      sku,
      waiting: items.flatMap(({ openReservations }) => openReservations.filter((one) => one.backordered > 0)),
    }).toEqual({
      sku,
      waiting: [],
    });
  }
};

/** The provider holds what live orders need, has taken what they say, and holds nothing for any other. */
export const expectMoneyAddsUp = ({ actors, provider }: MemoryWorld): void => {
  for (const [orderId, account] of provider.accounts) {
    const order = actors.orders().get(orderId);
    const payment = order !== undefined && "payment" in order ? order.payment : undefined;
    const own = payment?.status === "authorised" ? payment : undefined;
    for (const given of givenIn(account)) {
      const { authorisedMinor, capturedMinor, voidedMinor, refundedMinor } = balanceOf(account, given);
      const liveMinor = authorisedMinor - capturedMinor - voidedMinor;
      if (given.outcome.authorisationId === own?.authorisationId) {
        expect({ orderId, authorisedMinor, capturedMinor, refundedMinor }).toEqual({
          orderId,
          authorisedMinor: own.authorisedMinor,
          capturedMinor: own.capturedMinor,
          refundedMinor: own.refundedMinor,
        });
        if (order?.status === "Completed") expect({ orderId, liveMinor }).toEqual({ orderId, liveMinor: 0 });
      } else {
        expect({ orderId, liveMinor, capturedMinor }).toEqual({ orderId, liveMinor: 0, capturedMinor: 0 });
      }
    }
  }
};

/** Every order is over, or waits for somebody outside. */
export const expectNobodyIsStuck = ({ actors, clock }: MemoryWorld): void => {
  const now = new Date(clock.nowMs).toISOString();
  for (const [orderId, order] of actors.orders()) {
    if (isSale(order)) continue;
    const waits = waitingFor(order, now).filter(({ step }) => defaultLimits[step].action !== "show");
    expect({ orderId, waits: waits.map(({ step }) => step) }).toEqual({ orderId, waits: [] });
    expect(restingStatuses).toContain(order.status);
  }
};
