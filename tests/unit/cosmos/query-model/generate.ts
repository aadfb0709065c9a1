import * as fc from "fast-check";
import type { ModelExpression, ModelItem, ModelJoin, ModelOrder, ModelQuery, ModelValue } from "./syntax.ts";

/** Deep inside of a query, things are as varied as at its outside. */
const FLAT = { depthSize: "max" } as const;

type Path = Extract<ModelExpression, { kind: "path" }>;

/** What the names in scope stand for. */
interface Names {
  readonly item: readonly string[];
  readonly tag: readonly string[];
  readonly kid: readonly string[];
}

const IN_ITEM = [["n"], ["s"], ["flag"], ["key"], ["tags"], ["deep", "n"], ["missing"]];
const IN_KID = [["age"], ["name"], []];

const KEYS = ["a", "b", 1, null];
const TAGS = ["x", "y", 1];
const SOME = { minLength: 1, maxLength: 3, size: "max" } as const;

const scalar: fc.Arbitrary<ModelValue> = fc.constantFrom<ModelValue>(0, 1, 2, "x", "Y", true, null, undefined);
/** A member that most items have. */
const mostly = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(FLAT, { weight: 6, arbitrary: value }, fc.constant(undefined));

const defined = (members: Record<string, ModelValue>): ModelItem =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const kid = fc.record({ name: fc.constantFrom("x", "Y"), age: mostly(fc.nat(3)) }).map(defined);
const deep = fc.record({ n: mostly(fc.nat(2)) }).map(defined);

/** A small set of items, with all that queries stumble over: missing members, other types, empty arrays. */
export const items: fc.Arbitrary<ModelItem[]> = fc
  .array(
    fc.record<Record<string, ModelValue>>({
      key: fc.constantFrom(...KEYS),
      n: mostly(fc.oneof(FLAT, { weight: 4, arbitrary: fc.nat(3) }, fc.constantFrom(null, "x", true))),
      s: mostly(fc.constantFrom("x", "Y", "zz", "")),
      flag: mostly(fc.boolean()),
      tags: mostly(
        fc.oneof(FLAT, { weight: 5, arbitrary: fc.array(fc.constantFrom(...TAGS), SOME) }, fc.constantFrom([], "x")),
      ),
      kids: mostly(fc.array(kid, SOME)),
      deep: mostly(deep),
    }),
    { minLength: 3, maxLength: 9, size: "max" },
  )
  .map((list) => list.map((item, index): ModelItem => ({ id: `i${index}`, ...defined(item) })));

const path = (alias: string, steps: readonly string[]): Path => ({ kind: "path", alias, steps });

const pathsIn = ({ item, tag, kid: kids }: Names): Path[] => [
  ...item.flatMap((alias) => IN_ITEM.map((steps) => path(alias, steps))),
  ...tag.map((alias) => path(alias, [])),
  ...kids.flatMap((alias) => IN_KID.map((steps) => path(alias, steps))),
];

const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "AND", "OR", "+", "-", "*", "||", "??"];
const FUNCTIONS = ["IS_DEFINED", "IS_NUMBER", "UPPER", "LENGTH", "ARRAY_LENGTH"];

const constant = scalar.map((value): ModelExpression => ({ kind: "constant", value }));

/** Expressions over some names. @param depth how deep they may be nested; with them, subqueries */
const expression = (names: Names, depth: number): fc.Arbitrary<ModelExpression> => {
  const paths = pathsIn(names);
  const leaf = fc.oneof(FLAT, constant, { weight: 3, arbitrary: fc.constantFrom<ModelExpression>(...paths) });
  if (depth === 0) return leaf;
  const inner = expression(names, depth - 1);
  return fc.oneof(
    FLAT,
    { weight: 3, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...OPERATORS), inner, inner)
        .map(([operator, left, right]): ModelExpression => ({ kind: "operator", operator, left, right })),
    },
    inner.map((operand): ModelExpression => ({ kind: "not", operand })),
    fc
      .tuple(inner, fc.array(scalar, { minLength: 1, maxLength: 3 }))
      .map(([operand, choices]): ModelExpression => ({ kind: "in", operand, choices })),
    fc.tuple(inner, inner, inner).map(([test, yes, no]): ModelExpression => ({ kind: "choice", test, yes, no })),
    fc
      .tuple(fc.constantFrom(...FUNCTIONS), inner)
      .map(([name, part]): ModelExpression => ({ kind: "function", name, parts: [part] })),
    fc.tuple(inner, inner).map((parts): ModelExpression => ({ kind: "function", name: "ARRAY_CONTAINS", parts })),
    { weight: 2, arbitrary: subquery(names, depth - 1) },
  );
};

/** There every other time. */
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { ...FLAT, nil: undefined, freq: 2 });

/** True for every fourth. */
const rarely = fc.nat(3).map((number) => number === 0);

/** Conditions that hold for some rows and not for others, and now and then any expression. */
const condition = (names: Names, depth: number): fc.Arbitrary<ModelExpression> => {
  const leaf = fc.constantFrom<ModelExpression>(...pathsIn(names));
  const compared = fc
    .tuple(leaf, fc.constantFrom("=", "!=", "<", ">="), fc.constantFrom<ModelValue>(0, 1, 2, "x", "Y", true))
    .map(
      ([left, operator, value]): ModelExpression => ({
        kind: "operator",
        operator,
        left,
        right: { kind: "constant", value },
      }),
    );
  const defined = leaf.map((part): ModelExpression => ({ kind: "function", name: "IS_DEFINED", parts: [part] }));
  if (depth === 0) return fc.oneof(FLAT, compared, defined);
  const inner = condition(names, depth - 1);
  return fc.oneof(
    FLAT,
    { weight: 3, arbitrary: compared },
    defined,
    inner.map((operand): ModelExpression => ({ kind: "not", operand })),
    fc
      .tuple(fc.constantFrom("AND", "OR"), inner, inner)
      .map(([operator, left, right]): ModelExpression => ({ kind: "operator", operator, left, right })),
    { weight: 4, arbitrary: subquery(names, depth - 1) },
    expression(names, depth),
  );
};

/** What is selected: mostly a property, which is defined for most rows. */
const value = (names: Names): fc.Arbitrary<ModelExpression> =>
  fc.oneof(
    FLAT,
    { weight: 4, arbitrary: fc.constantFrom<ModelExpression>(...pathsIn(names)) },
    { weight: 2, arbitrary: expression(names, 2) },
    subquery(names, 1),
  );

const PLAIN: Omit<ModelQuery, "select" | "from"> = {
  distinct: false,
  top: undefined,
  joins: [],
  where: undefined,
  groupBy: [],
  orderBy: [],
  offsetLimit: undefined,
};

const AGGREGATES = ["COUNT", "SUM", "MIN", "MAX", "AVG", "COUNTIF", "MAKELIST"];

/** An array that a name has, and what its elements are. */
const arrayIn = ({ item }: Names): fc.Arbitrary<readonly [Path, "tag" | "kid"]> =>
  fc.constantFrom(
    ...item.flatMap((alias) => [[path(alias, ["tags"]), "tag"] as const, [path(alias, ["kids"]), "kid"] as const]),
  );

const withName = (names: Names, kind: "tag" | "kid", alias: string): Names => ({
  ...names,
  [kind]: [...names[kind], alias],
});

/** An aggregate does not look into a subquery, so its operand has none. */
const aggregate = (names: Names): fc.Arbitrary<ModelExpression> =>
  fc
    .tuple(fc.constantFrom(...AGGREGATES), expressionWithoutSubquery(names))
    .map(([name, operand]): ModelExpression => ({ kind: "aggregate", name, operand }));

const expressionWithoutSubquery = (names: Names): fc.Arbitrary<ModelExpression> => {
  const leaf = expression(names, 0);
  return fc.oneof(
    FLAT,
    leaf,
    fc
      .tuple(fc.constantFrom("+", "=", "??"), leaf, leaf)
      .map(([operator, left, right]): ModelExpression => ({ kind: "operator", operator, left, right })),
  );
};

let subqueries = 0;

/** A subquery over an array of the row, in one of its forms. */
const subquery = (names: Names, depth: number): fc.Arbitrary<ModelExpression> => {
  if (names.item.length === 0) return constant;
  return arrayIn(names).chain(([of, kind]) => {
    const alias = `q${subqueries++ % 50}`;
    const inner = withName(names, kind, alias);
    const from = { alias, of };
    const where = optional(condition(inner, depth));
    const rows = fc
      .tuple(expression(inner, 0), where, fc.boolean(), optional(fc.nat(2)))
      .map(([value, holds, distinct, top]): ModelQuery => {
        return { ...PLAIN, distinct, top, where: holds, from, select: { kind: "value", value } };
      });
    const one = fc.tuple(aggregate(inner), where).map(([value, holds]): ModelQuery => {
      return { ...PLAIN, where: holds, from, select: { kind: "value", value } };
    });
    return fc.oneof(
      FLAT,
      rows.map((query): ModelExpression => ({ kind: "subquery", form: "EXISTS", query })),
      rows.map((query): ModelExpression => ({ kind: "subquery", form: "ARRAY", query })),
      rows.map((query): ModelExpression => ({ kind: "subquery", form: "FIRST", query })),
      rows.map(
        (query): ModelExpression => ({
          kind: "subquery",
          form: "ALL",
          query: { ...query, distinct: false, top: undefined },
        }),
      ),
      one.map((query): ModelExpression => ({ kind: "subquery", form: "", query })),
    );
  });
};

/** A join, and the names that there are after it. */
const join = (names: Names, alias: string): fc.Arbitrary<{ join: ModelJoin; names: Names }> =>
  arrayIn(names).chain(([of, kind]) => {
    const after = withName(names, kind, alias);
    const inner = withName(names, kind, "j");
    const filtered = fc.tuple(condition(inner, 1), rarely).map(([where, distinct]): ModelQuery => {
      const select = { kind: "value", value: path("j", []) } as const;
      return { ...PLAIN, distinct, where, from: { alias: "j", of }, select };
    });
    return fc.oneof(
      FLAT,
      fc.constant({ join: { alias, of }, names: after }),
      filtered.map((query) => ({ join: { alias, of: query }, names: after })),
    );
  });

interface Joined {
  readonly joins: readonly ModelJoin[];
  readonly names: Names;
}

const joined = (names: Names): fc.Arbitrary<Joined> =>
  fc.oneof(
    FLAT,
    { weight: 2, arbitrary: fc.constant<Joined>({ joins: [], names }) },
    join(names, "t").map((first) => ({ joins: [first.join], names: first.names })),
    join(names, "t").chain((first) =>
      join(first.names, "k").map((second) => ({ joins: [first.join, second.join], names: second.names })),
    ),
  );

const columns = (value: fc.Arbitrary<ModelExpression>): fc.Arbitrary<(readonly [string, ModelExpression])[]> =>
  fc
    .array(value, { minLength: 1, maxLength: 3 })
    .map((list) => list.map((part, index) => [`c${index}`, part] as const));

const selection = (part: fc.Arbitrary<ModelExpression>): fc.Arbitrary<ModelQuery["select"]> =>
  fc.oneof(
    FLAT,
    part.map((selected) => ({ kind: "value", value: selected }) as const),
    columns(part).map((list) => ({ kind: "columns", columns: list }) as const),
  );

const count = fc.constantFrom(0, 1, 2, 3, 5, 8);

const limits = fc.oneof(
  FLAT,
  { weight: 6, arbitrary: fc.constant({ top: undefined, offsetLimit: undefined }) },
  count.map((top) => ({ top, offsetLimit: undefined })),
  fc.tuple(count, count).map((offsetLimit) => ({ top: undefined, offsetLimit })),
  fc.tuple(count, count, count).map(([top, ...offsetLimit]) => ({ top, offsetLimit })),
);

const orderBy: fc.Arbitrary<readonly ModelOrder[]> = fc.oneof(
  FLAT,
  fc.constant<readonly ModelOrder[]>([]),
  fc.array(
    fc.record({
      by: fc.constantFrom<ModelExpression>(...[["n"], ["s"], ["flag"], ["id"], ["deep", "n"]].map((s) => path("c", s))),
      descending: fc.boolean(),
    }),
    { minLength: 1, maxLength: 2 },
  ),
);

const CONTAINER = { alias: "c", of: "container" } as const;
const ONLY_ITEM: Names = { item: ["c"], tag: [], kid: [] };

/** A query whose rows each give a result. */
const listing: fc.Arbitrary<ModelQuery> = joined(ONLY_ITEM).chain(({ joins, names }) =>
  fc
    .record({
      select:
        joins.length === 0
          ? fc.oneof(FLAT, fc.constant({ kind: "all" } as const), selection(value(names)))
          : selection(value(names)),
      where: optional(condition(names, 2)),
      orderBy,
      limits,
      distinct: rarely,
    })
    .map(({ limits: { top, offsetLimit }, ...others }) => ({
      ...PLAIN,
      ...others,
      top,
      offsetLimit,
      joins,
      from: CONTAINER,
    })),
);

/** A query that gives one result for each group of rows, or for all of them. */
const grouping: fc.Arbitrary<ModelQuery> = joined(ONLY_ITEM).chain(({ joins, names }) =>
  fc
    .record({
      keys: fc.array(expressionWithPath(names), { maxLength: 2 }),
      where: optional(condition(names, 1)),
      aggregates: fc.array(aggregate(names), { minLength: 1, maxLength: 3 }),
      distinct: rarely,
      inObject: fc.boolean(),
    })
    .map(({ keys, where, aggregates, distinct, inObject }): ModelQuery => {
      const members = [...keys, ...aggregates].map((part, index) => [`c${index}`, part] as const);
      const select = inObject
        ? ({ kind: "value", value: { kind: "object", members } } as const)
        : ({ kind: "columns", columns: members } as const);
      return { ...PLAIN, where, distinct, groupBy: keys, joins, from: CONTAINER, select };
    }),
);

const expressionWithPath = (names: Names): fc.Arbitrary<ModelExpression> => {
  const paths = fc.constantFrom<ModelExpression>(...pathsIn(names));
  return fc.oneof(
    FLAT,
    paths,
    paths.map((part): ModelExpression => ({ kind: "function", name: "UPPER", parts: [part] })),
    paths.map(
      (right): ModelExpression => ({
        kind: "operator",
        operator: "??",
        left: right,
        right: { kind: "constant", value: 0 },
      }),
    ),
  );
};

/** A query over the results of another, which reads the container. */
const overQuery: fc.Arbitrary<ModelQuery> = fc
  .tuple(fc.oneof(FLAT, listing, grouping), fc.boolean(), fc.nat(2))
  .map(([inner, counts, level]): ModelQuery => {
    const value: ModelExpression = counts
      ? { kind: "aggregate", name: "COUNT", operand: { kind: "constant", value: 1 } }
      : level === 0
        ? path("r", [])
        : path("r", ["c0"]);
    return { ...PLAIN, from: { alias: "r", of: inner }, select: { kind: "value", value } };
  });

/** Any query over a container called c. */
export const queries: fc.Arbitrary<ModelQuery> = fc.oneof(
  FLAT,
  { weight: 5, arbitrary: listing },
  { weight: 3, arbitrary: grouping },
  { weight: 2, arbitrary: overQuery },
);
