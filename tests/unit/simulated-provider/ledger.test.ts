import { describe, expect, test } from "@jest/globals";
import { balanceOf, givenIn, type Account } from "../../../services/simulated-provider/ledger/account.ts";
import { mostPerOrder } from "../../../services/simulated-provider/ledger/decision.ts";
import { authorised, behaving, createOrder, outcomeOf, type TestOrder } from "./requests.ts";

const balance = (account: Account, place = 0) => {
  const given = givenIn(account)[place];
  return given === undefined ? undefined : balanceOf(account, given);
};
const declined = (code: string, retryable = false) => ({ status: "declined", code, retryable });
const refused = (code: string) => expect.objectContaining({ kind: "refused", code });

/** What a void lets go of, now and earlier. */
const voidedOf = (order: TestOrder, changes = {}): number => outcomeOf(order.void(changes)).voidedMinor;

/** An order of which 900 are authorised and 500 of them captured. */
const orderWithCapture = (): { order: TestOrder; authorisationId: string } => {
  const order = createOrder();
  const authorisationId = authorised(order);
  order.capture({ authorisationId });
  return { order, authorisationId };
};

/** Asks twice; the second answer must be that of the first, and change nothing. */
const twice = <Outcome>(ask: () => Outcome): [Outcome, Outcome] => [ask(), ask()];

describe("an authorisation", () => {
  test("holds the amount, once for each request", () => {
    const order = createOrder();
    const [first, second] = twice(() => order.authorise());
    expect(first).toMatchObject({ kind: "decided", toldBy: null, messages: [] });
    expect(second).toMatchObject({ kind: "known", outcome: outcomeOf(first), toldBy: null });
    expect(authorised(order, { requestId: "a2", amountMinor: 100 })).not.toBe(authorised(order));
    expect([balance(order.account(), 0)?.authorisedMinor, balance(order.account(), 1)?.authorisedMinor]).toEqual([
      900, 100,
    ]);
  });

  test("is declined as the behaviour wants it, for good under this request", () => {
    const order = createOrder(behaving({ declineNext: 1 }));
    const no = declined("InsufficientFunds", true);
    expect(twice(() => outcomeOf(order.authorise()))).toEqual([no, no]);
    expect(outcomeOf(order.authorise({ requestId: "a2" })).status).toBe("authorised");
    expect(order.behaviour().declineNext).toBe(0);
  });

  test.each([
    ["agreed to", {}, "payment.authorised", { authorisationId: expect.stringMatching(/^sim-auth-/), amountMinor: 900 }],
    ["declined", { declineRate: 1 }, "payment.declined", { code: "InsufficientFunds", retryable: true }],
  ])("that is pending and %s is told by a message", (_what, changes, type, data) => {
    const order = createOrder(behaving({ pendingRate: 1, ...changes }));
    const decision = order.authorise();
    expect(decision).toMatchObject({
      toldBy: expect.stringContaining(`simulated-provider/${type}/`),
      messages: [{ message: { type, orderId: "o1", data: { requestId: "a1", ...data } }, afterMs: 0 }],
    });
    expect(order.authorise()).toMatchObject({ kind: "known", toldBy: Reflect.get(decision, "toldBy") });
  });

  test("of the same request with another content is refused", () => {
    const order = createOrder();
    order.authorise();
    expect(order.authorise({ amountMinor: 901 })).toEqual(refused("RequestIdReused"));
    expect(order.authorise({ currency: "USD" })).toEqual(refused("RequestIdReused"));
    expect(order.authorise({ requestId: "a2", currency: "USD" })).toEqual(refused("CurrencyMismatch"));
  });

  test("keeps the order's sums exact", () => {
    const order = createOrder();
    order.authorise({ amountMinor: Number.MAX_SAFE_INTEGER - 1 });
    expect(outcomeOf(order.authorise({ requestId: "a2", amountMinor: 2 }))).toEqual(declined("LimitReached"));
    expect(outcomeOf(order.authorise({ requestId: "a3", amountMinor: 1 })).status).toBe("authorised");
  });

  test("is asked for so often and no more", () => {
    const order = createOrder();
    for (let attempt = 1; attempt <= mostPerOrder; attempt += 1) order.authorise({ requestId: `a${attempt}` });
    expect(order.authorise({ requestId: "more" })).toEqual(refused("TooManyRequests"));
    expect(order.authorise({ requestId: "a1" }).kind).toBe("known");
  });
});

describe("a capture", () => {
  const captured = { status: "captured", captureId: expect.stringMatching(/^sim-capture-/) };

  test("takes a shipment's part, once for each shipment, under however many requests", () => {
    const order = createOrder();
    const authorisationId = authorised(order);
    const [first, second] = twice(() => order.capture({ authorisationId }));
    expect(outcomeOf(first)).toEqual(captured);
    expect(second).toEqual({ kind: "known", outcome: outcomeOf(first), toldBy: null });
    expect(order.capture({ authorisationId, requestId: "c2" })).toEqual(second);
    expect(balance(order.account())).toMatchObject({ authorisedMinor: 900, capturedMinor: 500 });
  });

  test("never takes more than is authorised and not voided", () => {
    const order = createOrder();
    const authorisationId = authorised(order);
    order.capture({ authorisationId });
    const next = { authorisationId, shipmentId: "s2" };
    expect(outcomeOf(order.capture({ ...next, requestId: "c2", amountMinor: 401 }))).toEqual(
      declined("ExceedsAuthorisation"),
    );
    expect(outcomeOf(order.capture({ ...next, requestId: "c3", amountMinor: 400 }))).toEqual(captured);
    expect(balance(order.account())?.capturedMinor).toBe(900);
  });

  test.each([
    ["of an unknown authorisation", "UnknownAuthorisation", () => undefined, { authorisationId: "x" }],
    ["in another currency", "CurrencyMismatch", () => undefined, { currency: "USD" }],
    ["of a voided authorisation", "AuthorisationVoided", (order: TestOrder) => order.void(), {}],
  ])("%s is declined", (_what, code, before, changes) => {
    const order = createOrder(behaving({ pendingRate: 0 }));
    const authorisationId = authorised(order);
    before(order);
    expect(outcomeOf(order.capture({ authorisationId, ...changes }))).toEqual(declined(code));
    expect(balance(order.account())?.capturedMinor).toBe(0);
  });

  test("that was declined can be attempted again under another request, and not under the same", () => {
    const order = createOrder(
      behaving({ rules: [{ on: "capture", times: 1, decline: { code: "Down", retryable: true } }] }),
    );
    const authorisationId = authorised(order);
    const no = declined("Down", true);
    expect(twice(() => outcomeOf(order.capture({ authorisationId })))).toEqual([no, no]);
    expect(outcomeOf(order.capture({ authorisationId, requestId: "c2" }))).toEqual(captured);
  });

  test.each([
    ["agreed to", {}, "payment.captured", { captureId: captured.captureId, amountMinor: 500 }],
    [
      "declined",
      { captureDeclineRate: 1 },
      "payment.declined",
      { requestId: "c1", code: "InsufficientFunds", retryable: true },
    ],
  ])("that is pending and %s is told by a message", (_what, changes, type, data) => {
    const order = createOrder();
    const authorisationId = authorised(order);
    order.behave(behaving({ pendingRate: 1, ...changes }));
    const decision = order.capture({ authorisationId });
    expect(decision).toMatchObject({
      messages: [{ message: { type, data: { shipmentId: "s1", ...data } }, afterMs: 0 }],
    });
    expect(order.capture({ authorisationId })).toMatchObject({
      kind: "known",
      toldBy: Reflect.get(decision, "toldBy"),
    });
  });

  test.each([{ amountMinor: 499 }, { currency: "USD" }, { authorisationId: "x" }, { shipmentId: "s2" }])(
    "of the same request with another content (%j) is refused",
    (changes) => {
      const order = createOrder();
      const authorisationId = authorised(order);
      order.capture({ authorisationId });
      expect(order.capture({ authorisationId, ...changes })).toEqual(refused("RequestIdReused"));
    },
  );
});

describe("a refund", () => {
  test("gives captured money back, once for each id", () => {
    const { order, authorisationId } = orderWithCapture();
    expect(twice(() => order.refund({ authorisationId }).kind)).toEqual(["decided", "known"]);
    expect(balance(order.account())).toMatchObject({ capturedMinor: 500, refundedMinor: 200 });
  });

  test("never gives back more than was captured", () => {
    const { order, authorisationId } = orderWithCapture();
    order.refund({ authorisationId });
    expect(order.refund({ authorisationId, refundId: "r2", amountMinor: 301 })).toEqual(
      refused("RefundExceedsCapture"),
    );
    // A refused request leaves nothing behind, so its id is still free.
    expect(order.refund({ authorisationId, refundId: "r2", amountMinor: 300 }).kind).toBe("decided");
    expect(balance(order.account())?.refundedMinor).toBe(500);
  });

  test("of what was never captured, or otherwise than before, is refused", () => {
    const { order, authorisationId } = orderWithCapture();
    expect(order.refund({ authorisationId: "x" })).toEqual(refused("UnknownAuthorisation"));
    expect(order.refund({ authorisationId, currency: "USD" })).toEqual(refused("CurrencyMismatch"));
    order.refund({ authorisationId });
    for (const changes of [{ amountMinor: 199 }, { currency: "USD" }, { authorisationId: "x" }])
      expect(order.refund({ authorisationId, ...changes })).toEqual(refused("RefundIdReused"));
  });

  test("that is pending is told by a message", () => {
    const { order, authorisationId } = orderWithCapture();
    order.behave(behaving({ pendingRate: 1 }));
    expect(order.refund({ authorisationId })).toMatchObject({
      outcome: { status: "refunded" },
      messages: [{ message: { type: "payment.refunded", data: { refundId: "r1", amountMinor: 200 } } }],
    });
  });
});

describe("a void", () => {
  test("lets go of what is not captured, and is answered the same again", () => {
    const order = createOrder();
    const authorisationId = authorised(order);
    order.capture({ authorisationId });
    expect(twice(() => voidedOf(order, { authorisationId }))).toEqual([400, 400]);
    expect(order.void({ authorisationId }).kind).toBe("known");
    expect(balance(order.account())).toEqual({
      authorisedMinor: 900,
      capturedMinor: 500,
      voidedMinor: 400,
      refundedMinor: 0,
    });
    // Part of it was used, so it was an authorisation.
    expect(authorised(order)).toBe(authorisationId);
  });

  test("of a request has refused what comes later, and tells the truth of what came before", () => {
    const order = createOrder();
    expect(voidedOf(order, { requestId: "a1" })).toBe(0);
    expect(outcomeOf(order.authorise())).toEqual(declined("Voided"));
    expect(authorised(order, { requestId: "a2" })).toBeDefined();
    expect(voidedOf(order, { requestId: "a2" })).toBe(900);
    expect(outcomeOf(order.authorise({ requestId: "a2" }))).toEqual(declined("Voided"));
  });

  test("of an order is one of every request, now and later", () => {
    const order = createOrder();
    authorised(order);
    authorised(order, { requestId: "a2", amountMinor: 50 });
    expect(twice(() => voidedOf(order))).toEqual([950, 950]);
    expect(outcomeOf(order.authorise({ requestId: "a3" }))).toEqual(declined("Voided"));
    expect(balance(order.account(), 1)?.voidedMinor).toBe(50);
  });

  test("touches nothing but what it names", () => {
    const order = createOrder();
    const authorisationId = authorised(order);
    authorised(order, { requestId: "a2", amountMinor: 50 });
    expect(voidedOf(order, { authorisationId: "x" })).toBe(0);
    expect(voidedOf(order, { requestId: "a2" })).toBe(50);
    expect(outcomeOf(order.capture({ authorisationId })).status).toBe("captured");
    expect(voidedOf(order, { requestId: "a2", authorisationId })).toBe(450);
  });

  test("before a request is not declined by what the behaviour says, and uses nothing of it up", () => {
    const order = createOrder(behaving({ declineNext: 1, pendingRate: 1 }));
    order.void({ requestId: "a1" });
    expect(order.authorise()).toMatchObject({ outcome: declined("Voided"), toldBy: null, messages: [] });
    expect(order.behaviour().declineNext).toBe(1);
  });
});

describe("a shipment", () => {
  test("is booked once", () => {
    const order = createOrder();
    const [first, second] = twice(() => order.ship());
    expect(outcomeOf(first)).toEqual({ carrier: "Simulated Carrier", trackingNumber: expect.stringMatching(/^SIM-/) });
    expect(second).toEqual({ kind: "known", outcome: outcomeOf(first), toldBy: null });
    expect(order.ship({ lines: [{ lineId: "1", quantity: 3 }] })).toEqual(refused("ShipmentIdReused"));
    expect(outcomeOf(order.ship({ shipmentId: "s2" })).trackingNumber).not.toBe(outcomeOf(first).trackingNumber);
    expect(outcomeOf(createOrder(undefined, "o2").ship()).trackingNumber).not.toBe(outcomeOf(first).trackingNumber);
  });

  test("is heard of again if deliveries are asked for: every attempt under an id of its own", () => {
    const order = createOrder(behaving({ rules: [{ on: "delivery", afterMs: 10, failures: 2 }] }));
    const decision = order.ship();
    const messages = decision.kind === "decided" ? decision.messages : [];
    expect(messages.map(({ message: { type, data }, afterMs }) => [type, data, afterMs])).toEqual([
      ["carrier.failed", { shipmentId: "s1", reason: "Nobody was at home." }, 10],
      ["carrier.failed", { shipmentId: "s1", reason: "Nobody was at home." }, 20],
      ["carrier.delivered", { shipmentId: "s1" }, 30],
    ]);
    expect(new Set(messages.map(({ message }) => message.id)).size).toBe(3);
    expect(order.ship()).toMatchObject({ kind: "known", toldBy: null });
  });
});
