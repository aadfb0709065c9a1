import { badRequest } from "../errors.ts";
import { isObject, type Json, parseJson } from "../json.ts";
import type { Value } from "../sql/values.ts";

/** Where a query goes on: it says all that is needed, so that it outlives a restart of the endpoint. */
export interface Continuation {
  /** The number of the last item that was seen. */
  readonly seq: number;
  /** The values by which that item was ordered, for ORDER BY. */
  readonly order: readonly Value[] | undefined;
  /** How many matching items are still to be passed over. */
  readonly skip: number;
  /** How many may still be returned, when the query limits them. */
  readonly take: number | undefined;
}

/** Writes a continuation as a header can carry it. */
export const writeContinuation = ({ seq, order, skip, take }: Continuation): string => {
  // JSON has no undefined: each value is wrapped in an array, an empty one for undefined.
  const wrapped = order?.map((value) => (value === undefined ? [] : [value]));
  const text = JSON.stringify({ v: 1, seq, ...(wrapped ? { order: wrapped } : {}), skip, take });
  return Buffer.from(text).toString("base64");
};

const isCount = (value: Json | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value);

/** Reads a continuation. @throws Refusal (400) when it is not one of this endpoint's */
export const readContinuation = (token: string): Continuation => {
  const value = parseJson(Buffer.from(token, "base64").toString());
  if (!isObject(value) || value["v"] !== 1 || !isCount(value["seq"]) || !isCount(value["skip"])) {
    throw badRequest("The continuation token is not valid for this endpoint.");
  }
  const { order, take } = value;
  return {
    seq: value["seq"],
    order: Array.isArray(order) ? order.map((item) => (Array.isArray(item) ? item[0] : undefined)) : undefined,
    skip: value["skip"],
    take: isCount(take) ? take : undefined,
  };
};
