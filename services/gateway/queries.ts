import type { RequestHandler } from "express";
import { z } from "zod";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import { orderCommandSchemas } from "../../actors/order/schemas.ts";
import { decodeOrderState } from "../../actors/order/state.ts";
import { anyView, anyViewSchema, orderStatus } from "../../actors/order/view.ts";
import { decodeStockItemState } from "../../actors/stock-item/state.ts";
import { stockItemView, storedStockItemView } from "../../actors/stock-item/view.ts";
import { customerList, statusList } from "../platform/order-lists.ts";
import type { Sidecar } from "../platform/sidecar.ts";
import { orderPath, stockPath } from "./commands.ts";
import type { CursorCodec } from "./cursor.ts";
import { parseFields } from "./field-issues.ts";
import type { Found } from "./found.ts";
import { invalidRequest, problemOfAnswer, sendProblem, type Problem } from "./problem.ts";
import type { ReadModel } from "./read-model.ts";
import { readStock } from "./read-stock.ts";

/** A decimal number in a query string; the interface's description calls it the integer that it stands for. */
export const wholeNumber = (minimum: number, maximum: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .default(fallback)
    .meta({ type: "integer", minimum, maximum, default: fallback });

/** Where a page of a list goes on. */
export const listCursor = z.string().min(1).max(2_048).optional();

export const viewQuery = z.strictObject({ consistency: z.enum(["snapshot", "strong"]).default("snapshot") });

export const eventsQuery = z.strictObject({
  after: wholeNumber(0, 9_999_999_999, 0),
  limit: wholeNumber(1, 1_000, 1_000),
});

export const listQuery = z
  .strictObject({
    customerId: orderCommandSchemas.PlaceOrder.shape.customerId.optional(),
    status: orderStatus.optional(),
    limit: wholeNumber(1, 200, 50),
    cursor: listCursor,
  })
  .refine(({ customerId, status }) => customerId !== undefined || status !== undefined, {
    message: "customerId or status is required",
    path: ["customerId"],
  });

export interface QueryDependencies {
  readonly sidecar: Pick<Sidecar, "read">;
  readonly readModel: ReadModel;
  readonly cursors: CursorCodec;
}

const unknownStream = (streamId: string): Problem => ({
  kind: "unknownStream",
  code: "UnknownStream",
  detail: `Nothing is recorded for ${streamId}.`,
});

/**
 * Whether the caller has this version already. Express would look at the request's Cache-Control too, which speaks to caches
 * only, and which clients add to every conditional request.
 */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? "")
    .split(",")
    .map((candidate) => candidate.trim().replace(/^W\//, ""))
    .some((candidate) => candidate === "*" || candidate === etag);

interface ViewSource<Path, View> {
  readonly streamType: StreamType;
  readonly path: z.ZodType<Path>;
  /** A view as the projector may have written it. */
  readonly schema: z.ZodType<View>;
  /** Finds what the path names; `read` reads the view of one stream, as consistently as the caller asks for. */
  readonly find: (path: Path, read: (streamId: string) => Promise<Found<View>>) => Promise<Found<View>>;
  /** The view of a state as an actor gave it. */
  readonly viewOf: (streamId: string, version: number, state: unknown) => View | undefined;
}

/** Answers with a view from the snapshot database, or from the actor if asked to; `If-None-Match` gives 304. */
const createViewHandler = <Path, View extends { readonly version: number }>(
  source: ViewSource<Path, View>,
  { sidecar, readModel }: QueryDependencies,
): RequestHandler => {
  const foundOr404 = (streamId: string, view: View | undefined): Found<View> =>
    view === undefined ? { problem: unknownStream(streamId) } : { view, etag: `"${view.version}"` };

  const readStrongly = async (streamId: string): Promise<Found<View>> => {
    const answer = await sidecar.read(source.streamType, streamId);
    if ("error" in answer) return { problem: problemOfAnswer(answer.error) };
    return foundOr404(streamId, source.viewOf(streamId, answer.ok.version, answer.ok.state));
  };

  const readProjected = async (streamId: string): Promise<Found<View>> => {
    const view = await readModel.findView(streamId);
    return foundOr404(streamId, view === undefined ? undefined : source.schema.parse(view));
  };

  return async (request, response) => {
    const path = parseFields(source.path, request.params);
    const query = parseFields(viewQuery, request.query);
    if (!path.valid || !query.valid) {
      sendProblem(response, invalidRequest([path, query].flatMap((part) => (part.valid ? [] : part.issues))));
      return;
    }
    const read = query.value.consistency === "strong" ? readStrongly : readProjected;
    const found = await source.find(path.value, read);
    if ("problem" in found) {
      sendProblem(response, found.problem);
      return;
    }
    response.set({ ETag: found.etag, "Cache-Control": "no-cache" });
    if (isKnown(request.get("If-None-Match"), found.etag)) response.status(304).end();
    else response.json(found.view);
  };
};

/** `GET /v1/orders/{orderId}`: an order, or a sale. */
export const createOrderHandler = (dependencies: QueryDependencies): RequestHandler =>
  createViewHandler(
    {
      streamType: "Order",
      path: orderPath,
      schema: anyViewSchema,
      find: async ({ orderId }, read) => read(orderId),
      viewOf: (streamId, version, state) => anyView(streamId, version, decodeOrderState(state)),
    },
    dependencies,
  );

/** `GET /v1/stock/{sku}/{location}`. */
export const createStockHandler = (dependencies: QueryDependencies): RequestHandler =>
  createViewHandler(
    {
      streamType: "StockItem",
      path: stockPath,
      schema: storedStockItemView,
      find: readStock,
      viewOf: (streamId, version, state) => stockItemView(streamId, version, decodeStockItemState(state)),
    },
    dependencies,
  );

/** `GET /v1/orders/{orderId}/events`: the history itself, straight from the event store. */
export const createEventsHandler =
  ({ readModel }: QueryDependencies): RequestHandler =>
  async (request, response) => {
    const path = parseFields(orderPath, request.params);
    const query = parseFields(eventsQuery, request.query);
    if (!path.valid || !query.valid) {
      sendProblem(response, invalidRequest([path, query].flatMap((part) => (part.valid ? [] : part.issues))));
      return;
    }
    const { orderId } = path.value;
    const { after, limit } = query.value;
    const found = await readModel.listEvents(orderId, after, limit + 1);
    if (found.length === 0 && (after === 0 || (await readModel.listEvents(orderId, 0, 1)).length === 0)) {
      sendProblem(response, unknownStream(orderId));
      return;
    }
    const events = found.slice(0, limit).map(({ version, type, data, at }) => ({ version, type, data, at }));
    response.json({ events, nextAfter: found.length > limit ? (events.at(-1)?.version ?? null) : null });
  };

/** `GET /v1/orders`: the orders of a customer, in a status, or both; newest first. */
export const createListHandler =
  ({ readModel, cursors }: QueryDependencies): RequestHandler =>
  async (request, response) => {
    const query = parseFields(listQuery, request.query);
    if (!query.valid) {
      sendProblem(response, invalidRequest(query.issues));
      return;
    }
    const { customerId, status, limit, cursor } = query.value;
    // Both together read the customer's partition, which is the smaller one, and filter it.
    const partition = customerId === undefined ? statusList(String(status)) : customerList(customerId);
    const filter = customerId === undefined ? undefined : status;
    const list = JSON.stringify([partition, filter ?? null]);
    const position = cursor === undefined ? undefined : cursors.decode(cursor, list);
    if (cursor !== undefined && position === undefined) {
      sendProblem(response, invalidRequest([{ field: "cursor", message: "is not a cursor of this list" }]));
      return;
    }
    const found = await readModel.listOrders({ partition, status: filter, before: position?.after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const nextCursor =
      found.length > limit && last !== undefined ? cursors.encode({ list, after: last.sortKey }) : null;
    response.json({ items: page.map(({ row }) => row), nextCursor });
  };
