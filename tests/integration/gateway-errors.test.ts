import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import { sharedStack } from "../support/stack.ts";
import { placeOrderOf } from "./place-order.ts";

const run = Date.now().toString(36);

let api: GatewayApi;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
});
afterAll(async () => api.close());

const placeOrder = placeOrderOf(`customer-errors-${run}`);
const cancel: OrderCommandBody = { type: "RequestCancel", reason: "changed my mind" };
const reserve: OrderCommandBody = { type: "RecordReservation", reservationId: "r-1" };

/** Places an order of its own for a test. */
const placed = async (name: string): Promise<string> => {
  const orderId = `${name}-${run}`;
  const reply = await api.sendOrderCommand(orderId, "place", placeOrder);
  expect(reply.httpStatus).toBe(200);
  return orderId;
};

const post = async (path: string, headers: Record<string, string>, body: string): Promise<Response> =>
  fetch(`${sharedStack().gateway}${path}`, { method: "POST", headers: { "idempotency-key": "k", ...headers }, body });

describe("an invalid command", () => {
  test("is a 400 that names every wrong field", async () => {
    const reply = await api.sendOrderCommand(`invalid-${run}`, "place", {
      ...placeOrder,
      customerId: "",
      currency: "XXX",
      lines: [{ lineId: "1", sku: "te a", location: "berlin", quantity: 0, unitPriceMinor: 1.5 }],
      gift: true,
    });
    expect(reply.httpStatus).toBe(400);
    expect(reply.problem?.errors?.map(({ field }) => field).toSorted()).toEqual(
      ["customerId", "currency", "lines.0.sku", "lines.0.quantity", "lines.0.unitPriceMinor", "gift"].toSorted(),
    );
  });

  test.each(["ReleaseReservation", "CompleteCancel"])("may not be the process manager's %s", async (type) => {
    const reply = await api.sendOrderCommand(await placed(`internal-${type}`), "internal", { type });
    expect(reply.httpStatus).toBe(400);
    expect(reply.problem?.errors?.map(({ field }) => field)).toEqual(["type"]);
  });

  test("leaves nothing behind", async () => {
    const reply = await fetch(`${sharedStack().gateway}/v1/orders/invalid-${run}?consistency=strong`);
    expect(reply.status).toBe(404);
    expect(await api.readEvents(`invalid-${run}`)).toEqual([]);
  });

  test("may be no JSON, another media type or too large", async () => {
    const path = `/v1/orders/edge-${run}/commands`;
    const json = { "content-type": "application/json" };
    expect((await post(path, json, "{")).status).toBe(400);
    expect((await post(path, { "content-type": "text/plain" }, "{}")).status).toBe(415);
    expect((await post(path, json, JSON.stringify({ ...cancel, reason: "x".repeat(256 * 1024) }))).status).toBe(413);
  });
});

describe("a refusal", () => {
  test("is a 409 with the decider's code, and is remembered", async () => {
    const orderId = await placed("refused");
    const wrong = { type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 1 };
    await api.sendOrderCommand(orderId, "reserve", reserve);
    const first = await api.sendOrderCommand(orderId, "authorise", wrong);
    expect(first).toMatchObject({ httpStatus: 409, replayed: false, problem: { code: "AmountMismatch" } });

    const right = await api.sendOrderCommand(orderId, "authorise again", { ...wrong, amountMinor: 900 });
    expect(right.httpStatus).toBe(200);
    const second = await api.sendOrderCommand(orderId, "authorise", wrong);
    expect(second).toMatchObject({ httpStatus: 409, replayed: true, text: first.text });
  });

  test("of an order that does not exist yet is decided anew", async () => {
    const orderId = `early-${run}`;
    const early = await api.sendOrderCommand(orderId, "reserve", reserve);
    expect(early).toMatchObject({ httpStatus: 409, replayed: false, problem: { code: "OrderNotPlaced" } });
    expect((await api.sendOrderCommand(orderId, "place", placeOrder)).httpStatus).toBe(200);
    expect((await api.sendOrderCommand(orderId, "reserve", reserve)).httpStatus).toBe(200);
  });

  test("meets whoever records a step of a managed order that the process manager takes", async () => {
    const orderId = `managed-${run}`;
    const sku = `managed-${run}`;
    const managed = {
      ...placeOrder,
      fulfilment: "managed",
      lines: [{ lineId: "1", sku, location: "berlin", quantity: 1, unitPriceMinor: 1 }],
    };
    await api.sendOrderCommand(orderId, "place", managed);
    const reply = await api.sendOrderCommand(orderId, "reserve", reserve);
    expect(reply.httpStatus).toBe(409);
  });
});

describe("an Idempotency-Key", () => {
  test("repeated is answered exactly as the first time", async () => {
    const orderId = `repeated-${run}`;
    const first = await api.sendOrderCommand(orderId, "place", placeOrder);
    const cancelled = await api.sendOrderCommand(orderId, "cancel", cancel);
    expect(cancelled.accepted).toMatchObject({ status: "Cancelled" });
    const again = await api.sendOrderCommand(orderId, "place", placeOrder);
    expect(again).toMatchObject({ httpStatus: 200, replayed: true, text: first.text, etag: first.etag });
  });

  test("used for another request is a 422", async () => {
    const orderId = await placed("reused");
    const reply = await api.sendOrderCommand(orderId, "place", cancel);
    expect(reply).toMatchObject({ httpStatus: 422, replayed: false });
    expect((await api.readOrder(orderId, "strong"))?.status).toBe("Placed");
  });

  test("sent 20 times at once has one effect and 20 equal answers", async () => {
    const orderId = await placed("concurrent");
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => api.sendOrderCommand(orderId, "cancel", cancel)),
    );
    expect(replies.map(({ httpStatus }) => httpStatus)).toEqual(Array(20).fill(200));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const version = replies[0]?.accepted?.version;
    expect(await api.readOrder(orderId, "strong")).toMatchObject({ version, status: "Cancelled" });
    const cancellations = (await api.readEvents(orderId)).filter((event) => event.version > 1);
    expect(cancellations.map((event) => event.version)).toEqual(
      replies[0]?.accepted?.events.map((event) => event.version),
    );
  });
});

describe("an expected version", () => {
  test("is a 412 if the order is elsewhere, and is not remembered", async () => {
    const orderId = await placed("expected");
    const behind = await api.sendOrderCommand(orderId, "cancel", cancel, { ifMatch: 7 });
    expect(behind).toMatchObject({ httpStatus: 412, etag: '"1"' });
    const matching = await api.sendOrderCommand(orderId, "cancel", cancel, { ifMatch: 1 });
    expect(matching).toMatchObject({ httpStatus: 200, replayed: false });
    const repeated = await api.sendOrderCommand(orderId, "cancel", cancel, { ifMatch: 1 });
    expect(repeated).toMatchObject({ httpStatus: 200, replayed: true, text: matching.text });
  });

  test("of 0 lets exactly one of two placements through", async () => {
    const orderId = `once-${run}`;
    expect((await api.sendOrderCommand(orderId, "first", placeOrder, { ifMatch: 0 })).httpStatus).toBe(200);
    expect((await api.sendOrderCommand(orderId, "second", placeOrder, { ifMatch: 0 })).httpStatus).toBe(412);
  });

  test("of * needs an order that exists", async () => {
    const headers = { "content-type": "application/json", "if-match": "*" };
    const body = JSON.stringify(cancel);
    expect((await post(`/v1/orders/nowhere-${run}/commands`, headers, body)).status).toBe(412);
    expect((await post(`/v1/orders/${await placed("somewhere")}/commands`, headers, body)).status).toBe(200);
  });
});
