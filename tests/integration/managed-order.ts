import type { OrderView } from "../../actors/order/view.ts";
import type { StockItemView } from "../../actors/stock-item/view.ts";
import type { GatewayApi } from "../support/api.ts";
import { waitFor } from "../support/stack.ts";

/** Managed orders as a client sees them: commands by HTTP, and what comes of them. */
export interface ManagedOrders {
  /** Puts goods on the shelf. */
  receive(sku: string, quantity: number): Promise<void>;
  /** Places an order with one line per SKU. */
  place(orderId: string, quantities: Readonly<Record<string, number>>): Promise<void>;
  cancel(orderId: string): Promise<void>;
  dispatch(orderId: string, shipmentId: string, lineIds?: readonly string[]): Promise<void>;
  deliver(orderId: string, shipmentId: string): Promise<void>;
  /** Waits until the read model shows the order in that status. */
  untilStatus(orderId: string, status: string, timeoutMs?: number): Promise<OrderView>;
  /** Waits until the read model shows this stock. */
  untilStock(sku: string, stock: Pick<StockItemView, "onHand" | "reserved">, timeoutMs?: number): Promise<void>;
}

const location = "berlin";
const settleMs = 20_000;

export const managedOrders = (api: GatewayApi): ManagedOrders => {
  const send = async (orderId: string, commandId: string, body: { type: string; [field: string]: unknown }) => {
    const { httpStatus, text } = await api.sendOrderCommand(orderId, commandId, body);
    if (httpStatus !== 200) throw new Error(`${body.type} of ${orderId} was answered ${httpStatus}: ${text}`);
  };
  return {
    receive: async (sku, quantity) => {
      const body = { type: "ReceiveStock", receiptId: "receipt-1", quantity };
      const { httpStatus, text } = await api.sendStockCommand(sku, location, "receive-1", body);
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
      await send(orderId, "place", { type: "PlaceOrder", ...terms, lines });
    },
    cancel: async (orderId) => send(orderId, "cancel", { type: "RequestCancel", reason: "changed my mind" }),
    dispatch: async (orderId, shipmentId, lineIds) =>
      send(orderId, `dispatch-${shipmentId}`, {
        type: "DispatchShipment",
        shipmentId,
        carrier: "Hare",
        trackingNumber: "T1",
        ...(lineIds === undefined ? {} : { lineIds }),
      }),
    deliver: async (orderId, shipmentId) =>
      send(orderId, `deliver-${shipmentId}`, { type: "RecordDelivery", shipmentId }),
    untilStatus: async (orderId, status, timeoutMs = settleMs) =>
      waitFor(
        async () => {
          const order = await api.readOrder(orderId);
          return order?.status === status && order;
        },
        { what: `${orderId} to be ${status}`, timeoutMs },
      ),
    untilStock: async (sku, { onHand, reserved }, timeoutMs = settleMs) => {
      await waitFor(
        async () => {
          const stock = await api.readStock(sku, location);
          return stock?.onHand === onHand && stock.reserved === reserved;
        },
        { what: `${onHand} of ${sku} on hand and ${reserved} reserved`, timeoutMs },
      );
    },
  };
};
