import { isObject, type Json, type JsonObject } from "../json.ts";
import { conjuncts, pathOf } from "../sql/demand.ts";
import type { Expression, OrderKey } from "../sql/syntax.ts";
import { ELEMENTS, type IndexedPaths, isIndexed } from "./indexed-paths.ts";

/** What of a query an index can be asked. */
export interface IndexUse {
  /** The index paths of single properties that the query uses, such as `/a/?` ... */
  readonly used: readonly string[];
  /** ... and those that it would use if the policy did not exclude them. */
  readonly missing: readonly string[];
  /** The composite indexes that it uses, each a list such as `/a ASC`, `/b DESC` ... */
  readonly usedComposites: readonly (readonly string[])[];
  /** ... and those that would serve it and are not there. */
  readonly missingComposites: readonly (readonly string[])[];
}

/** The parts of a query that matter to an index. */
export interface IndexedQuery {
  readonly where: { readonly expression: Expression } | undefined;
  readonly orderBy: readonly OrderKey[];
}

const EQUALITY: ReadonlySet<string> = new Set(["="]);
const COMPARISONS: ReadonlySet<string> = new Set(["=", "!=", "<", "<=", ">", ">="]);
const CONNECTIVES: ReadonlySet<string> = new Set(["AND", "OR"]);

const nameOf = (step: string): string => (/^[A-Za-z_][A-Za-z_0-9]*$/.test(step) ? step : JSON.stringify(step));

/** Writes property names as a path of an indexing policy. */
export const indexPath = (steps: readonly string[]): string => steps.map((step) => `/${nameOf(step)}`).join("");

type Visit = (path: readonly string[]) => void;

const visitProperty = (expression: Expression | undefined, visit: Visit): void => {
  const path = expression === undefined ? undefined : pathOf(expression);
  if (path !== undefined && path.length > 0) visit(path);
};

/** Finds the properties that a condition compares. */
const visitFilters = (condition: Expression, visit: Visit): void => {
  switch (condition.kind) {
    case "binary": {
      const { operator, left, right } = condition;
      const isConnective = CONNECTIVES.has(operator);
      if (!isConnective && !COMPARISONS.has(operator)) return;
      for (const side of [left, right]) {
        if (isConnective || side.kind === "call") visitFilters(side, visit);
        else visitProperty(side, visit);
      }
      return;
    }
    case "unary":
      if (condition.operator === "NOT") visitFilters(condition.operand, visit);
      return;
    case "in":
    case "between":
    case "like":
      visitProperty(condition.operand, visit);
      return;
    case "call":
      // The elements of an array are indexed, not the array.
      if (condition.name === "ARRAY_CONTAINS") {
        visitProperty(condition.parts[0], (path) => visit([...path, ELEMENTS]));
        visitProperty(condition.parts[1], visit);
      } else visitProperty(condition.parts[0], visit);
      return;
    default:
      visitProperty(condition, visit);
  }
};

const singlePath = (steps: readonly string[]): string =>
  `${steps.map((step) => (step === ELEMENTS ? "/[]" : `/${nameOf(step)}`)).join("")}/?`;

const entryOf = (entry: Json): string => {
  const { path, order } = isObject(entry) ? entry : {};
  return `${typeof path === "string" ? path : ""} ${order === "descending" ? "DESC" : "ASC"}`;
};

/** The composite indexes of a container: every path with its direction. */
const compositesIn = (definition: JsonObject): string[][] => {
  const policy = definition["indexingPolicy"];
  const composites = isObject(policy) ? policy["compositeIndexes"] : undefined;
  if (!Array.isArray(composites)) return [];
  return composites.map((composite) => (Array.isArray(composite) ? composite.map(entryOf) : []));
};

const reversed = (composite: readonly string[]): string[] =>
  composite.map((entry) => (entry.endsWith(" DESC") ? entry.replace(/DESC$/, "ASC") : entry.replace(/ASC$/, "DESC")));

const same = (left: readonly string[], right: readonly string[]): boolean => left.join("\n") === right.join("\n");

const pathsOf = (composite: readonly string[]): string[] => composite.map((entry) => entry.replace(/ (ASC|DESC)$/, ""));

/** The composite index that would serve several order keys, if there are several and all are properties. */
const orderComposite = (orderBy: readonly OrderKey[]): string[] | undefined => {
  const entries = orderBy.map(({ expression, descending }) => {
    const path = pathOf(expression);
    return path === undefined ? undefined : `${indexPath(path)} ${descending ? "DESC" : "ASC"}`;
  });
  return entries.length > 1 && entries.every((entry) => entry !== undefined) ? entries : undefined;
};

/** The composite index that would serve the conditions that must all hold: equalities first, then one comparison more. */
const filterComposite = (where: Expression): string[] | undefined => {
  const equal: string[] = [];
  const other: string[] = [];
  for (const condition of conjuncts(where)) {
    if (condition.kind !== "binary" || !COMPARISONS.has(condition.operator)) continue;
    const list = EQUALITY.has(condition.operator) ? equal : other;
    for (const side of [condition.left, condition.right]) visitProperty(side, (path) => list.push(indexPath(path)));
  }
  const paths = [...new Set([...equal, ...other.slice(0, 1)])];
  return paths.length > 1 ? paths.map((path) => `${path} ASC`) : undefined;
};

/**
 * Works out which indexes a query uses, and which it would use if the policy had them.
 * @param keyPaths the paths of the partition key, when the request names one: they serve the query too
 */
export const indexUse = (
  { where, orderBy }: IndexedQuery,
  indexed: IndexedPaths,
  definition: JsonObject,
  keyPaths: readonly (readonly string[])[],
): IndexUse => {
  const used = new Set(keyPaths.map(singlePath));
  const missing = new Set<string>();
  const visit: Visit = (path) => (isIndexed(indexed, path) ? used : missing).add(singlePath(path));
  if (where !== undefined) visitFilters(where.expression, visit);
  for (const { expression } of orderBy) visitProperty(expression, visit);
  const composites = compositesIn(definition);
  const usedComposites: string[][] = [];
  const missingComposites: string[][] = [];
  const ordered = orderComposite(orderBy);
  if (ordered !== undefined) {
    const serves = composites.some((composite) => same(composite, ordered) || same(reversed(composite), ordered));
    (serves ? usedComposites : missingComposites).push(ordered);
  }
  const filtered = where === undefined ? undefined : filterComposite(where.expression);
  if (filtered !== undefined) {
    const wanted = pathsOf(filtered);
    const serving = composites.find((composite) => same(pathsOf(composite).toSorted(), wanted.toSorted()));
    if (serving === undefined) missingComposites.push(filtered);
    else usedComposites.push(serving);
  }
  return { used: [...used], missing: [...missing], usedComposites, missingComposites };
};
