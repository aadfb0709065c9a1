import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { compileExpression } from "../sql/compile-query.ts";
import { parseQuery } from "../sql/parser.ts";

const MOST_OPERATIONS = 10;

/** A change to one place of an item. */
interface PatchOperation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: Json | undefined;
}

/** A patch as it was sent. */
export interface Patch {
  readonly operations: readonly PatchOperation[];
  /** Tells whether an item may be patched. */
  readonly allows: (item: Json) => boolean;
}

const OPERATORS: ReadonlySet<string> = new Set(["add", "set", "replace", "remove", "incr", "move"]);

const parsePath = (path: Json | undefined): string[] => {
  if (typeof path !== "string" || !path.startsWith("/") || path === "/") {
    throw badRequest(`A patch needs a path such as /a/b, not ${JSON.stringify(path)}.`);
  }
  const steps = path.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
};

const parseOperation = (sent: Json): PatchOperation => {
  if (!isObject(sent) || typeof sent["op"] !== "string") throw badRequest("Every operation of a patch needs an 'op'.");
  const op = sent["op"] === "increment" ? "incr" : sent["op"].toLowerCase();
  if (!OPERATORS.has(op)) throw badRequest(`The patch operation '${op}' is not supported.`);
  const { value } = sent;
  if (value === undefined && op !== "remove" && op !== "move")
    throw badRequest(`The patch operation '${op}' needs a value.`);
  return { op, path: parsePath(sent["path"]), from: op === "move" ? parsePath(sent["from"]) : undefined, value };
};

const parseCondition = (condition: Json | undefined): Patch["allows"] => {
  if (condition === undefined || condition === null) return () => true;
  if (typeof condition !== "string") throw badRequest("The condition of a patch must be a string.");
  const { where } = parseQuery(`SELECT * ${condition}`);
  if (where === undefined) return () => true;
  const holds = compileExpression(where.expression, new Map(), Date.now());
  return (item) => holds([item]) === true;
};

/**
 * Reads a patch.
 * @throws Refusal (400) when it is malformed, empty or has more than ten operations
 */
export const parsePatch = (body: Json | undefined): Patch => {
  const sent = Array.isArray(body) ? body : isObject(body) ? body["operations"] : undefined;
  if (!Array.isArray(sent) || sent.length === 0) throw badRequest("A patch needs at least one operation.");
  if (sent.length > MOST_OPERATIONS) throw badRequest(`A patch may have ${MOST_OPERATIONS} operations at most.`);
  return {
    operations: sent.map(parseOperation),
    allows: parseCondition(isObject(body) ? body["condition"] : undefined),
  };
};

const placeName = (path: readonly string[]): string => `/${path.join("/")}`;
const missing = (path: readonly string[]): Error =>
  badRequest(`The path ${placeName(path)} of the patch does not exist.`);

const indexIn = (list: readonly Json[], step: string, most: number, path: readonly string[]): number => {
  if (step === "-") return list.length;
  const index = Number(step);
  if (!/^\d+$/.test(step) || index > most) throw missing(path);
  return index;
};

const childOf = (parent: Json | undefined, step: string): Json | undefined => {
  if (Array.isArray(parent)) return /^\d+$/.test(step) ? parent[Number(step)] : undefined;
  return isObject(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
};

/** Finds the array or object that has the last step of a path. */
const parentOf = (item: JsonObject, path: readonly string[]): JsonObject | Json[] => {
  let parent: Json | undefined = item;
  for (const step of path.slice(0, -1)) parent = childOf(parent, step);
  if (Array.isArray(parent) || isObject(parent)) return parent;
  throw missing(path);
};

const put = (item: JsonObject, { op, path }: PatchOperation, value: Json): void => {
  const parent = parentOf(item, path);
  const step = path.at(-1) ?? "";
  if (op === "replace" && childOf(parent, step) === undefined) throw missing(path);
  if (!Array.isArray(parent)) parent[step] = value;
  else if (op === "add" || step === "-") parent.splice(indexIn(parent, step, parent.length, path), 0, value);
  else parent[indexIn(parent, step, op === "set" ? parent.length : parent.length - 1, path)] = value;
};

const removeAt = (item: JsonObject, path: readonly string[]): Json => {
  const parent = parentOf(item, path);
  const step = path.at(-1) ?? "";
  const removed = childOf(parent, step);
  if (removed === undefined) throw missing(path);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else parent[step] = undefined;
  return removed;
};

const increment = (item: JsonObject, operation: PatchOperation): void => {
  const { path, value } = operation;
  const present = childOf(parentOf(item, path), path.at(-1) ?? "");
  if (typeof value !== "number" || (present !== undefined && typeof present !== "number")) {
    throw badRequest(`The patch increments ${placeName(path)}, where there is no number.`);
  }
  const sum = (present ?? 0) + value;
  if (!Number.isFinite(sum)) throw badRequest(`The patch increments ${placeName(path)} beyond what a number can be.`);
  put(item, { ...operation, op: "set" }, sum);
};

const UNPATCHED = ["id", "_rid", "_self", "_etag", "_ts", "_attachments"];

/**
 * Applies a patch to an item, in place.
 * @throws Refusal (400) when a place is not there, or an id or a member of the system would change
 */
export const applyPatch = (item: JsonObject, { operations }: Patch): void => {
  for (const operation of operations) {
    const { op, path, from, value } = operation;
    for (const [first = ""] of [path, from ?? []]) {
      if (UNPATCHED.includes(first)) throw badRequest(`The member '${first}' cannot be patched.`);
    }
    if (op === "remove") removeAt(item, path);
    else if (op === "incr") increment(item, operation);
    else if (op === "move") put(item, { ...operation, op: "add" }, removeAt(item, from ?? []));
    else put(item, operation, value ?? null);
  }
};
