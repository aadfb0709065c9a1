import { isQuery, type ModelExpression, type ModelJoin, type ModelQuery, type ModelValue } from "./syntax.ts";

const literal = (value: ModelValue): string => (value === undefined ? "undefined" : JSON.stringify(value));

const list = (expressions: readonly ModelExpression[]): string => expressions.map(renderExpression).join(", ");

/** Writes an expression as SQL, with every parenthesis that could matter. */
export const renderExpression = (expression: ModelExpression): string => {
  switch (expression.kind) {
    case "constant":
      return literal(expression.value);
    case "path":
      return [expression.alias, ...expression.steps].join(".");
    case "operator":
      return `(${renderExpression(expression.left)} ${expression.operator} ${renderExpression(expression.right)})`;
    case "not":
      return `(NOT ${renderExpression(expression.operand)})`;
    case "in":
      return `(${renderExpression(expression.operand)} IN (${expression.choices.map(literal).join(", ")}))`;
    case "choice":
      return `(${renderExpression(expression.test)} ? ${renderExpression(expression.yes)} : ${renderExpression(expression.no)})`;
    case "function":
      return `${expression.name}(${list(expression.parts)})`;
    case "object":
      return `{${expression.members.map(([name, value]) => `"${name}": ${renderExpression(value)}`).join(", ")}}`;
    case "list":
      return `[${list(expression.items)}]`;
    case "aggregate":
      return `${expression.name}(${renderExpression(expression.operand)})`;
    default:
      return `${expression.form}(${renderQuery(expression.query)})`;
  }
};

const source = ({ alias, of }: ModelJoin): string =>
  isQuery(of) ? `(${renderQuery(of)}) AS ${alias}` : `${alias} IN ${renderExpression(of)}`;

const selection = ({ select }: ModelQuery): string => {
  if (select.kind === "all") return "*";
  if (select.kind === "value") return `VALUE ${renderExpression(select.value)}`;
  return select.columns.map(([name, value]) => `${renderExpression(value)} AS ${name}`).join(", ");
};

const clauses = (query: ModelQuery): string[] => {
  const { from, joins, where, groupBy, orderBy, offsetLimit } = query;
  const found: string[] = [];
  if (from !== undefined) {
    const first = from.of === "container" ? from.alias : source({ alias: from.alias, of: from.of });
    found.push(`FROM ${[first, ...joins.map(source)].join(" JOIN ")}`);
  }
  if (where !== undefined) found.push(`WHERE ${renderExpression(where)}`);
  if (groupBy.length > 0) found.push(`GROUP BY ${list(groupBy)}`);
  if (orderBy.length > 0) {
    const keys = orderBy.map(({ by, descending }) => `${renderExpression(by)}${descending ? " DESC" : ""}`);
    found.push(`ORDER BY ${keys.join(", ")}`);
  }
  if (offsetLimit !== undefined) found.push(`OFFSET ${offsetLimit[0]} LIMIT ${offsetLimit[1]}`);
  return found;
};

/** Writes a query as SQL. */
export const renderQuery = (query: ModelQuery): string => {
  const { distinct, top } = query;
  const head = ["SELECT", ...(distinct ? ["DISTINCT"] : []), ...(top === undefined ? [] : [`TOP ${top}`])];
  return [...head, selection(query), ...clauses(query)].join(" ");
};
