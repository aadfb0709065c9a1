import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";

/**
 * A provider is away, did not answer in time, or answered with anything but a decision: the outcome is unknown, so the same
 * request is to be repeated. Whoever is between us and the provider may answer in its place (a key that was rotated, a wrong
 * path, the page of a proxy), and none of that says what becomes of the order.
 */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";
}

export interface ProviderLimits {
  /** How long one attempt may take. */
  readonly attemptMs: number;
  /** How long all attempts together may take. */
  readonly deadlineMs: number;
}

/** What a provider made of a request: its answer, or that it refuses the request as such. */
export type ProviderAnswer<Body> =
  | { readonly kind: "answered"; readonly body: Body }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string };

/** Posts JSON to one provider. */
export interface ProviderClient {
  /**
   * Posts a request that may be repeated without harm, and repeats it until it is answered or refused.
   *
   * @throws ProviderUnavailable at the deadline, with the last reason
   */
  post<Body>(path: string, request: object, schema: z.ZodType<Body>): Promise<ProviderAnswer<Body>>;
  close(): Promise<void>;
}

const defaultLimits: ProviderLimits = { attemptMs: 4_000, deadlineMs: 10_000 };
const firstBackOffMs = 100;
const longestBackOffMs = 1_000;
/** More of an answer is not read. */
const longestAnswerBytes = 256 * 1024;

/**
 * The refusals that the contract with providers (docs/simulated-provider.md) has, by status: asked again, they are the
 * same for ever. No other answer decides anything.
 */
export const decidedRefusals: ReadonlyMap<number, readonly string[]> = new Map([
  [409, ["UnknownAuthorisation", "CurrencyMismatch", "RefundExceedsCapture", "TooManyRequests"]],
  [422, ["RequestIdReused", "RefundIdReused", "ShipmentIdReused"]],
]);

/** What is of use in an RFC 9457 problem; `code` is an extension. */
const problem = z.object({ code: z.string(), detail: z.string().optional().catch(undefined) });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The refusal that an answer is, or undefined if it decides nothing. */
const refusalOf = (status: number, text: string): ProviderAnswer<never> | undefined => {
  const said = problem.safeParse(parseJson(text));
  if (!said.success || decidedRefusals.get(status)?.includes(said.data.code) !== true) return undefined;
  const { code, detail = text } = said.data;
  return { kind: "refused", code, detail: detail.slice(0, 500) };
};

/**
 * A client of the provider at `baseUrl` (http or https; a path in it is kept). A request without an answer, or with one
 * that decides nothing, is repeated with back-off.
 */
export const createProviderClient = (baseUrl: string, limits: ProviderLimits = defaultLimits): ProviderClient => {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const pool = new Pool(origin, { connections: 32, pipelining: 1, maxResponseSize: longestAnswerBytes });

  const attempt = async <Body>(
    path: string,
    body: string,
    schema: z.ZodType<Body>,
    timeoutMs: number,
  ): Promise<ProviderAnswer<Body>> => {
    const response = await pool.request({
      method: "POST",
      path: `${prefix}${path}`,
      headers: { "content-type": "application/json", accept: "application/json, application/problem+json" },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    const { statusCode } = response;
    if (statusCode >= 200 && statusCode < 300) return { kind: "answered", body: schema.parse(JSON.parse(text)) };
    const refusal = refusalOf(statusCode, text);
    if (refusal !== undefined) return refusal;
    throw new Error(`the provider answered ${statusCode}: ${text.slice(0, 500)}`);
  };

  return {
    post: async (path, request, schema) => {
      const body = JSON.stringify(request);
      const endsAt = performance.now() + limits.deadlineMs;
      let backOffMs = firstBackOffMs;
      for (;;) {
        const leftMs = Math.max(1, Math.ceil(endsAt - performance.now()));
        try {
          return await attempt(path, body, schema, Math.min(limits.attemptMs, leftMs));
        } catch (error) {
          if (performance.now() + backOffMs >= endsAt)
            throw new ProviderUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
        }
        await delay(backOffMs);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    },
    close: async () => pool.destroy(),
  };
};
