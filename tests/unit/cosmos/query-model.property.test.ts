import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Scope } from "../../../deploy/local/cosmos/feed/scope.ts";
import { MAXIMUM_KEY, MINIMUM_KEY } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import { type OpenEndpoint, openEndpoint } from "../../../deploy/local/cosmos/open-endpoint.ts";
import { readContinuation, writeContinuation } from "../../../deploy/local/cosmos/query/continuation.ts";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import { type SuspendedQueries, suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { operateOnItem } from "../../../deploy/local/cosmos/resources/items.ts";
import { locateKey } from "../../../deploy/local/cosmos/resources/key-location.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import type { Container, LocatedKey } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { evaluateQuery, isGrouped, orderedText, unorderedText } from "./query-model/evaluate.ts";
import { items, queries } from "./query-model/generate.ts";
import { renderQuery } from "./query-model/render.ts";
import { isQuery, type ModelItem, type ModelQuery, type ModelValue } from "./query-model/syntax.ts";

/** More runs find more: `QUERY_MODEL_RUNS=20000` takes some minutes. */
const RUNS = Number(process.env["QUERY_MODEL_RUNS"] ?? 1_500);
const SEED = Number(process.env["QUERY_MODEL_SEED"] ?? 20_263);

/** No query has so many results: a continuation goes round in circles. */
const MOST_PAGES = 5_000;

let directory: string;
let open: OpenEndpoint;
let container: Container;

const write = (work: () => void): void => {
  open.endpoint.commits.write(
    work,
    () => undefined,
    (error) => {
      throw error;
    },
  );
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cosmos-model-"));
  open = openEndpoint(directory, { key: "a2V5", partitions: 3, consistency: "Session", region: "Local" });
  write(() => {
    const { catalogue } = open.endpoint;
    const definition = { partitionKey: { paths: ["/key"], kind: "Hash", version: 2 } };
    container = catalogue.createContainer(catalogue.createDatabase("d", 0), "c", definition, 0, 3);
  });
});

afterAll(() => {
  open.close();
  rmSync(directory, { recursive: true });
});

const keyOf = ({ key }: ModelItem): LocatedKey => {
  if (typeof key === "object" && key !== null) throw new Error("An item of the model has a simple key.");
  return locateKey(container, [key]);
};

const idOf = ({ id }: ModelItem): string => (typeof id === "string" ? id : "");

const store = (list: readonly ModelItem[]): void => {
  write(() => {
    container.items.prepare("DELETE FROM $table").run();
    for (const item of list) {
      const turn = { catalogue: open.endpoint.catalogue, nowMs: 1_000, lsn: undefined };
      const document = structuredClone(item);
      operateOnItem(turn, container, keyOf(item), { kind: "create", id: idOf(item), document });
    }
  });
};

const withoutSystemMembers = (value: ModelValue): ModelValue =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith("_")))
    : value;

/** Reads all pages, each continuation going through its text; `forgetful` loses what is kept between pages. */
const readAll = (text: string, scope: Scope, size: number, forgetful: boolean): ModelValue[] => {
  const query = parseQuery(text);
  const found: ModelValue[] = [];
  let suspended: SuspendedQueries = suspendedQueries();
  let token: string | undefined;
  let pages = 0;
  do {
    if (++pages > MOST_PAGES) throw new Error(`The query has no end: ${text}`);
    const from = token === undefined ? undefined : readContinuation(token);
    const page = runQuery(query, { scope, parameters: new Map(), size, from, nowMs: 2_000, suspended });
    expect(page.documents.length).toBeLessThanOrEqual(size);
    found.push(...page.documents.map((document): ModelValue => withoutSystemMembers(JSON.parse(document))));
    token = page.continuation === undefined ? undefined : writeContinuation(page.continuation);
    if (forgetful) suspended = suspendedQueries();
  } while (token !== undefined);
  return found;
};

/** Tells whether the order of a query's results is the endpoint's own choice. */
const isUnordered = (query: ModelQuery): boolean => {
  const inner = query.from?.of;
  return isGrouped(query) || (inner !== undefined && inner !== "container" && isQuery(inner) && isUnordered(inner));
};

const scopeFor = (part: "all" | "range" | "key"): Scope => {
  const whole = { container, key: undefined, min: MINIMUM_KEY, max: MAXIMUM_KEY, ranges: container.ranges };
  if (part === "all") return whole;
  if (part === "range") return { ...whole, ranges: container.ranges.slice(0, 1) };
  const key = locateKey(container, ["a"]);
  return { ...whole, key, ranges: [key.range] };
};

const isIn = (scope: Scope, item: ModelItem): boolean => {
  const key = keyOf(item);
  return scope.key === undefined ? scope.ranges.includes(key.range) : scope.key.text === key.text;
};

describe("any query over any items", () => {
  test("gives what a plain evaluation of it gives, in pages of any size, with or without a memory", () => {
    fc.assert(
      fc.property(
        items,
        queries,
        fc.constantFrom("all", "all", "range", "key"),
        fc.integer({ min: 1, max: 5 }),
        (list, query, part, size) => {
          store(list);
          const scope = scopeFor(part);
          const text = renderQuery(query);
          const wanted = evaluateQuery(
            query,
            list.filter((item) => isIn(scope, item)),
          );
          const compared = isUnordered(query) ? unorderedText : orderedText;
          expect({ text, found: compared(readAll(text, scope, 1_000, false)) }).toEqual({
            text,
            found: compared(wanted),
          });
          expect({ text, found: compared(readAll(text, scope, size, false)) }).toEqual({
            text,
            found: compared(wanted),
          });
          expect({ text, found: compared(readAll(text, scope, size, true)) }).toEqual({
            text,
            found: compared(wanted),
          });
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
