import type { Container, Range } from "../storage/catalogue.ts";

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** JSON text; empty for 204 and 304. */
  readonly body: string;
  /** Request units. */
  readonly charge: number;
  readonly substatus?: number;
  readonly etag?: string;
  /** The container the request was about, named in the session headers. */
  readonly container?: Container;
  /** The ranges that took part, for the session token. */
  readonly ranges?: readonly Range[];
  /** The number of the item's last write in its range, when the request was about one item. */
  readonly itemLsn?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The session token of ranges: what a client must have seen to read its own writes. */
export const sessionToken = (ranges: readonly Range[]): string =>
  ranges.map((range) => `${range.id}:-1#${range.lsn}`).join(",");
