import { afterEach, describe, expect, test } from "@jest/globals";
import { text } from "node:stream/consumers";
import { createHttpCarrier } from "../../../services/process-manager/carrier/http-carrier.ts";
import { createHttpPaymentProvider } from "../../../services/process-manager/payment/http-payment-provider.ts";
import {
  createProviderClient,
  decidedRefusals,
  ProviderUnavailable,
  type ProviderClient,
} from "../../../services/process-manager/provider-client.ts";
import { listen, type RunningServer } from "../../../services/platform/http-server.ts";

interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Received {
  readonly path: string;
  readonly body: unknown;
}

const opened: { server: RunningServer; client: ProviderClient }[] = [];
afterEach(async () => {
  for (const { server, client } of opened.splice(0)) await Promise.all([client.close(), server.close(100)]);
});

const ok = (body: unknown): Reply => ({ status: 200, body: JSON.stringify(body) });
const problem = (status: number, code: string): Reply => ({
  status,
  body: JSON.stringify({ code, detail: "so it is" }),
});

const isFinal = (reply: Reply | "nothing" | "hangs up"): boolean => typeof reply === "object" && reply.status === 200;

/** Clients of a provider that gives these replies, call after call; the last one repeats. */
const providerThat = async (...replies: readonly (Reply | "nothing" | "hangs up")[]) => {
  const received: Received[] = [];
  const server = await listen((request, response) => {
    const reply = replies[Math.min(received.length, replies.length - 1)];
    const answer = async (): Promise<void> => {
      received.push({ path: `${request.method ?? ""} ${request.url ?? ""}`, body: JSON.parse(await text(request)) });
      if (reply === "hangs up") request.socket.destroy();
      if (reply === undefined || reply === "nothing" || reply === "hangs up") return;
      response.writeHead(reply.status).end(reply.body);
    };
    void answer();
  }, 0);
  // Only what never comes is to be given up soon: on a busy machine, a reply may take a while.
  const attemptMs = replies.includes("nothing") ? 80 : 5_000;
  const deadlineMs = replies.some(isFinal) ? 20_000 : 450;
  const client = createProviderClient(`http://127.0.0.1:${server.port}/v2/`, { attemptMs, deadlineMs });
  opened.push({ server, client });
  return { payments: createHttpPaymentProvider(client), carrier: createHttpCarrier(client), received };
};

const authorise = { requestId: "o1~a1", orderId: "o1", amountMinor: 900, currency: "EUR" };
const authorised = { status: "authorised", authorisationId: "A1" } as const;

describe("the payment provider over HTTP", () => {
  test("is asked for each thing at its own path, below the configured one, with the request as the body", async () => {
    const capture = { ...authorise, authorisationId: "A1", shipmentId: "s1" };
    const refund = { refundId: "o1~r1", orderId: "o1", authorisationId: "A1", amountMinor: 100, currency: "EUR" };
    const { payments, received } = await providerThat(
      ok(authorised),
      ok({ status: "captured", captureId: "C1" }),
      ok({ status: "refunded" }),
      ok({ status: "voided", voidedMinor: 800 }),
    );
    expect([
      await payments.authorise(authorise),
      await payments.capture(capture),
      await payments.refund(refund),
      await payments.void({ orderId: "o1", authorisationId: "A1" }),
    ]).toEqual([
      authorised,
      { status: "captured", captureId: "C1" },
      { status: "refunded" },
      { status: "voided", voidedMinor: 800 },
    ]);
    expect(received).toEqual([
      { path: "POST /v2/payments/authorisations", body: authorise },
      { path: "POST /v2/payments/captures", body: capture },
      { path: "POST /v2/payments/refunds", body: refund },
      { path: "POST /v2/payments/voids", body: { orderId: "o1", authorisationId: "A1" } },
    ]);
  });

  test.each([{ status: "declined", code: "InsufficientFunds", retryable: true }, { status: "pending" }])(
    "may answer $status, which is a value",
    async (outcome) => {
      const { payments } = await providerThat(ok(outcome));
      expect(await payments.authorise(authorise)).toEqual(outcome);
      expect(await payments.capture({ ...authorise, authorisationId: "A1", shipmentId: "s1" })).toEqual(outcome);
    },
  );

  test.each([
    ["gives no answer in time", "nothing"],
    ["hangs up", "hangs up"],
    ["answers 500", { status: 500, body: "" }],
    ["answers 503", problem(503, "TooManyMessages")],
    ["answers 429", problem(429, "SlowDown")],
    ["answers 400", problem(400, "InvalidRequest")],
    ["answers 401", { status: 401, body: "{}" }],
    ["answers 403", problem(403, "KeyRevoked")],
    ["answers 404", { status: 404, body: "<html>nothing here" }],
    ["answers 405", { status: 405, body: "" }],
    ["answers 409 with a code that the contract does not have", problem(409, "Conflict")],
    ["answers 409 without a code", { status: 409, body: "{}" }],
    ["answers 422 with a code that belongs to 409", problem(422, "CurrencyMismatch")],
    ["answers 400 with a code that belongs to 422", problem(400, "RequestIdReused")],
    ["answers 422 with something else than JSON", { status: 422, body: "<html>" }],
    ["answers 302", { status: 302, body: "" }],
    ["answers with something else than JSON", { status: 200, body: "<html>" }],
    ["answers with a status that nobody knows", ok({ status: "perhaps" })],
    ["answers with a code that is no word", ok({ status: "declined", code: "no funds!", retryable: true })],
  ] as const)("is asked the same again when it %s", async (_what, reply) => {
    const { payments, received } = await providerThat(reply, ok(authorised));
    expect(await payments.authorise(authorise)).toEqual(authorised);
    expect(received.map(({ body }) => body)).toEqual([authorise, authorise]);
  });

  test("is unavailable when it gives no answer until the deadline", async () => {
    const { payments, received } = await providerThat({ status: 502, body: "bad gateway" });
    const failure = await payments.authorise(authorise).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(String(failure)).toContain("the provider answered 502: bad gateway");
    // After 0, 100 and 300 ms; the next attempt would begin at 700 ms, after the deadline.
    expect(received).toHaveLength(3);
  });

  test.each([401, 404])("is unavailable when it answers %i until the deadline, and says with what", async (status) => {
    const { payments } = await providerThat({ status, body: "who are you?" });
    const failure = await payments.authorise(authorise).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(String(failure)).toContain(`the provider answered ${status}: who are you?`);
  });

  const refusals = [...decidedRefusals].flatMap(([status, codes]) =>
    codes.map((code): [number, string] => [status, code]),
  );
  test.each(refusals)("declines for good what it refuses with %i %s, and is not asked again", async (status, code) => {
    const { payments, received } = await providerThat(problem(status, code));
    const declined = { status: "declined", code, retryable: false };
    expect(await payments.authorise(authorise)).toEqual(declined);
    expect(await payments.void({ orderId: "o1" })).toEqual(declined);
    expect(received).toHaveLength(2);
  });
});

describe("the carrier over HTTP", () => {
  const booking = { shipmentId: "s1", orderId: "o1", lines: [{ lineId: "1", quantity: 2 }] };

  test("books a shipment", async () => {
    const { carrier, received } = await providerThat(ok({ carrier: "Hare", trackingNumber: "T1" }));
    expect(await carrier.book(booking)).toEqual({ status: "booked", carrier: "Hare", trackingNumber: "T1" });
    expect(received).toEqual([{ path: "POST /v2/shipments", body: booking }]);
  });

  test("may refuse one, which is a value", async () => {
    const { carrier } = await providerThat(problem(422, "ShipmentIdReused"));
    expect(await carrier.book(booking)).toEqual({ status: "refused", code: "ShipmentIdReused" });
  });

  test("refuses nothing by an answer that the contract does not have", async () => {
    const { carrier, received } = await providerThat(
      { status: 401, body: "" },
      ok({ carrier: "Hare", trackingNumber: "T1" }),
    );
    expect(await carrier.book(booking)).toMatchObject({ status: "booked" });
    expect(received).toHaveLength(2);
  });
});
