import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Scope } from "../../../deploy/local/cosmos/feed/scope.ts";
import type { JsonObject } from "../../../deploy/local/cosmos/json.ts";
import { MAXIMUM_KEY, MINIMUM_KEY } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import { type OpenEndpoint, openEndpoint } from "../../../deploy/local/cosmos/open-endpoint.ts";
import { readContinuation, writeContinuation } from "../../../deploy/local/cosmos/query/continuation.ts";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import { suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { operateOnItem } from "../../../deploy/local/cosmos/resources/items.ts";
import { locateKey } from "../../../deploy/local/cosmos/resources/key-location.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import type { Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { evaluate } from "./query-language.ts";

const RUNS = 150;
const ITEMS = 80;
const IDS = ["a", "a~1", "a~2", "b", "b\u{10ffff}", "é", "😀", "\ue000", "zz"];
const KEYS = ["a", "b", 1, true, null];

/** Conditions on key, id and other members, joined at random. */
const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof({ depthSize: "small", withCrossShrink: true }, tie("plain"), tie("joined"), tie("negated")),
  negated: tie("condition").map((inner) => `NOT (${String(inner)})`),
  joined: fc
    .tuple(tie("condition"), fc.constantFrom("AND", "AND", "OR"), tie("condition"))
    .map(([left, operator, right]) => `(${String(left)} ${operator} ${String(right)})`),
  plain: fc.oneof(
    fc
      .tuple(fc.constantFrom("=", "!=", "<", ">="), fc.constantFrom(...KEYS))
      .map(([op, key]) => `c.key ${op} ${JSON.stringify(key)}`),
    fc
      .tuple(fc.constantFrom("=", "<", "<=", ">", ">="), fc.constantFrom(...IDS))
      .map(([op, id]) => `c.id ${op} ${JSON.stringify(id)}`),
    fc.subarray(IDS, { minLength: 1 }).map((ids) => `c.id IN (${ids.map((id) => JSON.stringify(id)).join(", ")})`),
    fc.subarray(KEYS, { minLength: 1 }).map((keys) => `ARRAY_CONTAINS(${JSON.stringify(keys)}, c.key)`),
    fc
      .tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS))
      .map(([low, high]) => `c.id BETWEEN ${JSON.stringify(low)} AND ${JSON.stringify(high)}`),
    fc.constantFrom(...IDS).map((id) => `STARTSWITH(c.id, ${JSON.stringify(id)})`),
    fc.integer({ min: 0, max: 4 }).map((n) => `c.n > ${n}`),
  ),
}));

let directory: string;
let open: OpenEndpoint;
let container: Container;
const documents: JsonObject[] = [];
const suspended = suspendedQueries();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cosmos-pages-"));
  open = openEndpoint(directory, { key: "a2V5", partitions: 3, consistency: "Session", region: "Local" });
  const { catalogue, commits } = open.endpoint;
  commits.write(
    () => {
      const definition = { partitionKey: { paths: ["/key"], kind: "Hash", version: 2 } };
      container = catalogue.createContainer(catalogue.createDatabase("d", 0), "c", definition, 0, 3);
      for (const [index, [key, id]] of KEYS.flatMap((key) => IDS.map((id) => [key, id] as const)).entries()) {
        if (index >= ITEMS || key === undefined || id === undefined) break;
        const document: JsonObject = { id, key, n: (index * 7) % 5 };
        documents.push({ ...document });
        const turn = { catalogue, nowMs: 1_000, lsn: undefined };
        operateOnItem(turn, container, locateKey(container, [key]), { kind: "create", id, document });
      }
    },
    () => undefined,
    (error) => {
      throw error;
    },
  );
  commits.flush();
});

afterAll(() => {
  open.close();
  rmSync(directory, { recursive: true });
});

const scopeFor = (part: string): Scope => {
  const whole = { container, min: MINIMUM_KEY, max: MAXIMUM_KEY };
  const key = part === "key" ? locateKey(container, ["a"]) : undefined;
  const ranges = part === "range" ? container.ranges.slice(1, 2) : container.ranges;
  return { ...whole, key, ranges: key === undefined ? ranges : [key.range] };
};

const isIn = (scope: Scope, document: JsonObject): boolean => {
  const { key } = document;
  if (typeof key === "object" && key !== null) return false;
  const located = locateKey(container, [key]);
  return scope.key === undefined ? scope.ranges.includes(located.range) : located.text === scope.key.text;
};

/** Reads all pages, each continuation going through its text. */
const readAll = (text: string, scope: Scope, size: number): unknown[] => {
  const found: unknown[] = [];
  let token: string | undefined;
  do {
    const from = token === undefined ? undefined : readContinuation(token);
    const page = runQuery(parseQuery(text), { scope, parameters: new Map(), size, from, nowMs: 2_000, suspended });
    expect(page.documents.length).toBeLessThanOrEqual(size);
    found.push(...page.documents.map((document) => JSON.parse(document)));
    token = page.continuation === undefined ? undefined : writeContinuation(page.continuation);
  } while (token !== undefined);
  return found;
};

const nameOf = ({ id, key }: JsonObject): unknown[] => [id, key];

describe("any query, of any part of a container, in pages of any size", () => {
  test("gives what a plain filter over all items gives, in the order of their creation", () => {
    fc.assert(
      fc.property(
        condition,
        fc.constantFrom("all", "range", "key"),
        fc.integer({ min: 1, max: 20 }),
        (where, part, size) => {
          const scope = scopeFor(part);
          const wanted = documents.filter((item) => isIn(scope, item) && evaluate(String(where), item) === true);
          const found = readAll(`SELECT VALUE [c.id, c.key] FROM c WHERE ${String(where)}`, scope, size);
          expect(found).toEqual(wanted.map(nameOf));
        },
      ),
      { numRuns: RUNS, seed: 20_261 },
    );
  });

  test("gives the same items when it sorts them, each once, equal ones in the order of their creation", () => {
    fc.assert(
      fc.property(
        condition,
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(5),
        fc.nat(30),
        (where, down, size, offset, limit) => {
          const matching = documents.filter((item) => evaluate(String(where), item) === true);
          const sign = down ? -1 : 1;
          const sorted = matching.toSorted((left, right) => sign * (Number(left["n"]) - Number(right["n"])));
          const text = `SELECT VALUE [c.id, c.key] FROM c WHERE ${String(where)} ORDER BY c.n ${down ? "DESC" : "ASC"} OFFSET ${offset} LIMIT ${limit}`;
          expect(readAll(text, scopeFor("all"), size)).toEqual(sorted.slice(offset, offset + limit).map(nameOf));
        },
      ),
      { numRuns: RUNS, seed: 20_262 },
    );
  });
});
