import { badRequest } from "../errors.ts";

/** What an SDK does with the results of the ranges; the names are those of the wire. */
export interface QueryInfo {
  readonly distinctType: "None" | "Ordered" | "Unordered";
  readonly top: number | null;
  readonly offset: number | null;
  readonly limit: number | null;
  readonly orderBy: readonly ("Ascending" | "Descending")[];
  readonly orderByExpressions: readonly string[];
  readonly groupByExpressions: readonly string[];
  readonly groupByAliases: readonly string[];
  readonly aggregates: readonly string[];
  readonly groupByAliasToAggregateType: Readonly<Record<string, string | null>>;
  /** What a range is asked; empty for the query itself. */
  readonly rewrittenQuery: string;
  readonly hasSelectValue: boolean;
  readonly dCountInfo: { readonly dCountAlias: string } | null;
  readonly hasNonStreamingOrderBy: boolean;
}

/** The plan of a query that asks nothing of the SDK but to send it. */
export const NOTHING_TO_JOIN: QueryInfo = {
  distinctType: "None",
  top: null,
  offset: null,
  limit: null,
  orderBy: [],
  orderByExpressions: [],
  groupByExpressions: [],
  groupByAliases: [],
  aggregates: [],
  groupByAliasToAggregateType: {},
  rewrittenQuery: "",
  hasSelectValue: false,
  dCountInfo: null,
  hasNonStreamingOrderBy: false,
};

/** The features that an SDK needs to follow a plan; none when it has only to send the query to the ranges. */
export const featuresOf = (info: QueryInfo): string[] => {
  const types = [...info.aggregates, ...Object.values(info.groupByAliasToAggregateType)].filter(
    (type) => type !== null,
  );
  const needed: readonly (readonly [string, boolean])[] = [
    ["Aggregate", info.aggregates.length > 0],
    ["NonValueAggregate", info.aggregates.length === 0 && types.length > 0],
    ["MultipleAggregates", types.length > 1],
    ["CountIf", types.includes("CountIf")],
    ["ListAndSetAggregate", types.includes("MakeList") || types.includes("MakeSet")],
    ["GroupBy", info.groupByExpressions.length > 0],
    ["Distinct", info.distinctType !== "None"],
    ["DCount", info.dCountInfo !== null],
    ["OrderBy", info.orderBy.length > 0],
    ["MultipleOrderBy", info.orderBy.length > 1],
    ["OffsetAndLimit", info.offset !== null],
    ["Top", info.top !== null],
  ];
  return needed.filter(([, isNeeded]) => isNeeded).map(([feature]) => feature);
};

/** Refuses a plan (400) that asks for what the SDK cannot do. @param supported what it can do, as it says itself */
export const checkFeatures = (info: QueryInfo, supported: string | undefined): void => {
  if (supported === undefined) return;
  const known = new Set(supported.split(",").map((feature) => feature.trim()));
  const missing = featuresOf(info).filter((feature) => !known.has(feature));
  if (missing.length === 0) return;
  throw badRequest(
    `Query contains the following features, which the calling client does not support: ${missing.join(", ")}.`,
  );
};
