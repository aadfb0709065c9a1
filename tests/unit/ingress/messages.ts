import type { KafkaRecord } from "../../../services/ingress/kafka-record.ts";

export const orderId = "order-1";

/** A CloudEvent that places an order. */
export const placeOrderEvent = {
  specversion: "1.0",
  id: "command-1",
  source: "/marketplace",
  type: "orders.command.PlaceOrder",
  subject: orderId,
  data: {
    customerId: "customer-1",
    currency: "EUR",
    fulfilment: "external",
    lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
  },
};

/** A record of the topic with this value; its key is the order id unless another one, or none, is given. */
export const recordOf = (
  value: string | Uint8Array | object,
  key: string | Uint8Array | null = orderId,
): KafkaRecord => ({
  topic: "order-commands",
  partition: 3,
  offset: "17",
  key: key === null ? undefined : Buffer.from(key),
  value:
    typeof value === "string" || value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(JSON.stringify(value)),
});
