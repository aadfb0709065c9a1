import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { insist, openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import { sharedStack, waitFor } from "../support/stack.ts";

const settleMs = 15_000;
/** Ids of this run only, so that the tests can also run against a stack that has run before. */
const run = Date.now().toString(36);

let api: GatewayApi;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
});
afterAll(async () => api.close());

const placeOrder = (customerId: string): OrderCommandBody => ({
  type: "PlaceOrder",
  customerId,
  currency: "EUR",
  fulfilment: "external",
  lines: [
    { lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 },
    { lineId: "2", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 1_200 },
  ],
});

const steps: readonly (readonly [OrderCommandBody, string])[] = [
  [{ type: "RecordReservation", reservationId: "r-1" }, "Reserved"],
  [{ type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 2_100 }, "Authorised"],
  [{ type: "DispatchShipment", shipmentId: "s-1", carrier: "DHL", trackingNumber: "JD01" }, "Fulfilling"],
  [{ type: "RecordDelivery", shipmentId: "s-1" }, "Completed"],
];

/** Sends every command of an external order, each once, and gives the version it ends at. */
const complete = async (orderId: string, customerId: string): Promise<number> => {
  let version = 0;
  for (const [index, [command, status]] of [[placeOrder(customerId), "Placed"] as const, ...steps].entries()) {
    const reply = await insist(async () => api.sendOrderCommand(orderId, `${orderId}-${index}`, command));
    expect(reply.httpStatus).toBe(200);
    expect(reply.accepted).toMatchObject({ orderId, status });
    expect(reply.accepted?.events.length).toBeGreaterThan(0);
    expect(reply.accepted?.events.map((event) => event.version)).toEqual(
      reply.accepted?.events.map((_, place) => version + place + 1),
    );
    version = reply.accepted?.version ?? 0;
    expect(reply.etag).toBe(`"${version}"`);
  }
  return version;
};

describe("an external order", () => {
  const orderId = `flow-${run}`;
  const customerId = `customer-flow-${run}`;
  let version = 0;

  test("is taken to completion by HTTP, step by step", async () => {
    version = await complete(orderId, customerId);
    expect(version).toBeGreaterThanOrEqual(steps.length + 1);
  });

  test("is seen at once by a strong read", async () => {
    expect(await api.readOrder(orderId, "strong")).toMatchObject({
      orderId,
      version,
      status: "Completed",
      totalMinor: 2_100,
      shipments: [{ shipmentId: "s-1", status: "Delivered" }],
    });
  });

  test("is projected as its actor sees it", async () => {
    const projected = await waitFor(
      async () => {
        const order = await api.readOrder(orderId);
        return order?.version === version && order;
      },
      { what: `the projection of ${orderId}`, timeoutMs: settleMs },
    );
    expect(projected).toEqual(await api.readOrder(orderId, "strong"));
  });

  test("is not sent again to whoever has its version", async () => {
    const response = await fetch(`${sharedStack().gateway}/v1/orders/${orderId}`, {
      headers: { "if-none-match": `"${version}"` },
    });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe(`"${version}"`);
  });

  test("has its whole history, in pages too", async () => {
    const history = await api.readEvents(orderId);
    expect(history.map((event) => event.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    expect(history[0]).toMatchObject({ type: "OrderPlaced", data: { customerId } });

    const response = await fetch(`${sharedStack().gateway}/v1/orders/${orderId}/events?after=1&limit=2`);
    expect(await response.json()).toEqual({ events: history.slice(1, 3), nextAfter: 3 });
  });

  test("is in the list of its customer under its last status only", async () => {
    const listed = await waitFor(
      async () => {
        const found = await api.listOrders({ customerId });
        return found[0]?.version === version && found;
      },
      { what: `${orderId} in the list of its customer`, timeoutMs: settleMs },
    );
    expect(listed).toMatchObject([{ orderId, status: "Completed", customerId }]);
    expect(await api.listOrders({ customerId, status: "Completed" })).toEqual(listed);
    expect(await api.listOrders({ customerId, status: "Placed" })).toEqual([]);
    const inStatus = async (status: string) => (await api.listOrders({ status })).map((order) => order.orderId);
    expect(await inStatus("Completed")).toContain(orderId);
    for (const { status } of [{ status: "Placed" }, { status: "Fulfilling" }])
      expect(await inStatus(status)).not.toContain(orderId);
  });
});

describe("a customer's orders", () => {
  test("come newest first, page after page, each once", async () => {
    const customerId = `customer-pages-${run}`;
    const orderIds = Array.from({ length: 7 }, (_, index) => `pages-${run}-${index}`);
    for (const orderId of orderIds) {
      const reply = await api.sendOrderCommand(orderId, "place", placeOrder(customerId));
      expect(reply.httpStatus).toBe(200);
    }
    await waitFor(async () => (await api.listOrders({ customerId })).length === orderIds.length, {
      what: `${orderIds.length} orders in the list`,
      timeoutMs: settleMs,
    });

    const seen: string[] = [];
    let next = "";
    for (let page = 0; page < orderIds.length; page += 1) {
      const response = await fetch(`${sharedStack().gateway}/v1/orders?customerId=${customerId}&limit=3${next}`);
      const body = (await response.json()) as { items: { orderId: string }[]; nextCursor: string | null };
      seen.push(...body.items.map((item) => item.orderId));
      if (body.nextCursor === null) break;
      expect(body.items).toHaveLength(3);
      next = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(orderIds.toReversed());
  });
});

describe("stock", () => {
  test("is received, read strongly and projected", async () => {
    const sku = `tea-${run}`;
    const receive = { type: "ReceiveStock", receiptId: "receipt-1", quantity: 5 };
    const reply = await api.sendStockCommand(sku, "berlin", "receive-1", receive);
    expect(reply.httpStatus).toBe(200);
    expect(reply.accepted).toEqual({
      sku,
      location: "berlin",
      version: 1,
      events: [{ type: "StockReceived", version: 1 }],
    });
    expect(reply.etag).toBe('"1"');

    const again = await api.sendStockCommand(sku, "berlin", "receive-1", receive);
    expect(again).toMatchObject({ httpStatus: 200, text: reply.text, replayed: true });

    const nothing = { oversold: 0, backordered: 0, shards: 0 };
    const expected = { sku, location: "berlin", onHand: 5, reserved: 0, available: 5, ...nothing, version: 1 };
    const strong = await fetch(`${sharedStack().gateway}/v1/stock/${sku}/berlin?consistency=strong`);
    expect(await strong.json()).toEqual(expected);
    const projected = await waitFor(async () => api.readStock(sku, "berlin"), {
      what: `the projection of ${sku}`,
      timeoutMs: settleMs,
    });
    expect(projected).toEqual(expected);
    expect(await api.readStock(sku, "munich")).toBeUndefined();
  });
});

describe("the gateway", () => {
  test.each(["/healthz", "/readyz", "/metrics", "/openapi.json"])("answers %s", async (path) => {
    await waitFor(async () => (await fetch(`${sharedStack().gateway}${path}`)).status === 200, {
      what: `${path} to be answered`,
      timeoutMs: settleMs,
    });
  });
});
