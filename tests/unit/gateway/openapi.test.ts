import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { orderCommandSchemas } from "../../../actors/order/schemas.ts";
import { stockItemCommandSchemas } from "../../../actors/stock-item/schemas.ts";
import { createOpenApiDocument } from "../../../services/gateway/openapi.ts";
import { withGateway } from "./test-gateway.ts";

const schema = z.looseObject({
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  additionalProperties: z.unknown().optional(),
});

const parsed = z
  .object({
    openapi: z.literal("3.1.0"),
    paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) }))),
    components: z.object({ schemas: z.record(z.string(), schema) }),
  })
  .parse(createOpenApiDocument());

describe("the OpenAPI document", () => {
  test("is served as it is made", async () => {
    await withGateway({}, async (gateway) => {
      expect((await gateway.send("GET", "/openapi.json")).body).toEqual(createOpenApiDocument());
    });
  });

  test("has every operation and every status that it can be answered with", () => {
    const operations = Object.entries(parsed.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => [`${method} ${path}`, Object.keys(responses).join(" ")]),
    );
    expect(Object.fromEntries(operations)).toEqual({
      "post /v1/orders/{orderId}/commands": "200 400 409 412 413 415 422 503",
      "get /v1/orders/{orderId}": "200 304 400 404 503",
      "get /v1/orders/{orderId}/events": "200 400 404 503",
      "get /v1/orders": "200 400 503",
      "post /v1/stock/{sku}/{location}/commands": "200 400 409 412 413 415 422 503",
      "get /v1/stock/{sku}/{location}": "200 304 400 404 503",
      "get /v1/operations/stuck-orders": "200 400 503",
    });
  });

  test("has exactly the fields of every public command, and none of the process manager's", () => {
    for (const [type, { shape }] of Object.entries({ ...orderCommandSchemas, ...stockItemCommandSchemas })) {
      const command = parsed.components.schemas[type];
      expect(Object.keys(command?.properties ?? {}).toSorted()).toEqual(["type", ...Object.keys(shape)].toSorted());
      expect(command?.additionalProperties).toBe(false);
    }
    expect(parsed.components.schemas).not.toHaveProperty("RecordShortage");
    expect(parsed.components.schemas).not.toHaveProperty("ReserveStock");
    expect(parsed.components.schemas).not.toHaveProperty("ExpireReservations");
  });

  test("refers only to what it has", () => {
    const text = JSON.stringify(createOpenApiDocument());
    const references = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? "");
    expect(references.length).toBeGreaterThan(10);
    for (const name of references) expect(parsed.components.schemas).toHaveProperty(name);
  });
});
