import { Pool } from "undici";
import { z } from "zod";
import { createCallSlots, NoFreeSlot, type CallSlots } from "./call-slots.ts";
import { StoreFault, type CallLimit } from "./event-store.ts";

/**
 * The component under the sidecar keeps ten idle connections to the database and opens a new one for every call beyond
 * them, so more calls at a time would cost more and be slower.
 */
const maxCallsInFlight = 10;

/** An upsert of one item. Without an etag, `insertOnly` refuses an item that exists. */
export interface StateUpsert {
  readonly key: string;
  readonly value: object;
  readonly condition: { readonly kind: "insertOnly" } | { readonly kind: "etag"; readonly etag: string };
}

export interface StateItem {
  readonly value: unknown;
  readonly etag: string | undefined;
}

/** A filter of the state query language of Dapr over the fields of the item's value. */
export type StateFilter =
  | { readonly EQ: Readonly<Record<string, string>> }
  | { readonly GT: Readonly<Record<string, number>> }
  | { readonly LTE: Readonly<Record<string, number>> }
  | { readonly AND: readonly StateFilter[] };

/** The part of Dapr's state API that an event store needs, for one component. Every method throws `StoreFault`. */
export interface DaprStateApi {
  get(partitionKey: string, key: string, limit: CallLimit): Promise<StateItem | undefined>;
  /** All values of one partition that match, in no particular order. */
  query(partitionKey: string, filter: StateFilter, limit: CallLimit): Promise<readonly unknown[]>;
  /** Writes all or nothing; `conflict` if a condition did not hold. */
  transact(partitionKey: string, upserts: readonly StateUpsert[], limit: CallLimit): Promise<"committed" | "conflict">;
  occupancy(): ReturnType<CallSlots["occupancy"]>;
  close(): Promise<void>;
}

export interface DaprStateSettings {
  readonly daprHttpPort: number;
  /** The name of the state component. */
  readonly component: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly etag: string | undefined;
}

/** The component answers a failed batch with a 500 that names the status of the operation that failed. */
const refusedByCondition = /\bstatus code (409|412|449)\b/;

const queryAnswer = z.object({
  results: z.array(z.object({ key: z.string(), data: z.unknown(), error: z.string().optional() })),
});

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;

const describe = (error: unknown): string => {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return code === undefined ? message : `${message} (${code})`;
};

/** Whether a failed request may have reached the sidecar. */
const mayHaveBeenSent = (error: unknown): boolean =>
  !(error instanceof NoFreeSlot) && !["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"].includes(codeOf(error) ?? "");

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new StoreFault(`the sidecar answered with invalid JSON: ${text.slice(0, 200)}`, true, error);
  }
};

const fault = (call: string, answer: Answer): StoreFault =>
  new StoreFault(`${call}: the sidecar answered ${answer.status}: ${answer.text.slice(0, 500)}`, true);

/** A client of the sidecar's state API on this machine. */
export const createDaprStateApi = ({ daprHttpPort, component }: DaprStateSettings): DaprStateApi => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: maxCallsInFlight, pipelining: 1 });
  const slots = createCallSlots(maxCallsInFlight);

  const request = async (
    call: string,
    options: { method: "GET" | "POST"; path: string; body?: object },
    { timeoutMs }: CallLimit,
  ): Promise<Answer> => {
    try {
      return await slots.run(timeoutMs, async (leftMs) => {
        const response = await pool.request({
          method: options.method,
          path: options.path,
          headers: { "content-type": "application/json" },
          body: options.body === undefined ? null : JSON.stringify(options.body),
          signal: AbortSignal.timeout(Math.ceil(leftMs)),
        });
        const { etag } = response.headers;
        return {
          status: response.statusCode,
          text: await response.body.text(),
          etag: typeof etag === "string" ? etag : undefined,
        };
      });
    } catch (error) {
      throw new StoreFault(`${call}: ${describe(error)}`, mayHaveBeenSent(error), error);
    }
  };

  return {
    get: async (partitionKey, key, limit) => {
      const path =
        `/v1.0/state/${component}/${encodeURIComponent(key)}` +
        `?consistency=strong&metadata.partitionKey=${encodeURIComponent(partitionKey)}`;
      const answer = await request("get", { method: "GET", path }, limit);
      if (answer.status === 204) return undefined;
      if (answer.status !== 200) throw fault("get", answer);
      return { value: parseJson(answer.text), etag: answer.etag };
    },

    query: async (partitionKey, filter, limit) => {
      const path = `/v1.0-alpha1/state/${component}/query?metadata.partitionKey=${encodeURIComponent(partitionKey)}`;
      const answer = await request("query", { method: "POST", path, body: { filter } }, limit);
      if (answer.status === 204) return [];
      if (answer.status !== 200) throw fault("query", answer);
      const parsed = queryAnswer.safeParse(parseJson(answer.text));
      if (!parsed.success) throw new StoreFault(`query: unexpected answer: ${answer.text.slice(0, 200)}`, true);
      const broken = parsed.data.results.find((result) => result.error !== undefined && result.error !== "");
      if (broken !== undefined) throw new StoreFault(`query: item ${broken.key}: ${broken.error}`, true);
      return parsed.data.results.map((result) => result.data);
    },

    transact: async (partitionKey, upserts, limit) => {
      const operations = upserts.map(({ key, value, condition }) => ({
        operation: "upsert",
        request: {
          key,
          value,
          ...(condition.kind === "etag" ? { etag: condition.etag } : {}),
          options: { concurrency: "first-write" },
        },
      }));
      const answer = await request(
        "transaction",
        {
          method: "POST",
          path: `/v1.0/state/${component}/transaction`,
          body: { operations, metadata: { partitionKey } },
        },
        limit,
      );
      if (answer.status === 204 || answer.status === 200) return "committed";
      if (answer.status === 500 && refusedByCondition.test(answer.text)) return "conflict";
      throw fault("transaction", answer);
    },

    occupancy: () => slots.occupancy(),
    close: async () => pool.destroy(),
  };
};
