import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { insist, openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import { publishedEventProblems } from "../support/asyncapi.ts";
import { openTopic, type TopicReader, type TopicRecord } from "../support/kafka.ts";
import { sharedStack, waitFor } from "../support/stack.ts";
import { placeOrderOf } from "./place-order.ts";

const settleMs = 30_000;
const run = Date.now().toString(36);

let api: GatewayApi;
let topics: readonly TopicReader[];

beforeAll(async () => {
  const { gateway, brokers } = sharedStack();
  api = openGateway(gateway);
  topics = await Promise.all(["order-events", "stock-events"].map(async (topic) => openTopic(brokers, topic, "end")));
});
afterAll(async () => Promise.all([api.close(), ...topics.map(async (topic) => topic.close())]));

test("every event that reaches Kafka is what the AsyncAPI document says", async () => {
  const orderId = `contract-${run}`;
  const stockItem = { sku: `tea-${run}`, location: "berlin" };
  const steps: readonly OrderCommandBody[] = [
    placeOrderOf(`customer-contract-${run}`),
    { type: "RecordReservation", reservationId: "r-1" },
    { type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 900 },
    { type: "DispatchShipment", shipmentId: "s-1", carrier: "DHL", trackingNumber: "JD01" },
    { type: "RecordDelivery", shipmentId: "s-1" },
  ];
  let last = 0;
  for (const [index, step] of steps.entries()) {
    const reply = await insist(async () => api.sendOrderCommand(orderId, `${orderId}-${index}`, step));
    expect([step.type, reply.httpStatus]).toEqual([step.type, 200]);
    last = reply.accepted?.version ?? 0;
  }
  await api.sendStockCommand(stockItem.sku, stockItem.location, `receive-${run}`, {
    type: "ReceiveStock",
    receiptId: "receipt-1",
    quantity: 10,
  });

  const found: TopicRecord[] = [];
  const keysOf = (key: string): number => found.filter((record) => record.key === key).length;
  await waitFor(
    async () => {
      for (const topic of topics) found.push(...(await topic.readNew()));
      return keysOf(orderId) >= last && keysOf(`${stockItem.sku}~${stockItem.location}`) >= 1;
    },
    { what: `the events of ${orderId} in Kafka`, timeoutMs: settleMs },
  );
  const problems = found.map(({ value }) => publishedEventProblems(JSON.parse(value.toString("utf8"))));
  expect(problems).toEqual(found.map(() => []));
});
