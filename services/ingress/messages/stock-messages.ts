import { identifier } from "../../../actors/kernel/stream-id.ts";
import { stockItemCommandSchemas } from "../../../actors/stock-item/schemas.ts";

/** Goods came to a location: the fields of `ReceiveStock` beside the SKU and the location that they are for. */
export const inventoryReceipt = stockItemCommandSchemas.ReceiveStock.extend({ sku: identifier, location: identifier });
