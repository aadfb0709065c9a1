import { identifier, stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { orderCommandSchemas } from "../../../actors/order/schemas.ts";
import { saleIdOf } from "../../../actors/order/sale/sale-id.ts";
import { stockItemCommandSchemas } from "../../../actors/stock-item/schemas.ts";
import { messageOfData, orderMessage, type MessageType } from "./message-type.ts";

/** What the types of the system's own commands begin with. */
const commandTypePrefix = "orders.command.";

const orderCommands = Object.fromEntries(
  Object.keys(orderCommandSchemas)
    .filter((type): type is keyof typeof orderCommandSchemas => Object.hasOwn(orderCommandSchemas, type))
    .map((type) => [`${commandTypePrefix}${type}`, orderMessage(type, "own")]),
);

/** Goods came to a location. */
const inventoryReceived = messageOfData({
  streamType: "StockItem",
  commandType: "ReceiveStock",
  data: stockItemCommandSchemas.ReceiveStock.extend({ sku: identifier, location: identifier }),
  streamIdIs: "the stock item `<sku>~<location>` of `data`",
  streamIdOf: ({ sku, location }) => stockStreamId(sku, location),
  notFields: ["sku", "location"],
});

/** A register sold something. */
const saleRecorded = messageOfData({
  streamType: "Order",
  commandType: "RecordSale",
  data: orderCommandSchemas.RecordSale,
  streamIdIs: "the sale `pos.<storeId>.<terminalId>.<receiptNumber>` of `data`",
  streamIdOf: saleIdOf,
  notFields: [],
});

/** What the messages of back ends mean, one line per type. */
const backEndMessages = {
  "inventory.received": inventoryReceived,
  "warehouse.picked": orderMessage("RecordPick"),
  "warehouse.packed": orderMessage("RecordPack"),
  "warehouse.unpacked": orderMessage("RecordUnpack"),
  "warehouse.dispatched": orderMessage("DispatchShipment"),
  "carrier.delivered": orderMessage("RecordDelivery"),
  "carrier.failed": orderMessage("RecordDeliveryFailure"),
  "payment.authorised": orderMessage("RecordAuthorisation"),
  "payment.declined": orderMessage("RecordPaymentFailure"),
  "payment.captured": orderMessage("RecordCapture"),
  "payment.refunded": orderMessage("RecordRefund"),
  "marketplace.order": orderMessage("PlaceOrder"),
  "pos.sale": saleRecorded,
  "returns.received": orderMessage("ReceiveReturn"),
} as const satisfies Readonly<Record<string, MessageType>>;

/**
 * Every type of message that may come by Kafka, and the command that it means: only commands that anyone may send. The
 * documentation's table is made from this one.
 */
export const messageTypes: Readonly<Record<string, MessageType>> = { ...backEndMessages, ...orderCommands };

/** The meaning of a type, or undefined if there is none. */
export const messageTypeOf = (type: string): MessageType | undefined =>
  Object.hasOwn(messageTypes, type) ? messageTypes[type] : undefined;
