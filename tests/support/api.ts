import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { eventReference, fieldIssue } from "../../actors/kernel/answer.ts";
import { saleViewSchema, type SaleView } from "../../actors/order/sale/view.ts";
import { anyListRowSchema, orderViewSchema, type AnyListRow, type OrderView } from "../../actors/order/view.ts";
import { stockItemViewSchema, type StockItemView } from "../../actors/stock-item/view.ts";
import { waitFor } from "./wait-for.ts";

const acceptedOrderCommand = z.object({
  orderId: z.string(),
  version: z.int().min(0),
  status: z.string(),
  events: z.array(eventReference),
});

const acceptedStockCommand = z.object({
  sku: z.string(),
  location: z.string(),
  version: z.int().min(0),
  events: z.array(eventReference),
});

/** An RFC 9457 problem with this API's own members. */
const problem = z.looseObject({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z.array(fieldIssue).optional(),
});
export type Problem = z.infer<typeof problem>;

const orderEvent = z.object({
  version: z.int().min(1),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  at: z.string(),
});
export type OrderEvent = z.infer<typeof orderEvent>;

const eventPage = z.object({ events: z.array(orderEvent) });

const orderPage = z.object({ items: z.array(anyListRowSchema), nextCursor: z.string().nullish() });

export interface Reply<Accepted> {
  readonly httpStatus: number;
  /** The body as it came, so that a replay can be compared with the first answer byte for byte. */
  readonly text: string;
  readonly etag: string | undefined;
  readonly replayed: boolean;
  /** Present with 503. */
  readonly retryAfterSeconds: number | undefined;
  /** Present with 200. */
  readonly accepted: Accepted | undefined;
  /** Present with every other status. */
  readonly problem: Problem | undefined;
}

export type OrderCommandReply = Reply<z.infer<typeof acceptedOrderCommand>>;
export type StockCommandReply = Reply<z.infer<typeof acceptedStockCommand>>;

export interface OrderCommandBody {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SendOptions {
  readonly ifMatch?: number;
  /** How long to wait for the answer. */
  readonly timeoutMs?: number;
}

/** Which orders to list; one of the two is required by the API. */
export interface OrderFilter {
  readonly customerId?: string;
  readonly status?: string;
}

/** An answer that the API does not promise: a success or a problem of another shape. */
export class UnpromisedAnswer extends Error {
  override readonly name = "UnpromisedAnswer";

  constructor(request: string, httpStatus: number, text: string, cause?: unknown) {
    super(`${request} was answered ${httpStatus}: ${text.slice(0, 1_000)}`, { cause });
  }
}

const mostAttempts = 10;
const longestPauseMs = 5_000;

/** Repeats a command under its id while the answer is that a part is away, as the API asks its callers to. */
export const insist = async <Accepted>(request: () => Promise<Reply<Accepted>>): Promise<Reply<Accepted>> => {
  for (let attempt = 1; ; attempt += 1) {
    let pauseMs = 1_000;
    try {
      const reply = await request();
      if (reply.httpStatus !== 503 || attempt === mostAttempts) return reply;
      pauseMs = Math.min((reply.retryAfterSeconds ?? 1) * 1_000, longestPauseMs);
    } catch (error) {
      if (attempt === mostAttempts) throw error;
    }
    await delay(pauseMs);
  }
};

/**
 * The gateway's HTTP API as a test or the demo uses it. Every call throws `UnpromisedAnswer` for an answer that the API
 * does not promise, and whatever undici throws if there is no answer.
 */
export interface GatewayApi {
  sendOrderCommand(
    orderId: string,
    commandId: string,
    body: OrderCommandBody,
    options?: SendOptions,
  ): Promise<OrderCommandReply>;
  /** Sends bytes that need not be a command. */
  sendRawOrderCommand(orderId: string, commandId: string, body: string): Promise<OrderCommandReply>;
  sendStockCommand(
    sku: string,
    location: string,
    commandId: string,
    body: OrderCommandBody,
  ): Promise<StockCommandReply>;
  /** Undefined if the order is unknown (404). */
  readOrder(orderId: string, consistency?: "snapshot" | "strong"): Promise<OrderView | undefined>;
  /** The same for a sale. */
  readSale(saleId: string, consistency?: "snapshot" | "strong"): Promise<SaleView | undefined>;
  /** Every event after a version; empty for an unknown order. */
  readEvents(orderId: string, after?: number): Promise<OrderEvent[]>;
  /** Every order or sale that the filter matches, newest first: all pages, or as far back as this time (ISO 8601, UTC). */
  listOrders(filter: OrderFilter, since?: string): Promise<AnyListRow[]>;
  readStock(sku: string, location: string): Promise<StockItemView | undefined>;
  /** Whether `/readyz` answers 200; false also when nothing answers. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

const defaultTimeoutMs = 30_000;
/** How long a query is repeated while a part is away. */
const awayMs = 10_000;
/** A list longer than this many pages is an endless one. */
const mostPages = 10_000;
const pageSize = 100;

const secondsIn = (header: string | string[] | undefined): number | undefined => {
  const seconds = Number(header);
  return header === undefined || Number.isNaN(seconds) ? undefined : seconds;
};

const parseAnswer = <Content>(
  request: string,
  httpStatus: number,
  text: string,
  schema: z.ZodType<Content>,
): Content => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnpromisedAnswer(request, httpStatus, text, error);
  }
};

const orderPath = (orderId: string): string => `/v1/orders/${encodeURIComponent(orderId)}`;
const stockPath = (sku: string, location: string): string =>
  `/v1/stock/${encodeURIComponent(sku)}/${encodeURIComponent(location)}`;

/** Opens a client of the gateway at `baseUrl`, for example `http://127.0.0.1:8080`. */
export const openGateway = (baseUrl: string, connections = 32): GatewayApi => {
  const pool = new Pool(baseUrl, { connections, pipelining: 1 });

  const post = async <Accepted>(
    path: string,
    commandId: string,
    body: string,
    schema: z.ZodType<Accepted>,
    { ifMatch, timeoutMs = defaultTimeoutMs }: SendOptions = {},
  ): Promise<Reply<Accepted>> => {
    const response = await pool.request({
      method: "POST",
      path,
      headers: {
        "content-type": "application/json",
        "idempotency-key": commandId,
        ...(ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` }),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    const httpStatus = response.statusCode;
    const request = `POST ${path}`;
    return {
      httpStatus,
      text,
      etag: response.headers["etag"]?.toString(),
      replayed: response.headers["idempotent-replayed"] === "true",
      retryAfterSeconds: secondsIn(response.headers["retry-after"]),
      accepted: httpStatus === 200 ? parseAnswer(request, httpStatus, text, schema) : undefined,
      problem: httpStatus === 200 ? undefined : parseAnswer(request, httpStatus, text, problem),
    };
  };

  const get = async (path: string): Promise<{ httpStatus: number; text: string }> => {
    const response = await pool.request({ method: "GET", path, signal: AbortSignal.timeout(defaultTimeoutMs) });
    return { httpStatus: response.statusCode, text: await response.body.text() };
  };

  /** What a GET found; undefined with 404. Repeated while a part is away, as the API asks its callers to. */
  const find = async <Found>(path: string, schema: z.ZodType<Found>): Promise<Found | undefined> => {
    const { httpStatus, text } = await waitFor(
      async () => {
        const answer = await get(path);
        return answer.httpStatus !== 503 && answer;
      },
      { what: `an answer to GET ${path}`, timeoutMs: awayMs },
    );
    if (httpStatus === 404) return undefined;
    if (httpStatus !== 200) throw new UnpromisedAnswer(`GET ${path}`, httpStatus, text);
    return parseAnswer(`GET ${path}`, httpStatus, text, schema);
  };

  return {
    sendOrderCommand: async (orderId, commandId, body, options) =>
      post(`${orderPath(orderId)}/commands`, commandId, JSON.stringify(body), acceptedOrderCommand, options),
    sendRawOrderCommand: async (orderId, commandId, body) =>
      post(`${orderPath(orderId)}/commands`, commandId, body, acceptedOrderCommand),
    sendStockCommand: async (sku, location, commandId, body) =>
      post(`${stockPath(sku, location)}/commands`, commandId, JSON.stringify(body), acceptedStockCommand),
    readOrder: async (orderId, consistency = "snapshot") =>
      find(`${orderPath(orderId)}?consistency=${consistency}`, orderViewSchema),
    readSale: async (saleId, consistency = "snapshot") =>
      find(`${orderPath(saleId)}?consistency=${consistency}`, saleViewSchema),
    readEvents: async (orderId, after = 0) => {
      const events: OrderEvent[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const from = events.at(-1)?.version ?? after;
        const found = await find(`${orderPath(orderId)}/events?after=${from}`, eventPage);
        if (found === undefined || found.events.length === 0) return events;
        events.push(...found.events);
      }
      throw new Error(`the history of ${orderId} does not end`);
    },
    listOrders: async (filter, since = "") => {
      const items: AnyListRow[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const query = new URLSearchParams({ ...filter, limit: String(pageSize), ...(cursor ? { cursor } : {}) });
        const found = await find(`/v1/orders?${query.toString()}`, orderPage);
        items.push(...(found?.items ?? []));
        cursor = found?.nextCursor ?? undefined;
        if (cursor === undefined || (items.at(-1)?.placedAt ?? "") < since) return items;
      }
      throw new Error(`the list of orders with ${JSON.stringify(filter)} does not end`);
    },
    readStock: async (sku, location) => find(stockPath(sku, location), stockItemViewSchema),
    isReady: async () => {
      try {
        return (await get("/readyz")).httpStatus === 200;
      } catch {
        return false;
      }
    },
    close: async () => pool.destroy(),
  };
};
