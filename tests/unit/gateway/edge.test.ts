import { describe, expect, test } from "@jest/globals";
import { StoreUnavailable } from "../../../services/gateway/read-model.ts";
import { nothingRecorded, placed, placeOrder } from "./orders.ts";
import { withGateway } from "./test-gateway.ts";

const away = async () => {
  throw new StoreUnavailable("connection refused");
};

describe("the edge of the gateway", () => {
  test.each(["/", "/v1", "/v2/orders", "/v1/orders/a/b/c", "/V1/orders"])("knows no %s", async (path) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send("GET", path);
      expect(reply.status).toBe(404);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(reply.body).toMatchObject({ code: "UnknownRoute", status: 404, instance: path, errors: [] });
    });
  });

  test.each([
    ["DELETE", "/v1/orders/order-1", "GET, HEAD"],
    ["POST", "/v1/orders", "GET, HEAD"],
    ["GET", "/v1/orders/order-1/commands", "POST"],
    ["PUT", "/v1/orders/order-1/events", "GET, HEAD"],
    ["PATCH", "/v1/stock/tea/berlin", "GET, HEAD"],
    ["GET", "/v1/stock/tea/berlin/commands", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
  ])("has no %s of %s", async (method, path, allowed) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send(method, path);
      expect(reply.status).toBe(405);
      expect(reply.headers.get("allow")).toBe(allowed);
      expect(reply.body).toMatchObject({ code: "MethodNotAllowed" });
    });
  });

  test("echoes the correlation id of every request, and tells nothing of its software", async () => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send("GET", "/nowhere", { headers: { "x-correlation-id": "c-7" } });
      expect(reply.headers.get("x-correlation-id")).toBe("c-7");
      expect(reply.headers.has("x-powered-by")).toBe(false);
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    });
  });
});

describe("readiness", () => {
  test("needs the sidecar, an actor host behind it and the database", async () => {
    await withGateway({ read: () => nothingRecorded }, async (gateway) => {
      const reply = await gateway.send("GET", "/readyz");
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual({ status: "ready", checked: ["sidecar", "actor-host", "snapshot-database"] });
    });
  });

  test("names what is away", async () => {
    await withGateway({ read: () => nothingRecorded, readModel: { check: away } }, async (gateway) => {
      const reply = await gateway.send("GET", "/readyz");
      expect(reply.status).toBe(503);
      expect(reply.body).toEqual({
        status: "not ready",
        unready: [{ name: "snapshot-database", reason: "connection refused" }],
      });
    });
  });
});

describe("the metrics", () => {
  test("count requests by route template and commands by outcome, never by id", async () => {
    await withGateway({ answer: () => placed }, async (gateway) => {
      await gateway.command("/v1/orders/order-1/commands", placeOrder);
      await gateway.command("/v1/orders/order-1/commands", { type: "my own words" });
      await gateway.send("GET", "/nowhere/order-1");
      const { text } = await gateway.send("GET", "/metrics");
      expect(text).toMatch(
        /gateway_http_requests_total\{method="POST",route="\/v1\/orders\/:orderId\/commands",status="200"[^}]*\} 1/,
      );
      expect(text).toMatch(/gateway_http_requests_total\{method="GET",route="unmatched",status="404"[^}]*\} 1/);
      expect(text).toMatch(/gateway_http_request_duration_seconds_count\{[^}]*commands"[^}]*\} 2/);
      expect(text).toMatch(/gateway_commands_total\{[^}]*command_type="PlaceOrder",outcome="accepted"[^}]*\} 1/);
      expect(text).toMatch(/gateway_commands_total\{[^}]*command_type="unknown",outcome="invalid"[^}]*\} 1/);
      expect(text).not.toContain("order-1");
      expect(text).not.toContain("my own words");
    });
  });
});
