import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Scope } from "../../../deploy/local/cosmos/feed/scope.ts";
import type { JsonObject } from "../../../deploy/local/cosmos/json.ts";
import {
  effectivePartitionKey,
  MAXIMUM_KEY,
  MINIMUM_KEY,
  prefixRange,
} from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import { extractPartitionKey, type PartitionKeyComponent } from "../../../deploy/local/cosmos/keys/partition-key.ts";
import { type OpenEndpoint, openEndpoint } from "../../../deploy/local/cosmos/open-endpoint.ts";
import { readRows } from "../../../deploy/local/cosmos/query/rows.ts";
import { operateOnItem } from "../../../deploy/local/cosmos/resources/items.ts";
import { locateKey } from "../../../deploy/local/cosmos/resources/key-location.ts";
import { demandsOf } from "../../../deploy/local/cosmos/sql/push-down.ts";
import type { Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { expressionOf, run } from "./query-language.ts";

const RUNS = 250;
const VALUES: (string | number | boolean | null | undefined)[] = ["x", "y", 1, true, null, undefined];
const IDS = ["i1", "i2", "i3"];

const textOf = (value: PartitionKeyComponent): string => JSON.stringify(value) ?? "undefined";

const property = fc.constantFrom("a", "b");
const named = fc
  .tuple(property, fc.constantFrom(...VALUES))
  .map(([name, value]) => (value === undefined ? `IS_DEFINED(c.${name}) = false` : `c.${name} = ${textOf(value)}`));
const ofId = fc.subarray(IDS, { minLength: 1 }).map((ids) => `c.id IN (${ids.map(textOf).join(", ")})`);
const anyOf = fc
  .tuple(property, fc.subarray(["x", "y", 1], { minLength: 1 }))
  .map(([name, values]) => `c.${name} IN (${values.map(textOf).join(", ")})`);

const componentCondition = (name: string, value: PartitionKeyComponent): string =>
  value === undefined ? `NOT IS_DEFINED(c.${name})` : `c.${name} = ${textOf(value)}`;

/** What SDKs ask for, and what is like it. */
const pair = fc
  .tuple(fc.constantFrom(...VALUES), fc.constantFrom(...VALUES), fc.constantFrom(...IDS))
  .map(([a, b, id]) => `(c.id = '${id}' AND ${componentCondition("a", a)} AND ${componentCondition("b", b)})`);
const pairs = fc.array(pair, { minLength: 1, maxLength: 5 }).map((all) => `(${all.join(" OR ")})`);

const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof({ depthSize: "small", withCrossShrink: true }, named, ofId, anyOf, pairs, tie("joined")),
  joined: fc
    .tuple(tie("condition"), fc.constantFrom("AND", "AND", "OR"), tie("condition"))
    .map(([left, operator, right]) => `(${String(left)} ${operator} ${String(right)})`),
}));

let directory: string;
let open: OpenEndpoint;
let container: Container;
const documents: JsonObject[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cosmos-rows-"));
  open = openEndpoint(directory, { key: "a2V5", partitions: 3, consistency: "Session", region: "Local" });
  const { catalogue, commits } = open.endpoint;
  commits.write(
    () => {
      const definition = { partitionKey: { paths: ["/a", "/b"], kind: "MultiHash", version: 2 } };
      container = catalogue.createContainer(catalogue.createDatabase("d", 0), "c", definition, 0, 3);
      for (const a of VALUES) {
        for (const b of VALUES) {
          for (const id of IDS) {
            const document: JsonObject = { id, a, b };
            documents.push(JSON.parse(JSON.stringify(document)));
            const turn = { catalogue, nowMs: 1_000, lsn: undefined };
            operateOnItem(turn, container, locateKey(container, [a, b]), { kind: "create", id, document });
          }
        }
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
  const whole = { container, key: undefined, ranges: container.ranges, min: MINIMUM_KEY, max: MAXIMUM_KEY };
  if (part === "range") return { ...whole, ranges: container.ranges.slice(1, 2) };
  if (part === "prefix") return { ...whole, ...prefixRange(container.key, ["x"]) };
  if (part === "all") return whole;
  const key = locateKey(container, ["x", 1]);
  return { ...whole, key, ranges: [key.range] };
};

const isIn = (scope: Scope, document: JsonObject): boolean => {
  const key = extractPartitionKey(container.key, document);
  const epk = effectivePartitionKey(container.key, key);
  if (scope.key !== undefined) return epk === scope.key.epk;
  return epk >= scope.min && epk < scope.max && scope.ranges.some(({ min, max }) => epk >= min && epk < max);
};

/** The items that match a condition, by what tells them apart. */
const namesMatching = (where: string, items: readonly JsonObject[]): unknown[] =>
  run(`SELECT VALUE {"id": c.id, "a": c.a, "b": c.b} FROM c WHERE ${where}`, items);

describe("the rows of a container with a hierarchical key that a condition demands", () => {
  test("hold every item that matches, of any part of the container, each once and none from elsewhere", () => {
    fc.assert(
      fc.property(condition, fc.constantFrom("all", "range", "prefix", "key"), (where, part) => {
        const scope = scopeFor(part);
        const demands = demandsOf(expressionOf(String(where)), new Map(), container.key);
        const rows = [...readRows(scope, demands, 2_000, 0)].map(({ body }): JsonObject => JSON.parse(body));
        expect(rows.filter((item) => !isIn(scope, item))).toEqual([]);
        const inScope = documents.filter((item) => isIn(scope, item));
        expect(namesMatching(String(where), rows)).toEqual(namesMatching(String(where), inScope));
      }),
      { numRuns: RUNS, seed: 20_263 },
    );
  });

  test("are only those that match, where keys and ids are named together", () => {
    fc.assert(
      fc.property(pairs, (where) => {
        const demands = demandsOf(expressionOf(where), new Map(), container.key);
        const rows = [...readRows(scopeFor("all"), demands, 2_000, 0)];
        expect(rows).toHaveLength(namesMatching(where, documents).length);
      }),
      { numRuns: RUNS, seed: 20_264 },
    );
  });
});
