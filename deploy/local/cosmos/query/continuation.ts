import { badRequest } from "../errors.ts";
import { isObject, type Json, parseJson } from "../json.ts";
import type { Value } from "../sql/values.ts";

/** Where a query goes on: it says all that is needed, so that it outlives a restart of the endpoint. */
export interface Continuation {
  /** The number of the last item that was seen. */
  readonly seq: number;
  /** How many rows of that item were seen; undefined when it was all of them. */
  readonly row: number | undefined;
  /** The values by which that row was ordered, for ORDER BY. */
  readonly order: readonly Value[] | undefined;
  /** How many results are still to be passed over. */
  readonly skip: number;
  /** How many may still be returned, when the query limits them. */
  readonly take: number | undefined;
  /** What is kept in memory to go on faster, if it is still there. */
  readonly resume: string | undefined;
  /** The part of the key space whose turn it is, when the query goes range by range. */
  readonly slice: { readonly min: string; readonly max: string } | undefined;
}

/** Where every query begins. */
export const BEGINNING: Continuation = {
  seq: 0,
  row: undefined,
  order: undefined,
  skip: 0,
  take: undefined,
  resume: undefined,
  slice: undefined,
};

const VERSION = 3;

/** Writes a continuation as a header can carry it. */
export const writeContinuation = ({ order, ...others }: Continuation): string => {
  // A member called `v` would make the Python SDK take it for a continuation of its own.
  // JSON has no undefined: each value is wrapped in an array, an empty one for undefined.
  const wrapped = order?.map((value) => (value === undefined ? [] : [value]));
  const text = JSON.stringify({ version: VERSION, ...others, ...(wrapped ? { order: wrapped } : {}) });
  return Buffer.from(text).toString("base64");
};

const isCount = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const optionalCount = (value: Json | undefined): number | undefined => (isCount(value) ? value : undefined);

const sliceIn = (value: Json | undefined): Continuation["slice"] => {
  if (!isObject(value)) return undefined;
  const { min, max } = value;
  return typeof min === "string" && typeof max === "string" ? { min, max } : undefined;
};

/** How Azure's own continuations begin: with the `_rid` of the last item that was seen. */
const OF_AZURE = /^-RID:~[\w+/=-]+#RT:\d+#TRC:\d+/;

/**
 * Reads a continuation.
 * @returns undefined for one of Azure's, which names an item that is not here: the query begins anew, as it does there with
 * a continuation of another container
 * @throws Refusal (400) when it is no continuation
 */
export const readContinuation = (token: string): Continuation | undefined => {
  if (OF_AZURE.test(token)) return undefined;
  const value = parseJson(Buffer.from(token, "base64").toString());
  if (!isObject(value) || value["version"] !== VERSION || !isCount(value["seq"]) || !isCount(value["skip"])) {
    throw badRequest("The continuation token is not valid for this endpoint.");
  }
  const { seq, row, order, skip, take, resume, slice } = value;
  return {
    seq,
    row: optionalCount(row),
    order: Array.isArray(order) ? order.map((item) => (Array.isArray(item) ? item[0] : undefined)) : undefined,
    skip,
    take: optionalCount(take),
    resume: typeof resume === "string" ? resume : undefined,
    slice: sliceIn(slice),
  };
};
