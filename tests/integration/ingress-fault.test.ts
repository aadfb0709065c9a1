import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import { commandMessage, openTopic, openWriter, type TopicReader, type TopicWriter } from "../support/kafka.ts";
import { armFailpoint, killProcess, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { placeOrderOf } from "./place-order.ts";

const settleMs = 45_000;
const run = Date.now().toString(36);

let api: GatewayApi;
let writer: TopicWriter;
let deadLetters: TopicReader;

beforeAll(async () => {
  const { gateway, brokers } = sharedStack();
  api = openGateway(gateway);
  writer = openWriter(brokers);
  deadLetters = await openTopic(brokers, "order-commands-dead-letter", "end");
});
afterAll(async () => Promise.all([api.close(), writer.close(), deadLetters.close()]));

const placeOrder = placeOrderOf(`customer-ingress-fault-${run}`);
const reserve: OrderCommandBody = { type: "RecordReservation", reservationId: "r-1" };

/** Places an order by Kafka, has a part killed while poison and a next command follow, and waits for the order to go on. */
const placeWhileKilled = async (orderId: string, part: string): Promise<void> => {
  const previousPid = await killProcess(part, "SIGKILL");
  await writer.write("order-commands", orderId, commandMessage(orderId, "place", placeOrder));
  await writer.write("order-commands", orderId, "poison");
  await writer.write("order-commands", orderId, commandMessage(orderId, "reserve", reserve));
  await untilRestarted(part, previousPid);
  await waitFor(async () => (await api.readOrder(orderId, "strong").catch(() => undefined))?.status === "Reserved", {
    what: `${orderId} to be Reserved`,
    timeoutMs: settleMs,
  });
};

describe.each(["actor-host", "ingress", "ingress-daprd"])("commands by Kafka while %s is killed", (part) => {
  const orderId = `killed-${part}-${run}`;

  test("are all carried out, once and in order", async () => {
    await placeWhileKilled(orderId, part);
    expect((await api.readEvents(orderId)).map(({ version }) => version)).toEqual([1, 2]);
  });

  test("leave only the poison in the dead-letter topic", async () => {
    const found = (await deadLetters.readNew()).filter(({ key }) => key === orderId);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ value, headers }) => `${value.toString()} ${headers["dlq-offset"]}`)).size).toBe(1);
    expect(found[0]?.value.toString()).toBe("poison");
  });
});

describe("an ingress that is killed between a dead letter and its acknowledgement", () => {
  const orderId = `killed-after-dead-letter-${run}`;

  test("publishes the same dead letter again and carries out the command behind it", async () => {
    const { pid } = await processNamed("ingress");
    if (pid === null) throw new Error("the ingress does not run");
    armFailpoint("after-dead-letter", orderId);
    const { partition, offset } = await writer.write("order-commands", orderId, "poison");
    await writer.write("order-commands", orderId, commandMessage(orderId, "place", placeOrder));
    await untilRestarted("ingress", pid);
    await waitFor(async () => (await api.readOrder(orderId, "strong").catch(() => undefined))?.status === "Placed", {
      what: `${orderId} to be Placed`,
      timeoutMs: settleMs,
    });

    const found = (await deadLetters.readNew()).filter(({ key }) => key === orderId);
    // The first was not acknowledged, and the order was placed only after the second: one partition holds both records.
    expect(found.length).toBeGreaterThan(1);
    const origin = { "dlq-topic": "order-commands", "dlq-partition": `${partition}`, "dlq-offset": `${offset}` };
    for (const { value, headers } of found) {
      expect(value.toString()).toBe("poison");
      expect(headers).toMatchObject(origin);
    }
  });
});
