import type { OrderView } from "../../../actors/order/view.ts";
import type { OpenBooks } from "../books.ts";
import type { BackEnd } from "./back-end.ts";

/** Units of one line. */
export interface LineUnits {
  readonly lineId: string;
  readonly quantity: number;
}

/** The people at the shelves; everything they do is reported by Kafka. */
export interface Warehouse {
  /** Puts goods on the shelf. */
  receive(sku: string, location: string, quantity: number): Promise<void>;
  /** Packs a shipment of an order, from one of its planned fulfilments. */
  pack(order: OrderView, shipmentId: string, location: string, lines: readonly LineUnits[]): Promise<void>;
  /** Packs all that is planned and not packed yet, one shipment for each location; gives the shipments' ids. */
  packAll(order: OrderView): Promise<string[]>;
  /** Takes a parcel in that came back. */
  takeBack(
    orderId: string,
    returnId: string,
    lines: readonly (LineUnits & { readonly condition: "resalable" | "damaged" })[],
    deductionMinor?: number,
  ): Promise<void>;
}

export const createWarehouse = (backEnd: BackEnd, books: OpenBooks): Warehouse => {
  let receipts = 0;
  const pack: Warehouse["pack"] = async ({ orderId, fulfilments }, shipmentId, location, lines) => {
    const planned = fulfilments.find((fulfilment) => fulfilment.location === location);
    if (planned === undefined) throw new Error(`nothing of ${orderId} is planned at ${location}`);
    await backEnd.tell("warehouse.packed", orderId, { shipmentId, fulfilmentId: planned.fulfilmentId, lines });
  };
  return {
    receive: async (sku, location, quantity) => {
      const item = `${sku}~${location}`;
      const receiptId = `${item}-${(receipts += 1)}`;
      const { content } = await backEnd.tell("inventory.received", item, { receiptId, sku, location, quantity });
      // Goods are counted once, however often they are reported.
      await backEnd.repeat(item, content);
      books.noteReceipt(sku, location, quantity);
    },
    pack,
    packAll: async (order) => {
      const shipments: string[] = [];
      for (const { fulfilmentId, location, lines } of order.fulfilments) {
        const left = lines
          .map(({ lineId, planned, packed }) => ({ lineId, quantity: planned - packed }))
          .filter(({ quantity }) => quantity > 0);
        if (left.length === 0) continue;
        const shipmentId = `${fulfilmentId}-${order.shipments.length + shipments.length + 1}`;
        await pack(order, shipmentId, location, left);
        shipments.push(shipmentId);
      }
      return shipments;
    },
    takeBack: async (orderId, returnId, lines, deductionMinor = 0) => {
      await backEnd.tell("returns.received", orderId, { returnId, lines, deductionMinor });
    },
  };
};
