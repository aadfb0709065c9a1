import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";

/** A provider is away, did not answer in time, or answered what cannot be understood: repeat the same request. */
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

/** Statuses of a refusal that is about the moment, not about the request. */
const passing: ReadonlySet<number> = new Set([408, 423, 425, 429]);

/** What is of use in an RFC 9457 problem; `code` is an extension. */
const problem = z.object({
  code: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
});

/** A word that the provider's own code can be shown as, or the status if it gives none that fits. */
const codeOf = (code: string | undefined, status: number): string =>
  code !== undefined && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(code) ? code : `Http${status}`;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refusal = (status: number, text: string): ProviderAnswer<never> => {
  const said = problem.safeParse(parseJson(text));
  const { code, detail } = said.success ? said.data : {};
  return { kind: "refused", code: codeOf(code, status), detail: (detail ?? text).slice(0, 500) };
};

/**
 * A client of the provider at `baseUrl` (http or https; a path in it is kept). A request without an answer, or answered
 * with a 5xx or another passing status, is repeated with back-off; any other 4xx is a refusal.
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
    if (statusCode >= 400 && statusCode < 500 && !passing.has(statusCode)) return refusal(statusCode, text);
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
