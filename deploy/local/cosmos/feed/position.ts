import { badRequest } from "../errors.ts";
import { header, type WireRequest } from "../http/request.ts";

/** Where a reader of a feed wants to go on. */
export type Start =
  | { readonly kind: "beginning" }
  | { readonly kind: "now" }
  | { readonly kind: "after"; readonly lsn: number };

/**
 * Reads from `If-None-Match` where to go on: after an ETag of the feed, from now on (`*`), or from the beginning.
 * @throws Refusal (400) when it is something else
 */
export const startOf = (request: WireRequest): Start => {
  const condition = header(request, "if-none-match")?.trim();
  if (condition === undefined) return { kind: "beginning" };
  if (condition === "*") return { kind: "now" };
  const lsn = /^"?(\d+)"?$/.exec(condition)?.[1];
  if (lsn === undefined) throw badRequest(`If-None-Match must be an ETag of this feed or *, not '${condition}'.`);
  return { kind: "after", lsn: Number(lsn) };
};

/**
 * Reads the time before which changes are not wanted, in whole seconds, as items have it; 0 when none is given.
 * @throws Refusal (400) when it is not a date
 */
export const sinceOf = (request: WireRequest): number => {
  const since = header(request, "if-modified-since");
  if (since === undefined) return 0;
  const time = Date.parse(since);
  if (Number.isNaN(time)) throw badRequest(`If-Modified-Since is not a date: '${since}'.`);
  return Math.floor(time / 1000);
};
