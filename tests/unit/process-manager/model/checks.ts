import { expect } from "@jest/globals";
import { parseStockStreamId } from "../../../../actors/kernel/stream-id.ts";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import { isShipping } from "../../../../actors/order/lines.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { isSale } from "../../../../actors/order/sale/state.ts";
import { waitingFor } from "../../../../actors/order/waiting.ts";
import { stockItemAggregate } from "../../../../actors/stock-item/aggregate.ts";
import { availableIn, neededUnits, type KnownItem } from "../../../../actors/stock-item/state.ts";
import { orderOfReservation } from "../../../../services/process-manager/plan/reservation-id.ts";
import { defaultLimits } from "../../../../services/process-manager/watchdog/limits.ts";
import { balanceOf, givenIn } from "../../../../services/simulated-provider/ledger/account.ts";
import type { MemoryWorld } from "../memory-process.ts";
import { expectOrderInvariants } from "../../order/stateful/invariants.ts";

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

const skus = ["cup", "mug", "pot", "never-stocked"];

/** Whatever is reserved is held for an order that knows of it. */
export const expectHeldIsKnown = (world: MemoryWorld): void => {
  const orders = [...world.actors.orders().values()];
  for (const sku of skus) {
    const held = sum(orders, (order) => heldOf(order, sku));
    expect({ sku, reserved: sum(itemsOf(world, sku), ({ reserved }) => reserved) }).toEqual({ sku, reserved: held });
  }
};

/** Every unit that was received is on the shelf, held for an order that lives, or gone with a shipment or a sale. */
export const expectStockAddsUp = (world: MemoryWorld, received: Readonly<Record<string, number>>): void => {
  const orders = [...world.actors.orders().values()];
  expectHeldIsKnown(world);
  for (const sku of skus) {
    const items = itemsOf(world, sku);
    const gone = sum(orders, (order) => shippedOf(order, sku) + soldOf(order, sku) - restockedOf(order, sku));
    expect({ sku, net: sum(items, ({ onHand, oversold }) => onHand - oversold) }).toEqual({
      sku,
      net: (received[sku] ?? 0) - gone,
    });
    expect({
      sku,
      waiting: items.flatMap(({ openReservations }) => openReservations.filter((one) => one.backordered > 0)),
    }).toEqual({
      sku,
      waiting: [],
    });
  }
};

/** Where an item needs units, since somebody waits for them or they are owed, none of its shards has any. */
export const expectNobodyStarves = ({ actors }: MemoryWorld): void => {
  const items = actors.stock();
  for (const [streamId, item] of items) {
    if (item.status !== "Sharded" || neededUnits(item) === 0) continue;
    const shards = [...items].filter(([id]) => id.startsWith(`${streamId}~`));
    const free = sum(shards, ([, shard]) => availableIn(shard));
    expect({ streamId, free }).toEqual({ streamId, free: 0 });
  }
};

/**
 * The provider holds what live orders need, has taken what they say, and holds nothing for any other; what they say is what their
 * goods are worth.
 */
export const expectMoneyAddsUp = ({ actors, provider }: MemoryWorld): void => {
  for (const order of actors.orders().values()) expectOrderInvariants(order);
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

/** An order is rejected for what was declined or for stock that expired, and for nothing else. */
export const expectRejectionsAreDue = ({ actors }: MemoryWorld): void => {
  for (const [orderId, order] of actors.orders()) {
    if (order.status !== "Rejected") continue;
    const why =
      order.cause === "paymentDeclined"
        ? actors.feed.filter(({ type, streamId }) => type === "PaymentDeclined" && streamId === orderId)
        : actors.feed.filter(
            ({ type, data }) =>
              type === "ReservationExpired" && orderOfReservation(String(data["reservationId"])) === orderId,
          );
    expect({ orderId, cause: order.cause, reason: order.reason, isDue: why.length > 0 }).toMatchObject({ isDue: true });
  }
};

const keyOf = (reservationId: string, stockItemId: string): string => `${reservationId} ${stockItemId}`;

/** Whoever is told of a shortage has been told of all that was reserved before. Shards may keep what a dead run took, for a while. */
export const expectShortagesAreTrue = ({ actors }: MemoryWorld): void => {
  /** Units that items have reserved and no order knows of, by reservation and item. */
  const untold = new Map<string, number>();
  for (const recorded of actors.feed) {
    const { streamId, version } = recorded;
    if (recorded.streamType === "StockItem") {
      const event = stockItemAggregate.decodeEvent(recorded.type, recorded.schemaVersion, recorded.data);
      if (event.type === "ReservationExpired" || event.type === "ReservationReleased")
        untold.delete(keyOf(event.data.reservationId, streamId));
      const isReserved = event.type === "StockReserved" || event.type === "StockPartlyReserved";
      if (isReserved && parseStockStreamId(streamId)?.shard === undefined)
        untold.set(keyOf(event.data.reservationId, streamId), event.data.quantity);
      continue;
    }
    const event = orderAggregate.decodeEvent(recorded.type, recorded.schemaVersion, recorded.data);
    if (event.type === "LinesReserved" && event.data.lines !== "all") {
      for (const { stockItemId } of event.data.lines.flatMap(({ holds }) => holds))
        untold.delete(keyOf(event.data.reservationId, stockItemId));
    }
    if (event.type === "ShortageRaised") {
      const own = [...untold.keys()].filter((key) => orderOfReservation(key.split(" ")[0] ?? "") === streamId);
      expect({ streamId, version, untold: own }).toEqual({ streamId, version, untold: [] });
    }
  }
};
