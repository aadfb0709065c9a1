import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { CloudEvent } from "cloudevents";
import { z } from "zod";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { openTopic, type TopicReader, type TopicRecord } from "../support/kafka.ts";
import { killProcess, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { managedOrders } from "./managed-order.ts";

const settleMs = 30_000;
const run = Date.now().toString(36);

let api: GatewayApi;
let topic: TopicReader;
let url: string;
const records: TopicRecord[] = [];

beforeAll(async () => {
  const { gateway, brokers, portBase } = sharedStack();
  api = openGateway(gateway);
  topic = await openTopic(brokers, "order-commands", "end");
  url = `http://127.0.0.1:${portBase + 75}`;
});
afterEach(async () => ask("DELETE", "/behaviour"));
afterAll(async () => Promise.all([api.close(), topic.close()]));

const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
  const content =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return z.record(z.string(), z.unknown()).parse(await (await fetch(`${url}${path}`, { method, ...content })).json());
};
const behave = (behaviour: object): Promise<unknown> => ask("PUT", "/behaviour", behaviour);
const authorise = (orderId: string, requestId: string): Promise<unknown> =>
  ask("POST", "/payments/authorisations", { requestId, orderId, amountMinor: 900, currency: "EUR" });

/** The records about an order, once they tell of so many requests, so many times each; some may have come more often. */
const recordsOf = async (orderId: string, requests: number, times = 1): Promise<TopicRecord[]> =>
  waitFor(
    async () => {
      records.push(...(await topic.readNew()));
      const found = records.filter(({ key }) => key === orderId);
      return found.length >= requests * times && new Set(requestsIn(found)).size >= requests && found;
    },
    { what: `messages about ${requests} requests of ${orderId} in Kafka`, timeoutMs: settleMs },
  );

const eventIn = ({ value }: TopicRecord): CloudEvent<Record<string, unknown>> =>
  new CloudEvent(JSON.parse(value.toString("utf8")));
const requestsIn = (found: readonly TopicRecord[]): unknown[] =>
  found.map((record) => eventIn(record).data?.["requestId"]);

describe("the simulated provider of a local run", () => {
  test("is started with the stack, which names it for what it is", async () => {
    expect((await processNamed("simulated-provider")).state).toBe("ready");
    await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, {
      what: "the simulated provider to be ready",
      timeoutMs: settleMs,
    });
    expect(readFileSync(sharedStack().logFile, "utf8")).toContain(`Provider   ${url} (simulated payments and carrier)`);
    expect(existsSync(join(sharedStack().dataDir, "simulated-provider", "ledger.sqlite"))).toBe(true);
  });

  test("authorises what managed orders cost", async () => {
    const orders = managedOrders(api);
    const [cup, orderId] = [`cup-provider-${run}`, `provider-${run}`];
    await orders.receive(cup, 5);
    await orders.place(orderId, { [cup]: 3 });
    await orders.untilStatus(orderId, "Fulfilling");
    const order = await api.readOrder(orderId, "strong");
    expect(await ask("GET", `/ledger/${orderId}`)).toMatchObject({
      currency: "EUR",
      balance: { authorisedMinor: order?.totalMinor, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 },
    });
  });

  test("tells what was pending as CloudEvents on the topic of the back ends, keyed by the order", async () => {
    const orderId = `told-${run}`;
    await behave({ rules: [{ on: "authorisation", orderIdPrefix: orderId, pending: true }] });
    for (const requestId of ["a1", "a2", "a3"])
      expect(await authorise(orderId, requestId)).toEqual({ status: "pending" });
    const found = await recordsOf(orderId, 3);
    expect(new Set(found.map(({ partition }) => partition)).size).toBe(1);
    for (const record of found) {
      expect(record.headers["content-type"]).toBe("application/cloudevents+json");
      const event = eventIn(record);
      expect(event.validate()).toBe(true);
      expect(event.toJSON()).toMatchObject({
        specversion: "1.0",
        source: "/simulated-provider",
        type: "payment.authorised",
        subject: orderId,
        datacontenttype: "application/json",
        data: { authorisationId: expect.any(String), amountMinor: 900 },
      });
    }
    expect([...new Set(requestsIn(found))]).toEqual(["a1", "a2", "a3"]);
  });

  test("repeats and reorders what it tells, when it is asked to", async () => {
    const orderId = `unruly-${run}`;
    const unruly = { pendingRate: 1, duplicateRate: 1, releaseOrder: "reversed" };
    await behave({ ...unruly, holdMessages: true });
    for (const requestId of ["a1", "a2"]) await authorise(orderId, requestId);
    await behave(unruly);
    const found = await recordsOf(orderId, 2, 2);
    expect(requestsIn(found)).toEqual(["a2", "a2", "a1", "a1"]);
    expect(new Set(found.map((record) => eventIn(record).id)).size).toBe(2);
  });

  test("keeps what it has to tell, and how it was told to behave, when it is killed", async () => {
    const orderId = `killed-${run}`;
    await behave({ pendingRate: 1, holdMessages: true });
    for (const requestId of ["a1", "a2"]) await authorise(orderId, requestId);
    await untilRestarted("simulated-provider", await killProcess("simulated-provider", "SIGKILL"));
    expect(await ask("GET", "/behaviour")).toMatchObject({ pendingRate: 1, holdMessages: true });
    await ask("DELETE", "/behaviour");
    expect([...new Set(requestsIn(await recordsOf(orderId, 2)))]).toEqual(["a1", "a2"]);
  });

  test("answers while its sidecar is away, and tells the rest when it is back", async () => {
    const orderId = `no-sidecar-${run}`;
    await behave({ pendingRate: 1 });
    const pid = await killProcess("simulated-provider-daprd", "SIGKILL");
    expect(await authorise(orderId, "a1")).toEqual({ status: "pending" });
    await untilRestarted("simulated-provider-daprd", pid);
    expect(requestsIn(await recordsOf(orderId, 1))).toContain("a1");
  });
});
