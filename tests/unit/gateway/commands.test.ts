import { describe, expect, test } from "@jest/globals";
import type { ErrorAnswer } from "../../../actors/kernel/answer.ts";
import { problemType, type ProblemKind } from "../../../services/gateway/problem.ts";
import { SidecarUnavailable } from "../../../services/platform/sidecar.ts";
import { found, nothingRecorded, placed, placeOrder, replayed } from "./orders.ts";
import { withGateway } from "./test-gateway.ts";

const path = "/v1/orders/order-1/commands";

const cancelFor = (reason: string) => ({ type: "RequestCancel", reason });

const away = () => {
  throw new SidecarUnavailable("connection refused");
};

const broken = () => {
  throw new TypeError("x is not a function");
};

describe("a command for an order", () => {
  test("is sent to its actor and answered with the events and the version", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder, {
        "idempotency-key": "key of mine",
        "x-correlation-id": "c-1",
      });
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual({
        orderId: "order-1",
        version: 1,
        status: "Placed",
        events: [{ type: "OrderPlaced", version: 1 }],
      });
      expect(reply.headers.get("etag")).toBe('"1"');
      expect(reply.headers.get("x-correlation-id")).toBe("c-1");
      expect(reply.headers.has("idempotent-replayed")).toBe(false);
      const { type, ...data } = placeOrder;
      expect(gateway.sent).toEqual([
        {
          streamType: "Order",
          streamId: "order-1",
          envelope: { commandId: "key of mine", type, data, by: "gateway", correlationId: "c-1" },
        },
      ]);
    });
  });

  test("keeps a valid trace context and ignores another", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      await gateway.command(path, placeOrder, { traceparent });
      await gateway.command(path, placeOrder, { traceparent: "00-broken" });
      expect(gateway.sent.map(({ envelope }) => envelope.traceparent)).toEqual([traceparent, undefined]);
    });
  });

  test("gets a correlation id of its own if it brings none", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder);
      const correlationId = reply.headers.get("x-correlation-id");
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
      expect(gateway.sent[0]?.envelope.correlationId).toBe(correlationId);
    });
  });

  test("that was carried out before is answered as it was, and says so", async () => {
    await withGateway({ answer: () => replayed(placed) }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder);
      expect(reply.status).toBe(200);
      expect(reply.headers.get("idempotent-replayed")).toBe("true");
      expect(reply.body).not.toHaveProperty("replayed");
    });
  });

  test("that was refused before is refused as it was, and says so", async () => {
    const refused = {
      error: { kind: "rejected", code: "AlreadyCancelled", message: "It is cancelled.", version: 3 },
    } as const;
    const answers = [refused, replayed(refused)];
    await withGateway({ answer: () => answers.shift() ?? refused }, async (gateway) => {
      const first = await gateway.command(path, placeOrder);
      const second = await gateway.command(path, placeOrder);
      expect([first.status, second.status]).toEqual([409, 409]);
      expect(second.text).toBe(first.text);
      expect(first.headers.has("idempotent-replayed")).toBe(false);
      expect(second.headers.get("idempotent-replayed")).toBe("true");
    });
  });
});

describe("an invalid command", () => {
  test("is answered with every wrong field, header and path segment at once", async () => {
    await withGateway({}, async (gateway) => {
      const body = {
        ...placeOrder,
        customerId: " ",
        currency: "eur",
        lines: [{ ...placeOrder.lines[0], quantity: 0 }],
        gift: true,
      };
      const reply = await gateway.command("/v1/orders/.hidden/commands", body, {
        "idempotency-key": "",
        "if-match": "3",
      });
      expect(reply.status).toBe(400);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(reply.body).toMatchObject({ type: problemType("invalid"), status: 400, code: "InvalidRequest" });
      const { errors } = reply.body as { errors: { field: string }[] };
      expect(errors.map(({ field }) => field).toSorted()).toEqual(
        ["orderId", "Idempotency-Key", "If-Match", "customerId", "currency", "lines.0.quantity", "gift"].toSorted(),
      );
      expect(gateway.sent).toEqual([]);
    });
  });

  test("asks for more locations than an order can be sent from", async () => {
    await withGateway({}, async (gateway) => {
      const lines = Array.from({ length: 65 }, (_, index) => ({
        ...placeOrder.lines[0],
        lineId: `line-${index}`,
        location: `location-${index}`,
      }));
      const reply = await gateway.command(path, { ...placeOrder, lines });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ code: "InvalidRequest", errors: [{ field: "lines.64.location" }] });
      expect(gateway.sent).toEqual([]);
    });
  });

  test("needs an Idempotency-Key", async () => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send("POST", path, {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(placeOrder),
      });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ field: "Idempotency-Key", message: "is required" }] });
    });
  });

  test("may not use up a command id of the process manager", async () => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send("POST", path, {
        headers: { "content-type": "application/json", "idempotency-key": "process-manager/order-1/1/reserve" },
        body: JSON.stringify(placeOrder),
      });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ field: "Idempotency-Key" }] });
    });
  });

  test.each(["RecordShortage", "CompleteCancel", "ReserveStock", "constructor", ""])(
    "has an unknown type: %j",
    async (type) => {
      await withGateway({}, async (gateway) => {
        const reply = await gateway.command(path, { type });
        expect(reply.status).toBe(400);
        expect(reply.body).toMatchObject({ errors: [{ field: "type" }] });
      });
    },
  );

  test.each([["[]"], ["{}"], ['{"type":7}'], [""]])("is no command at all: %s", async (body) => {
    await withGateway({}, async (gateway) => {
      const headers = { "content-type": "application/json", "idempotency-key": "k" };
      const reply = await gateway.send("POST", path, { headers, body });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ code: "InvalidRequest" });
    });
  });

  test("may be no JSON", async () => {
    await withGateway({}, async (gateway) => {
      const headers = { "content-type": "application/json", "idempotency-key": "k" };
      const reply = await gateway.send("POST", path, { headers, body: '{"type":' });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ code: "MalformedBody", type: problemType("malformedBody") });
    });
  });

  test("may be larger than 256 KiB", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      expect((await gateway.command(path, cancelFor("x".repeat(256 * 1024)))).status).toBe(413);
      expect((await gateway.command(path, cancelFor("x".repeat(255 * 1024)))).status).toBe(400);
    });
  });

  test.each([
    { "content-type": "text/plain" },
    { "content-type": "application/json; charset=utf-16" },
    { "content-type": "application/json", "content-encoding": "gzip" },
    { "content-type": "" },
  ])("may be something else than plain JSON: %j", async (headers) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.command(path, placeOrder, headers);
      expect(reply.status).toBe(415);
      expect(reply.body).toMatchObject({ code: "UnsupportedMediaType" });
    });
  });

  test("may have a correlation id that cannot be kept", async () => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.command(path, placeOrder, { "x-correlation-id": "x".repeat(257) });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ field: "X-Correlation-Id" }] });
    });
  });
});

describe("an actor's refusal", () => {
  const kinds: [ErrorAnswer["kind"], number][] = [
    ["invalid", 400],
    ["unknownStream", 404],
    ["rejected", 409],
    ["versionConflict", 412],
    ["commandIdReused", 422],
    ["fault", 503],
  ];
  test.each(kinds)("of the kind %s becomes %i", async (kind, status) => {
    const error: ErrorAnswer = { kind, code: "SomeCode", message: "Some reason.", version: 7 };
    await withGateway({ answer: () => ({ error }) }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder);
      expect(reply.status).toBe(status);
      expect(reply.body).toEqual({
        type: problemType(kind satisfies ProblemKind),
        title: expect.any(String),
        status,
        detail: "Some reason.",
        instance: path,
        code: "SomeCode",
        errors: [],
      });
      expect(reply.headers.get("etag")).toBe(kind === "versionConflict" ? '"7"' : null);
      expect(reply.headers.has("retry-after")).toBe(status === 503);
    });
  });
});

describe("an expected version", () => {
  test("goes with the command", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      await gateway.command(path, placeOrder, { "if-match": '"0"' });
      expect(gateway.sent[0]?.envelope.expectedVersion).toBe(0);
    });
  });

  test.each(["5", 'W/"5"', '"5", "6"', '"-1"', '"05"'])("cannot be %s", async (value) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.command(path, placeOrder, { "if-match": value });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ field: "If-Match" }] });
    });
  });

  test("of * is met by whatever exists", async () => {
    await withGateway({ read: () => found, answer: () => placed }, async (gateway) => {
      expect((await gateway.command(path, placeOrder, { "if-match": "*" })).status).toBe(200);
      expect(gateway.sent[0]?.envelope).not.toHaveProperty("expectedVersion");
    });
  });

  test("of * is not met by what does not exist", async () => {
    await withGateway({ read: () => nothingRecorded }, async (gateway) => {
      expect((await gateway.command(path, placeOrder, { "if-match": "*" })).status).toBe(412);
      expect(gateway.sent).toEqual([]);
    });
  });
});

describe("a sidecar that is away", () => {
  test("is a 503 with Retry-After, and the reason stays in the log", async () => {
    await withGateway({ answer: away }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder);
      expect(reply.status).toBe(503);
      expect(reply.headers.get("retry-after")).toBe("2");
      expect(reply.text).not.toContain("connection refused");
      expect(gateway.logged).toMatchObject([{ level: "warn" }]);
    });
  });

  test("is counted apart from a refusal", async () => {
    await withGateway({ answer: away }, async (gateway) => {
      await gateway.command(path, placeOrder);
      const { text } = await gateway.send("GET", "/metrics");
      expect(text).toMatch(/gateway_commands_total\{[^}]*command_type="PlaceOrder",outcome="unavailable"[^}]*\} 1/);
    });
  });

  test("makes a bug no 503", async () => {
    await withGateway({ answer: broken }, async (gateway) => {
      const reply = await gateway.command(path, placeOrder);
      expect(reply.status).toBe(500);
      expect(reply.text).not.toContain("not a function");
      expect(gateway.logged).toMatchObject([{ level: "error" }]);
    });
  });
});

describe("a command for stock", () => {
  const received = {
    ok: {
      streamId: "tea~berlin",
      version: 2,
      status: "Stocked",
      events: [{ type: "StockReceived", version: 2 }],
      replayed: false,
    },
  };

  test("is sent to the actor of the SKU at the location", async () => {
    await withGateway({ answer: () => received }, async (gateway) => {
      const body = { type: "ReceiveStock", receiptId: "r-1", quantity: 5 };
      const reply = await gateway.command("/v1/stock/tea/berlin/commands", body);
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual({
        sku: "tea",
        location: "berlin",
        version: 2,
        events: [{ type: "StockReceived", version: 2 }],
      });
      expect(gateway.sent[0]).toMatchObject({ streamType: "StockItem", streamId: "tea~berlin" });
    });
  });

  test.each([
    { type: "AdjustStock", adjustmentId: "a-1", delta: -2, reason: "broken", mayOversell: true },
    { type: "AdjustStock", adjustmentId: "a-1", delta: 2, reason: "counted" },
    { type: "ShardStock", shards: 8 },
  ])("may be $type", async (body) => {
    await withGateway({ answer: () => received }, async (gateway) => {
      expect((await gateway.command("/v1/stock/tea/berlin/commands", body)).status).toBe(200);
      const { type, ...data } = body;
      expect(gateway.sent[0]?.envelope).toMatchObject({ type, data });
    });
  });

  test("cannot be sent under an id of a reminder", async () => {
    await withGateway({}, async (gateway) => {
      const headers = { "idempotency-key": "reminder/7" };
      const reply = await gateway.command("/v1/stock/tea/berlin/commands", { type: "ShardStock", shards: 8 }, headers);
      expect(reply.body).toMatchObject({ status: 400, errors: [{ field: "Idempotency-Key" }] });
    });
  });

  test("cannot name the other's parts in its own", async () => {
    await withGateway({}, async (gateway) => {
      const body = { type: "ReceiveStock", receiptId: "r-1", quantity: 5 };
      const reply = await gateway.command("/v1/stock/tea~berlin/x/commands", body);
      expect(reply.body).toMatchObject({ status: 400, errors: [{ field: "sku" }] });
    });
  });

  test.each([
    { type: "ReserveStock", reservationId: "r-1", quantity: 5 },
    { type: "RestockItems", restockId: "r-1", quantity: 5 },
    { type: "ExpireReservations" },
  ])("cannot be one of the process manager's or the reminder's: $type", async (body) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.command("/v1/stock/tea/berlin/commands", body);
      expect(reply.body).toMatchObject({ status: 400, errors: [{ field: "type" }] });
    });
  });
});
