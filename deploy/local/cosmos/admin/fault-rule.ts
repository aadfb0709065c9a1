import { type Operation, OPERATIONS, isOperation } from "../http/operation.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { wrongField } from "./problem.ts";

/** What a fault does to a request. */
export type FaultEffect =
  /** Answers in place of the endpoint; nothing is done. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly substatus: number;
      readonly retryAfterMs: number | undefined;
      readonly message: string | undefined;
    }
  /** Holds the request up before it is done: `ms`, and up to `jitterMs` more. */
  | { readonly kind: "latency"; readonly ms: number; readonly jitterMs: number }
  /** Ends the connection without an answer: before anything is done, or after it is done and stored. */
  | { readonly kind: "drop"; readonly when: "beforeCommit" | "afterCommit" }
  /** Does the request, and ends the connection in the middle of the answer's body. */
  | { readonly kind: "cutAnswer" };

/** Which requests a fault is for, how often it strikes, and what it does. */
export interface FaultRule {
  /** Undefined: any operation. */
  readonly operations: readonly Operation[] | undefined;
  readonly database: string | undefined;
  readonly container: string | undefined;
  readonly range: string | undefined;
  /** The probability with which it strikes a request that it is for. */
  readonly rate: number;
  readonly seed: number;
  /** How many times it strikes at most; undefined: as long as it is there. */
  readonly times: number | undefined;
  readonly effect: FaultEffect;
}

const LONGEST_LATENCY_MS = 60_000;
const LONGEST_RETRY_AFTER_MS = 600_000;
const LARGEST_COUNT = 2 ** 32 - 1;

/** The substatus that Azure gives with a status, when it always gives the same. */
const USUAL_SUBSTATUS: Readonly<Record<number, number>> = { 403: 3, 410: 1002, 429: 3200 };
/** Azure never refuses with 429 or 449 without saying for how long. */
const USUAL_RETRY_AFTER_MS: Readonly<Record<number, number>> = { 429: 100, 449: 100 };

const only = (object: JsonObject, members: readonly string[], path: string): void => {
  for (const name of Object.keys(object)) {
    if (!members.includes(name)) {
      throw wrongField(`${path}${name}`, `There is no such member; there are ${members.join(", ")}.`);
    }
  }
};

const optionalText = (value: Json | undefined, field: string): string | undefined => {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw wrongField(field, "It must be a string that is not empty.");
};

const optionalInteger = (
  value: Json | undefined,
  field: string,
  [least, most]: readonly [number, number],
): number | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrongField(field, `It must be a whole number from ${least} to ${most}.`);
};

const parseOperations = (value: Json | undefined): Operation[] | undefined => {
  if (value === undefined) return undefined;
  const names = Array.isArray(value) ? value : [];
  const operations = names.filter((name) => typeof name === "string").filter(isOperation);
  if (operations.length > 0 && operations.length === names.length) return operations;
  throw wrongField("operations", `It must be an array of one or more of ${OPERATIONS.join(", ")}.`);
};

const parseRate = (value: Json | undefined): number => {
  if (value === undefined) return 1;
  if (typeof value === "number" && value > 0 && value <= 1) return value;
  throw wrongField("rate", "It must be a number above 0, up to 1.");
};

const parseAnswer = (effect: JsonObject): FaultEffect => {
  only(effect, ["kind", "status", "substatus", "retryAfterMs", "message"], "effect.");
  const status = optionalInteger(effect["status"], "effect.status", [400, 599]);
  if (status === undefined) throw wrongField("effect.status", "It is missing.");
  const substatus = optionalInteger(effect["substatus"], "effect.substatus", [0, 99_999]);
  const retryAfterMs = optionalInteger(effect["retryAfterMs"], "effect.retryAfterMs", [0, LONGEST_RETRY_AFTER_MS]);
  return {
    kind: "answer",
    status,
    substatus: substatus ?? USUAL_SUBSTATUS[status] ?? 0,
    retryAfterMs: retryAfterMs ?? USUAL_RETRY_AFTER_MS[status],
    message: optionalText(effect["message"], "effect.message"),
  };
};

const parseLatency = (effect: JsonObject): FaultEffect => {
  only(effect, ["kind", "ms", "jitterMs"], "effect.");
  const ms = optionalInteger(effect["ms"], "effect.ms", [0, LONGEST_LATENCY_MS]);
  if (ms === undefined) throw wrongField("effect.ms", "It is missing.");
  return {
    kind: "latency",
    ms,
    jitterMs: optionalInteger(effect["jitterMs"], "effect.jitterMs", [0, LONGEST_LATENCY_MS]) ?? 0,
  };
};

const parseDrop = (effect: JsonObject): FaultEffect => {
  only(effect, ["kind", "when"], "effect.");
  const { when } = effect;
  if (when === "beforeCommit" || when === "afterCommit") return { kind: "drop", when };
  throw wrongField("effect.when", "It must be beforeCommit or afterCommit.");
};

const parseEffect = (effect: Json | undefined): FaultEffect => {
  if (!isObject(effect)) throw wrongField("effect", "It must be an object.");
  switch (effect["kind"]) {
    case "answer":
      return parseAnswer(effect);
    case "latency":
      return parseLatency(effect);
    case "drop":
      return parseDrop(effect);
    case "cutAnswer":
      only(effect, ["kind"], "effect.");
      return { kind: "cutAnswer" };
    default:
      throw wrongField("effect.kind", "It must be one of answer, latency, drop, cutAnswer.");
  }
};

const MEMBERS = ["operations", "database", "container", "range", "rate", "seed", "times", "effect"];

/**
 * Reads a fault rule as it was sent to the admin endpoint.
 * @throws Problem (400) that names the first member that is wrong
 */
export const parseFaultRule = (sent: JsonObject): FaultRule => {
  only(sent, MEMBERS, "");
  return {
    operations: parseOperations(sent["operations"]),
    database: optionalText(sent["database"], "database"),
    container: optionalText(sent["container"], "container"),
    range: optionalText(sent["range"], "range"),
    rate: parseRate(sent["rate"]),
    seed: optionalInteger(sent["seed"], "seed", [0, LARGEST_COUNT]) ?? 0,
    times: optionalInteger(sent["times"], "times", [1, LARGEST_COUNT]),
    effect: parseEffect(sent["effect"]),
  };
};
