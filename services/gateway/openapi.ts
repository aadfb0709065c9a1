import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  zodToOpenAPIRegistry,
  type ResponseConfig,
} from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { eventReference, fieldIssue } from "../../actors/kernel/answer.ts";
import { outsideCommandId } from "../../actors/kernel/envelope.ts";
import { recordedEvent } from "../../actors/kernel/recorded-event.ts";
import { orderCommandSchemas } from "../../actors/order/schemas.ts";
import { orderListRowSchema, orderStatus, orderViewSchema } from "../../actors/order/view.ts";
import { saleListRowSchema, saleViewSchema } from "../../actors/order/sale/view.ts";
import { stockItemCommandSchemas } from "../../actors/stock-item/schemas.ts";
import { stockItemViewSchema } from "../../actors/stock-item/view.ts";
import { orderPath, stockPath } from "./commands.ts";
import { statusOf, type ProblemKind } from "./problem.ts";
import { eventsQuery, listQuery, viewQuery } from "./queries.ts";
import { stuckOrder } from "../platform/stuck-orders.ts";
import { stuckOrdersQuery } from "./operations.ts";
import { correlationId, ifMatch } from "./request-headers.ts";

/** The version of the interface, not of the software: it moves when a caller could notice. */
const interfaceVersion = "1.0.0";

/** Names a schema, so that the document refers to it instead of repeating it. */
const named = <Schema extends z.ZodType>(refId: string, schema: Schema): Schema => {
  zodToOpenAPIRegistry.add(schema, { _internal: { refId } });
  return schema;
};

/** The body of a command: its type beside its fields. */
const bodyOf = (name: string, fields: z.ZodObject) =>
  named(name, z.strictObject({ type: z.literal(name), ...fields.shape }));

/** Any of the commands that are sent to one kind of resource, told apart by `type`. */
const anyOf = (name: string, schemas: Readonly<Record<string, z.ZodObject>>) => {
  const [first, ...rest] = Object.entries(schemas).map(([type, fields]) => bodyOf(type, fields));
  if (first === undefined) throw new Error(`there is no command for ${name}`);
  return named(name, z.discriminatedUnion("type", [first, ...rest]));
};

const problem = named(
  "Problem",
  z.object({
    type: z.string().describe("A stable name of the kind of problem."),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional().describe("The path that was asked for."),
    code: z.string().describe("A stable, machine-readable reason; the rejection's own code with 409."),
    errors: z.array(fieldIssue).describe("Every wrong field; empty if the problem is not a field's."),
  }),
);

const events = z.array(named("EventReference", eventReference));

const orderAnswer = named(
  "OrderCommandAnswer",
  z.object({
    orderId: z.string(),
    version: z.int().min(1),
    status: z
      .enum([...orderStatus.options, "Withdrawn"])
      .describe("Withdrawn: a cancel came before its order, which will be refused."),
    events,
  }),
);
const stockAnswer = named(
  "StockCommandAnswer",
  z.object({ sku: z.string(), location: z.string(), version: z.int().min(1), events }),
);
const eventPage = named(
  "EventPage",
  z.object({
    events: z.array(recordedEvent.pick({ version: true, type: true, data: true, at: true })),
    nextAfter: z.int().nullable().describe("`after` for the next page; null if this was the last one."),
  }),
);
const orderPage = named(
  "OrderPage",
  z.object({
    items: z.array(
      z.discriminatedUnion("status", [
        named("OrderListRow", orderListRowSchema),
        named("SaleListRow", saleListRowSchema),
      ]),
    ),
    nextCursor: z.string().nullable().describe("`cursor` for the next page; null if this was the last one."),
  }),
);

const stuckPage = named(
  "StuckOrderPage",
  z.object({
    items: z.array(named("StuckOrder", stuckOrder)),
    nextCursor: z.string().nullable().describe("`cursor` for the next page; null if this was the last one."),
  }),
);
const orderOrSale = z.discriminatedUnion("status", [named("Order", orderViewSchema), named("Sale", saleViewSchema)]);

const correlationHeader = {
  "X-Correlation-Id": correlationId.optional().describe("Echoed, logged and kept with the events."),
};

const commandHeaders = z.object({
  "Idempotency-Key": outsideCommandId.describe("The command id: one outcome for ever, per order or stock item."),
  "If-Match": ifMatch.optional().describe("The version that the command was decided on, or * for any."),
  traceparent: z.string().optional().describe("W3C trace context, kept with the events."),
  ...correlationHeader,
});
const queryHeaders = z.object(correlationHeader);
const viewHeaders = z.object({
  "If-None-Match": z.string().optional().describe("Answered with 304 if the version is still this one."),
  ...correlationHeader,
});

const etag = z.object({ ETag: z.string().describe('The version in double quotes, for example `"3"`.') });
const stockEtag = z.object({
  ETag: z.string().describe("The version in double quotes, followed by that of the shards if there are some."),
});
const commandAnswerHeaders = etag.extend({
  "Idempotent-Replayed": z.literal("true").optional().describe("Present if the key was answered before."),
});

const descriptions: Readonly<Partial<Record<ProblemKind, string>>> = {
  invalid: "Invalid: `errors` names every wrong field, header and parameter.",
  unknownStream: "Nothing is recorded under this id.",
  rejected: "Refused in the present state; `code` says why.",
  versionConflict: "`If-Match` names another version; `ETag` is the present one.",
  payloadTooLarge: "The body has more than 256 KiB.",
  unsupportedMediaType: "The body is not plain `application/json`.",
  commandIdReused: "The Idempotency-Key was used for another request.",
  fault: "The outcome is unknown or a part is away; repeat the same request after `Retry-After` seconds.",
};

const ok = (description: string, schema: z.ZodType, headers?: z.ZodObject): ResponseConfig => ({
  description,
  content: { "application/json": { schema } },
  ...(headers === undefined ? {} : { headers }),
});

const problemResponses = (...kinds: readonly ProblemKind[]): Record<number, ResponseConfig> =>
  Object.fromEntries(
    kinds.map((kind) => [
      statusOf(kind),
      {
        description: descriptions[kind] ?? kind,
        content: { "application/problem+json": { schema: problem } },
        ...(kind === "fault" ? { headers: z.object({ "Retry-After": z.string().describe("Seconds.") }) } : {}),
      },
    ]),
  );

const commandProblems = problemResponses(
  "invalid",
  "rejected",
  "versionConflict",
  "payloadTooLarge",
  "unsupportedMediaType",
  "commandIdReused",
  "fault",
);
const viewProblems = problemResponses("invalid", "unknownStream", "fault");
const notModified = { 304: { description: "The version is the one in `If-None-Match`." } };

const registerPaths = (registry: OpenAPIRegistry): void => {
  registry.registerPath({
    method: "post",
    path: "/v1/orders/{orderId}/commands",
    operationId: "sendOrderCommand",
    summary: "Send a command to an order",
    request: {
      params: orderPath,
      headers: commandHeaders,
      body: { required: true, content: { "application/json": { schema: anyOf("OrderCommand", orderCommandSchemas) } } },
    },
    responses: { 200: ok("Carried out, now or before.", orderAnswer, commandAnswerHeaders), ...commandProblems },
  });
  registry.registerPath({
    method: "get",
    path: "/v1/orders/{orderId}",
    operationId: "getOrder",
    summary: "An order, from the snapshot database or, strongly consistent, from its actor",
    request: { params: orderPath, query: viewQuery, headers: viewHeaders },
    responses: { 200: ok("The order, or the sale.", orderOrSale, etag), ...notModified, ...viewProblems },
  });
  registry.registerPath({
    method: "get",
    path: "/v1/orders/{orderId}/events",
    operationId: "listOrderEvents",
    summary: "The history of an order, oldest first",
    request: { params: orderPath, query: eventsQuery, headers: queryHeaders },
    responses: { 200: ok("A page of the history.", eventPage), ...viewProblems },
  });
  registry.registerPath({
    method: "get",
    path: "/v1/orders",
    operationId: "listOrders",
    summary: "The orders of a customer, in a status, or both, newest first; one of the two is required",
    request: { query: listQuery, headers: queryHeaders },
    responses: { 200: ok("A page of the list.", orderPage), ...problemResponses("invalid", "fault") },
  });
  registry.registerPath({
    method: "post",
    path: "/v1/stock/{sku}/{location}/commands",
    operationId: "sendStockCommand",
    summary: "Send a command to the stock of a SKU at a location",
    request: {
      params: stockPath,
      headers: commandHeaders,
      body: {
        required: true,
        content: { "application/json": { schema: anyOf("StockCommand", stockItemCommandSchemas) } },
      },
    },
    responses: { 200: ok("Carried out, now or before.", stockAnswer, commandAnswerHeaders), ...commandProblems },
  });
  registry.registerPath({
    method: "get",
    path: "/v1/stock/{sku}/{location}",
    operationId: "getStock",
    summary: "The stock of a SKU at a location, over all its shards; read as an order is",
    request: { params: stockPath, query: viewQuery, headers: viewHeaders },
    responses: {
      200: ok("The stock.", named("Stock", stockItemViewSchema), stockEtag),
      ...notModified,
      ...viewProblems,
    },
  });
  registry.registerPath({
    method: "get",
    path: "/v1/operations/stuck-orders",
    operationId: "listStuckOrders",
    summary: "Managed orders that wait for longer than is allowed: what for, since when, and why, as far as is known",
    request: { query: stuckOrdersQuery, headers: queryHeaders },
    responses: { 200: ok("A page of the list.", stuckPage), ...problemResponses("invalid", "fault") },
  });
};

/** The interface as an OpenAPI 3.1 document, generated from the very schemas that requests are parsed with. */
export const createOpenApiDocument = (): object => {
  const registry = new OpenAPIRegistry();
  registerPaths(registry);
  const { webhooks: _none, ...document } = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Order processor",
      version: interfaceVersion,
      description: "Orders and stock. Every answer that is not a success or a 304 is an RFC 9457 problem.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
  });
  return document;
};
