import type { RequestHandler } from "express";
import { z } from "zod";
import type { StuckStore } from "./watchdog/stuck-store.ts";

const query = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(128).default(""),
});

/** `GET /stuck?after=&limit=`: the orders that are stuck, as the watchdogs of all instances last found them. */
export const createStuckHandler =
  ({ list }: Pick<StuckStore, "list">): RequestHandler =>
  async (request, response) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) {
      response.status(400).json({ error: z.prettifyError(parsed.error) });
      return;
    }
    const { after, limit } = parsed.data;
    const items = await list(after, limit + 1);
    const page = items.slice(0, limit);
    response.json({ items: page, nextAfter: items.length > limit ? (page.at(-1)?.orderId ?? null) : null });
  };
