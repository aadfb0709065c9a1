import { z } from "zod";
import type { OrderView } from "../../actors/order/view.ts";
import type { StockItemView } from "../../actors/stock-item/view.ts";
import { insist, type GatewayApi } from "../support/api.ts";
import { sharedStack, waitFor } from "../support/stack.ts";

/** Managed orders as those outside see them: commands by HTTP, and what comes of them. */
export interface ManagedOrders {
  /** Puts goods on the shelf. */
  receive(sku: string, quantity: number): Promise<void>;
  /** Places an order with one line per SKU. */
  place(orderId: string, quantities: Readonly<Record<string, number>>): Promise<void>;
  /** Sends any other command, once for each type and detail. */
  send(orderId: string, type: string, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  cancel(orderId: string): Promise<void>;
  /** Packs as one shipment what a planned order has of these SKUs; of all, if none is named. */
  pack(orderId: string, shipmentId: string, skus?: readonly string[]): Promise<void>;
  deliver(orderId: string, shipmentId: string): Promise<void>;
  /** Waits until the read model shows the order as the condition says. */
  untilOrder(
    orderId: string,
    what: string,
    isSo: (order: OrderView) => boolean,
    timeoutMs?: number,
  ): Promise<OrderView>;
  /** Waits until the read model shows the order in that status. */
  untilStatus(orderId: string, status: string, timeoutMs?: number): Promise<OrderView>;
  /** Waits until the read model shows a shipment of the order in that status. */
  untilShipment(orderId: string, shipmentId: string, status: string, timeoutMs?: number): Promise<OrderView>;
  /** Waits until the read model shows this stock. */
  untilStock(sku: string, stock: Partial<StockItemView>, timeoutMs?: number): Promise<void>;
  /** What the simulated provider holds and took for an order, in minor units. */
  balanceOf(orderId: string): Promise<Balance>;
}

const balance = z.object({
  authorisedMinor: z.int(),
  capturedMinor: z.int(),
  voidedMinor: z.int(),
  refundedMinor: z.int(),
});
export type Balance = z.infer<typeof balance>;

const location = "berlin";
const settleMs = 20_000;

/** Where the simulated provider of the stack listens. */
export const providerUrl = (): string => `http://127.0.0.1:${sharedStack().portBase + 75}`;

export const managedOrders = (api: GatewayApi): ManagedOrders => {
  const sendAs = async (orderId: string, commandId: string, body: { type: string; [field: string]: unknown }) => {
    const { httpStatus, text } = await insist(async () => api.sendOrderCommand(orderId, commandId, body));
    if (httpStatus !== 200) throw new Error(`${body.type} of ${orderId} was answered ${httpStatus}: ${text}`);
  };
  const orders: ManagedOrders = {
    receive: async (sku, quantity) => {
      const receiptId = `receipt-${quantity}`;
      const body = { type: "ReceiveStock", receiptId, quantity };
      const { httpStatus, text } = await insist(async () => api.sendStockCommand(sku, location, receiptId, body));
      if (httpStatus !== 200) throw new Error(`ReceiveStock of ${sku} was answered ${httpStatus}: ${text}`);
    },
    place: async (orderId, quantities) => {
      const lines = Object.entries(quantities).map(([sku, quantity]) => ({
        lineId: sku,
        sku,
        location,
        quantity,
        unitPriceMinor: 100,
      }));
      const terms = { customerId: "managed-customer", currency: "EUR", fulfilment: "managed" };
      await sendAs(orderId, "place", { type: "PlaceOrder", ...terms, lines });
    },
    send: async (orderId, type, fields = {}) =>
      sendAs(orderId, `${type}-${JSON.stringify(fields)}`.slice(0, 200), { type, ...fields }),
    cancel: async (orderId) => orders.send(orderId, "RequestCancel", { reason: "changed my mind" }),
    pack: async (orderId, shipmentId, skus) => {
      await orders.untilOrder(orderId, "to be planned", (order) => order.fulfilments.length > 0);
      // The read model may still show lines that have been cancelled.
      const { fulfilments = [] } = (await api.readOrder(orderId, "strong")) ?? {};
      for (const { fulfilmentId, lines } of fulfilments) {
        const left = lines
          .filter(({ lineId, planned, packed }) => planned > packed && (skus?.includes(lineId) ?? true))
          .map(({ lineId, planned, packed }) => ({ lineId, quantity: planned - packed }));
        if (left.length > 0) await orders.send(orderId, "RecordPack", { shipmentId, fulfilmentId, lines: left });
      }
    },
    deliver: async (orderId, shipmentId) => orders.send(orderId, "RecordDelivery", { shipmentId }),
    untilOrder: async (orderId, what, isSo, timeoutMs = settleMs) =>
      waitFor(
        async () => {
          const order = await api.readOrder(orderId);
          return order !== undefined && isSo(order) && order;
        },
        { what: `${orderId} ${what}`, timeoutMs },
      ),
    untilStatus: async (orderId, status, timeoutMs) =>
      orders.untilOrder(orderId, `to be ${status}`, (order) => order.status === status, timeoutMs),
    untilShipment: async (orderId, shipmentId, status, timeoutMs) => {
      const isSo = ({ shipments }: OrderView): boolean =>
        shipments.some((shipment) => shipment.shipmentId === shipmentId && shipment.status === status);
      return orders.untilOrder(orderId, `to have ${shipmentId} ${status}`, isSo, timeoutMs);
    },
    untilStock: async (sku, expected, timeoutMs = settleMs) => {
      await waitFor(
        async () => {
          const stock = await api.readStock(sku, location);
          return (
            stock !== undefined &&
            Object.entries(expected).every(([field, value]) =>
              Object.entries(stock).some(([name, is]) => name === field && is === value),
            )
          );
        },
        { what: `${JSON.stringify(expected)} of ${sku}`, timeoutMs },
      );
    },
    balanceOf: async (orderId) => {
      const response = await fetch(`${providerUrl()}/ledger/${orderId}`);
      return z.object({ balance }).parse(await response.json()).balance;
    },
  };
  return orders;
};

/** Has the simulated provider behave like this until it is told otherwise. */
export const behave = async (behaviour: object): Promise<void> => {
  const response = await fetch(`${providerUrl()}/behaviour`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  if (!response.ok) throw new Error(`the behaviour was answered ${response.status}: ${await response.text()}`);
};

/** Has the simulated provider agree to everything again. */
export const behaveAgain = async (): Promise<void> => {
  await fetch(`${providerUrl()}/behaviour`, { method: "DELETE" });
};
