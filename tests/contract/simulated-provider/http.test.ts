import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpCarrier } from "../../../services/process-manager/carrier/http-carrier.ts";
import { createHttpPaymentProvider } from "../../../services/process-manager/payment/http-payment-provider.ts";
import { createProviderClient, type ProviderClient } from "../../../services/process-manager/provider-client.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  openSidecar,
  send,
  startProvider,
  type ProviderReply,
  type Published,
  type PublishingSidecar,
  type StartedProvider,
} from "./started-provider.ts";

let directory: string;
let sidecar: PublishingSidecar;
let provider: StartedProvider;
let client: ProviderClient;
let orders = 0;

/** The longest that the provider can be told to hold an answer up. */
const longestDelayMs = 60_000;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "provider-http-"));
  sidecar = await openSidecar();
  provider = await startProvider(directory, sidecar.port);
  client = createProviderClient(provider.url);
});
afterEach(async () => send(provider.url, "DELETE", "/behaviour"));
afterAll(async () => client.close());
afterAll(async () => provider.stop());
afterAll(() => {
  sidecar.close();
  rmSync(directory, { recursive: true });
});

const newOrder = (): string => `order-${(orders += 1)}`;
const post = (path: string, body: unknown): Promise<ProviderReply> => send(provider.url, "POST", path, body);
const get = (path: string): Promise<ProviderReply> => send(provider.url, "GET", path);
const behave = (behaviour: object): Promise<ProviderReply> => send(provider.url, "PUT", "/behaviour", behaviour);
const money = (orderId: string, amountMinor: number) => ({ orderId, amountMinor, currency: "EUR" });

const messagesOf = async (orderId: string, count: number): Promise<Published[]> =>
  waitFor(
    () => {
      const found = sidecar.published.filter(({ key }) => key === orderId);
      return found.length >= count && found;
    },
    { what: `${count} messages of ${orderId}`, timeoutMs: 10_000 },
  );

describe("the process manager's adapters, against the started service", () => {
  test("authorise, capture, refund and void", async () => {
    const payments = createHttpPaymentProvider(client);
    const orderId = newOrder();
    const authorised = await payments.authorise({ requestId: `${orderId}~a1`, ...money(orderId, 900) });
    if (authorised.status !== "authorised") throw new Error(authorised.status);
    const { authorisationId } = authorised;
    const capture = { requestId: "c1", authorisationId, shipmentId: "s1", ...money(orderId, 500) };
    expect(await payments.capture(capture)).toEqual({ status: "captured", captureId: expect.any(String) });
    const refund = { refundId: `${orderId}~r1`, authorisationId, ...money(orderId, 200) };
    expect(await payments.refund(refund)).toEqual({ status: "refunded" });
    expect(await payments.void({ orderId, authorisationId })).toEqual({ status: "voided", voidedMinor: 400 });
    const balance = { authorisedMinor: 900, capturedMinor: 500, voidedMinor: 400, refundedMinor: 200 };
    expect(await get(`/ledger/${orderId}`)).toMatchObject({ status: 200, body: { currency: "EUR", balance } });
    expect(await payments.refund({ ...refund, refundId: "r2", amountMinor: 301 })).toEqual({
      status: "declined",
      code: "RefundExceedsCapture",
      retryable: false,
    });
  });

  test("learn of a decline and of a pending outcome as values", async () => {
    const payments = createHttpPaymentProvider(client);
    const orderId = newOrder();
    const code = "StolenCard";
    await behave({
      rules: [{ on: "authorisation", orderIdPrefix: orderId, times: 1, decline: { code, retryable: false } }],
    });
    const ask = (requestId: string) => payments.authorise({ requestId, ...money(orderId, 900) });
    expect(await ask("a1")).toEqual({ status: "declined", code, retryable: false });
    await behave({ pendingRate: 1, holdMessages: true });
    expect(await ask("a2")).toEqual({ status: "pending" });
    await send(provider.url, "DELETE", "/behaviour");
    await messagesOf(orderId, 1);
    await waitFor(async () => (await ask("a2")).status === "authorised", {
      what: "the outcome to be known to who asks again",
      timeoutMs: 5_000,
    });
  });

  test("get an answer although the first one was lost", async () => {
    await behave({ lostAnswerRate: 1 });
    const orderId = newOrder();
    const request = { requestId: "a1", ...money(orderId, 900) };
    await expect(post("/payments/authorisations", request)).rejects.toThrow();
    expect((await createHttpPaymentProvider(client).authorise(request)).status).toBe("authorised");
    expect((await get(`/ledger/${orderId}`)).body["balance"]).toMatchObject({ authorisedMinor: 900 });
  });

  test("book a shipment", async () => {
    const orderId = newOrder();
    const carrier = createHttpCarrier(client);
    const booking = { shipmentId: "s1", orderId, lines: [{ lineId: "1", quantity: 2 }] };
    const booked = await carrier.book(booking);
    expect(booked).toMatchObject({ status: "booked", carrier: "Simulated Carrier" });
    expect(await carrier.book(booking)).toEqual(booked);
    expect(await carrier.book({ ...booking, lines: [{ lineId: "2", quantity: 2 }] })).toEqual({
      status: "refused",
      code: "ShipmentIdReused",
    });
  });
});

describe("the messages", () => {
  test("tell each outcome that was pending, with what the command it leads to needs, and no more", async () => {
    await behave({ pendingRate: 1 });
    const orderId = newOrder();
    await post("/payments/authorisations", { requestId: "a1", ...money(orderId, 900) });
    const [{ event: authorised } = { event: undefined }] = await messagesOf(orderId, 1);
    const authorisationId = authorised?.data["authorisationId"];
    await post("/payments/captures", { authorisationId, shipmentId: "s1", ...money(orderId, 500) });
    await post("/payments/captures", { authorisationId, shipmentId: "s2", ...money(orderId, 401) });
    await post("/payments/refunds", { refundId: "r1", authorisationId, ...money(orderId, 100) });
    await behave({ pendingRate: 1, captureDeclineRate: 1, declineCode: "Down" });
    await post("/payments/captures", { requestId: "c1", authorisationId, shipmentId: "s3", ...money(orderId, 1) });
    await behave({ pendingRate: 1, declineNext: 1 });
    await post("/payments/authorisations", { requestId: "a2", ...money(orderId, 1) });
    const told = (await messagesOf(orderId, 5)).map(({ topic, event }) => [
      topic,
      event.subject,
      event.type,
      event.data,
    ]);
    const captureId = expect.any(String);
    expect(told).toEqual([
      ["order-commands", orderId, "payment.authorised", { requestId: "a1", authorisationId, amountMinor: 900 }],
      ["order-commands", orderId, "payment.captured", { shipmentId: "s1", captureId, amountMinor: 500 }],
      ["order-commands", orderId, "payment.refunded", { refundId: "r1", amountMinor: 100 }],
      [
        "order-commands",
        orderId,
        "payment.declined",
        { requestId: "c1", shipmentId: "s3", code: "Down", retryable: true },
      ],
      ["order-commands", orderId, "payment.declined", { requestId: "a2", code: "InsufficientFunds", retryable: true }],
    ]);
  });

  test("come twice, or in another order, when that is asked for", async () => {
    const orderId = newOrder();
    await behave({ pendingRate: 1, duplicateRate: 1, holdMessages: true, releaseOrder: "reversed" });
    for (const requestId of ["a1", "a2"]) await post("/payments/authorisations", { requestId, ...money(orderId, 1) });
    expect((await get("/ledger")).body["waitingMessages"]).toBe(4);
    await behave({ releaseOrder: "reversed" });
    const requests = (await messagesOf(orderId, 4)).map(({ event }) => event.data["requestId"]);
    expect(requests).toEqual(["a2", "a2", "a1", "a1"]);
    expect(new Set((await messagesOf(orderId, 4)).map(({ event }) => event.id)).size).toBe(2);
  });

  test("of the carrier follow a booking", async () => {
    const orderId = newOrder();
    await behave({ rules: [{ on: "delivery", orderIdPrefix: orderId, afterMs: 30, failures: 1 }] });
    await post("/shipments", { shipmentId: "s1", orderId, lines: [{ lineId: "1", quantity: 1 }] });
    const told = (await messagesOf(orderId, 2)).map(({ event }) => [event.type, event.data]);
    expect(told).toEqual([
      ["carrier.failed", { shipmentId: "s1", reason: "Nobody was at home." }],
      ["carrier.delivered", { shipmentId: "s1" }],
    ]);
  });

  test("wait while Kafka is away, and requests are answered meanwhile", async () => {
    sidecar.kafka = "refuses";
    await behave({ pendingRate: 1 });
    const orderId = newOrder();
    expect((await post("/payments/authorisations", { requestId: "a1", ...money(orderId, 1) })).body).toEqual({
      status: "pending",
    });
    expect((await get("/readyz")).status).toBe(200);
    sidecar.kafka = "takes";
    expect(await messagesOf(orderId, 1)).toHaveLength(1);
  });
});

/** The status and the code of a problem. */
const codeOf = async (reply: Promise<ProviderReply>) => {
  const { status, body } = await reply;
  return [status, body["code"]];
};

/** The same for a body that is sent as it is. */
const codeOfText = async (body: string, contentType: string): Promise<unknown[]> => {
  const headers = { "content-type": contentType };
  const response = await fetch(`${provider.url}/payments/voids`, { method: "POST", headers, body });
  return [response.status, JSON.parse(await response.text()).code];
};

describe("a request that is wrong", () => {
  const authorisation = { requestId: "a1", ...money("order-x", 900) };

  test.each([
    ["an amount that is no integer", { ...authorisation, amountMinor: 1.5 }, "amountMinor"],
    ["a negative amount", { ...authorisation, amountMinor: -1 }, "amountMinor"],
    ["a currency that is none", { ...authorisation, currency: "euro" }, "currency"],
    ["an order id with a slash", { ...authorisation, orderId: "a/b" }, "orderId"],
    ["a field that nobody knows", { ...authorisation, tip: 1 }, "tip"],
    ["an id that is empty", { ...authorisation, requestId: "" }, "requestId"],
  ])("for %s is a problem that names the field", async (_what, body, field) => {
    const reply = await post("/payments/authorisations", body);
    expect(reply).toMatchObject({
      status: 400,
      contentType: "application/problem+json",
      body: {
        type: "urn:order-processor:simulated-provider:problem:invalid-request",
        title: "The request was not carried out: invalid request",
        status: 400,
        code: "InvalidRequest",
        instance: "/payments/authorisations",
        errors: [{ field, message: expect.any(String) }],
      },
    });
    expect((await get("/ledger/order-x")).status).toBe(404);
  });

  test("has the status of its reason", async () => {
    const orderId = newOrder();
    await post("/payments/authorisations", { requestId: "a1", ...money(orderId, 900) });
    const again = { requestId: "a1", ...money(orderId, 901) };
    const refund = { refundId: "r1", authorisationId: "x", ...money(orderId, 1) };
    expect([
      await codeOf(post("/payments/authorisations", again)),
      await codeOf(post("/payments/refunds", refund)),
      await codeOf(get("/ledger/never-heard-of")),
      await codeOf(get("/nowhere")),
      await codeOf(behave({ declineRate: 2 })),
      await codeOfText("{", "application/json"),
      await codeOfText("{}", "text/plain"),
      await codeOfText(`{"orderId": "${"x".repeat(300_000)}"}`, "application/json"),
    ]).toEqual([
      [422, "RequestIdReused"],
      [409, "UnknownAuthorisation"],
      [404, "UnknownOrder"],
      [404, "UnknownRoute"],
      [400, "InvalidRequest"],
      [400, "MalformedBody"],
      [415, "UnsupportedMediaType"],
      [413, "PayloadTooLarge"],
    ]);
  });
});

describe("the service", () => {
  test("shows how it behaves, and behaves as it was told to", async () => {
    const set = await behave({ declineRate: 0.25 });
    expect(set.body).toMatchObject({ declineRate: 0.25, pendingRate: 0 });
    expect((await get("/behaviour")).body).toEqual(set.body);
    expect((await send(provider.url, "DELETE", "/behaviour")).body).toMatchObject({ declineRate: 0 });
  });

  test("holds answers up as it was told to, and no second one", async () => {
    await behave({ answerDelayMs: { least: 300, most: 300 } });
    const request = { requestId: "a1", ...money(newOrder(), 1) };
    const since = performance.now();
    await post("/payments/authorisations", request);
    expect(performance.now() - since).toBeGreaterThanOrEqual(299);
    await behave({ answerDelayMs: { least: longestDelayMs, most: longestDelayMs } });
    const again = performance.now();
    await post("/payments/authorisations", request);
    expect(performance.now() - again).toBeLessThan(longestDelayMs);
  });

  test("counts what it does", async () => {
    const metrics = await (await fetch(`${provider.url}/metrics`)).text();
    expect(metrics).toMatch(/simulated_provider_requests_total\{request="authorisation",result="decided"[^}]*\} [1-9]/);
    expect(metrics).toMatch(
      /simulated_provider_requests_total\{request="refund",result="UnknownAuthorisation"[^}]*\} 1/,
    );
    expect(metrics).toMatch(/simulated_provider_sendings_total\{result="sent"[^}]*\} [1-9]/);
    expect(metrics).toMatch(/simulated_provider_waiting_messages\{[^}]*\} 0/);
    expect(metrics).toMatch(/simulated_provider_overdue_seconds\{[^}]*\} 0/);
  });

  test("says in its log that it only simulates", () => {
    expect(provider.log()).toContain("payments and transports are simulated: no money moves");
  });
});
