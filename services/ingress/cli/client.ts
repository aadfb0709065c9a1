import { request } from "undici";
import { z } from "zod";
import { auditPage, messageView, parkedView, redriveReport, streamPage } from "../admin/views.ts";

const timeoutMs = 60_000;

/** The ingress refused, with its reason, or gave an answer that it does not promise. */
export class Refused extends Error {
  override readonly name = "Refused";
}

const problem = z.object({
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

export interface PageOptions {
  readonly limit: number;
  readonly after?: string;
}

/** The ingress's API for parked messages. Every call throws `Refused`, or what undici throws if there is no answer. */
export interface ParkedClient {
  list(page: PageOptions): Promise<z.output<typeof streamPage>>;
  show(streamId: string, page: PageOptions): Promise<z.output<typeof parkedView>>;
  redrive(streamId: string, by: string): Promise<z.output<typeof redriveReport>>;
  discard(
    streamId: string,
    message: { messageId: string; reason: string; by: string },
  ): Promise<z.output<typeof messageView>>;
  audit(page: PageOptions & { readonly streamId?: string }): Promise<z.output<typeof auditPage>>;
}

const refusal = (status: number, body: unknown): Refused => {
  const parsed = problem.safeParse(body);
  if (!parsed.success) return new Refused(`the ingress answered ${status}`);
  const { title, detail, errors } = parsed.data;
  const fields = errors.map(({ field, message }) => `; ${field}: ${message}`).join("");
  return new Refused(`${title}: ${detail}${fields}`);
};

const queryOf = (parameters: Readonly<Record<string, string | number | undefined>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
};

const streamPath = (streamId: string): string => `/parked/${encodeURIComponent(streamId)}`;

/** A client of the ingress whose own HTTP port is at `baseUrl`, for example `http://127.0.0.1:8115`. */
export const createParkedClient = (baseUrl: string): ParkedClient => {
  const call = async <Answer>(path: string, schema: z.ZodType<Answer>, body?: object): Promise<Answer> => {
    const response = await request(new URL(path, baseUrl), {
      method: body === undefined ? "GET" : "POST",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const answer = await response.body.json().catch(() => undefined);
    if (response.statusCode !== 200) throw refusal(response.statusCode, answer);
    return schema.parse(answer);
  };
  return {
    list: async (page) => call(`/parked?${queryOf({ ...page })}`, streamPage),
    show: async (streamId, page) => call(`${streamPath(streamId)}?${queryOf({ ...page })}`, parkedView),
    redrive: async (streamId, by) => call(`${streamPath(streamId)}/redrive`, redriveReport, { by }),
    discard: async (streamId, message) => call(`${streamPath(streamId)}/discard`, messageView, message),
    audit: async (page) => call(`/parked-audit?${queryOf({ ...page })}`, auditPage),
  };
};
