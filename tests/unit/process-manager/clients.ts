import type { CommandAnswer } from "../../../actors/kernel/answer.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import type { KnownItem } from "../../../actors/stock-item/state.ts";
import { balanceOf, givenIn, type Balance } from "../../../services/simulated-provider/ledger/account.ts";
import type { MemoryWorld } from "./memory-process.ts";

/** Everybody outside, as they act in this world. Every command is sent once, under an id of its own. */
export interface Clients {
  receive(sku: string, quantity: number): void;
  /** Spreads an item over shards. */
  shard(sku: string, shards: number): void;
  order(orderId: string, type: string, data?: Readonly<Record<string, unknown>>): CommandAnswer;
  place(orderId: string, quantities: Readonly<Record<string, number>>, fulfilment?: string): void;
  /** Packs everything that is planned and not packed, as one shipment of each fulfilment: `<prefix>1` and so on. */
  packAll(orderId: string, prefix: string): string[];
  statusOf(orderId: string): string | undefined;
  orderOf<Status extends OrderState["status"]>(
    orderId: string,
    status: Status,
  ): Extract<OrderState, { status: Status }>;
  /** A stock item of `sku` in Berlin. */
  stockOf(sku: string): { onHand: number | undefined; reserved: number | undefined };
  itemOf(sku: string): KnownItem;
  /** A SKU's units in Berlin, those of its item and all shards together. */
  totalOf(sku: string): { onHand: number; reserved: number; oversold: number };
  /** Where the money of an order is at the provider, all authorisations together, in minor units. */
  moneyOf(orderId: string): { captured: number; refunded: number; live: number } | undefined;
  /** The types of a stream's events. */
  typesOf(streamId: string): string[];
}

export const location = "berlin";

export const clientsOf = ({ actors, provider }: MemoryWorld): Clients => {
  let sent = 0;
  const nextId = (): string => {
    sent += 1;
    return `client-${sent}`;
  };
  const clients: Clients = {
    receive: (sku, quantity) => {
      const data = { receiptId: nextId(), quantity };
      actors.send("outside", "StockItem", `${sku}~${location}`, { commandId: nextId(), type: "ReceiveStock", data });
    },
    shard: (sku, shards) => {
      actors.send("outside", "StockItem", `${sku}~${location}`, {
        commandId: nextId(),
        type: "ShardStock",
        data: { shards },
      });
    },
    order: (orderId, type, data = {}) =>
      actors.send("outside", "Order", orderId, { commandId: nextId(), type, data, correlationId: "the-talk" }),
    place: (orderId, quantities, fulfilment = "managed") => {
      const lines = Object.entries(quantities).map(([sku, quantity]) => ({
        lineId: sku,
        sku,
        location,
        quantity,
        unitPriceMinor: 10,
      }));
      clients.order(orderId, "PlaceOrder", { customerId: "c", currency: "EUR", fulfilment, lines });
    },
    packAll: (orderId, prefix) =>
      clients.orderOf(orderId, "Fulfilling").fulfilments.map(({ fulfilmentId, lines }, index) => {
        const shipmentId = `${prefix}${index + 1}`;
        const units = lines
          .filter(({ planned, packed }) => planned > packed)
          .map(({ lineId, planned, packed }) => ({ lineId, quantity: planned - packed }));
        clients.order(orderId, "RecordPack", { shipmentId, fulfilmentId, lines: units });
        return shipmentId;
      }),
    statusOf: (orderId) => actors.orders().get(orderId)?.status,
    orderOf: <Status extends OrderState["status"]>(orderId: string, status: Status) => {
      const order = actors.orders().get(orderId);
      const isIn = (state: OrderState | undefined): state is Extract<OrderState, { status: Status }> =>
        state?.status === status;
      if (!isIn(order)) throw new Error(`${orderId} is ${order?.status}, not ${status}`);
      return order;
    },
    stockOf: (sku) => {
      const { onHand, reserved } = actors.stock().get(`${sku}~${location}`) ?? {};
      return { onHand, reserved };
    },
    itemOf: (sku) => {
      const item = actors.stock().get(`${sku}~${location}`);
      if (item === undefined) throw new Error(`there is no ${sku}`);
      return item;
    },
    totalOf: (sku) => {
      const items = [...actors.stock()].filter(([id]) => id.startsWith(`${sku}~`)).map(([, item]) => item);
      const sum = (of: (item: KnownItem) => number): number => items.reduce((total, item) => total + of(item), 0);
      return {
        onHand: sum(({ onHand }) => onHand),
        reserved: sum(({ reserved }) => reserved),
        oversold: sum(({ oversold }) => oversold),
      };
    },
    moneyOf: (orderId) => {
      const account = provider.accounts.get(orderId);
      if (account === undefined) return undefined;
      const balances = givenIn(account).map((given) => balanceOf(account, given));
      const sum = (of: (balance: Balance) => number): number => balances.reduce((total, one) => total + of(one), 0);
      return {
        captured: sum(({ capturedMinor }) => capturedMinor),
        refunded: sum(({ refundedMinor }) => refundedMinor),
        live: sum(({ authorisedMinor, capturedMinor, voidedMinor }) => authorisedMinor - capturedMinor - voidedMinor),
      };
    },
    typesOf: (streamId) => actors.feed.filter((event) => event.streamId === streamId).map(({ type }) => type),
  };
  return clients;
};
