import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { progressBoard } from "../../../deploy/local/artifact/progress.ts";
import {
  CONFORMANCE_MODULE,
  daprState,
  ensureStateConformance,
  runStateConformance,
} from "../../suites/dapr-state/suite.ts";
import type { TestResult } from "../../suites/test-result.ts";
import { type EndpointUnderTest, openEndpointUnderTest } from "./endpoint-under-test.ts";

/** With empty caches, every module that the component imports is downloaded and compiled. */
const LONGEST_BUILD_MS = 900_000;
const LONGEST_RUN_MS = 650_000;

const RUNTIME_MODULE = join(import.meta.dirname, "../../../deploy/local/runtime");

let endpoint: EndpointUnderTest;
let results: TestResult[];

beforeAll(async () => {
  const board = progressBoard(process.stderr);
  const program = await ensureStateConformance(process.env, board.task("Dapr's state conformance suite"));
  board.close();
  endpoint = await openEndpointUnderTest(...daprState.endpointArgs);
  results = await runStateConformance(program, endpoint);
}, LONGEST_BUILD_MS + LONGEST_RUN_MS);

afterAll(() => endpoint?.close());

/** The names of the suite's tests that ended in one way. */
const namesOf = (outcome: TestResult["outcome"]): string[] =>
  results.filter((result) => result.outcome === outcome).map(({ name }) => name.replace("TestStateConformance/", ""));

const requirements = (folder: string): Map<string, string> =>
  new Map(
    [...readFileSync(join(folder, "go.mod"), "utf8").matchAll(/^\t(\S+) (v\S+)/gm)].map(([, path, version]) => [
      String(path),
      String(version),
    ]),
  );

describe("Dapr's own conformance suite for state stores", () => {
  test("finds no fault", () => {
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  });

  test("has run every operation that Dapr holds its Cosmos DB component to", () => {
    expect(namesOf("passed")).toEqual([
      "init",
      "ping",
      "set",
      "get",
      "query",
      "delete",
      "bulkset",
      "bulkget/scenario",
      "bulkget/include_non-existent_key",
      "bulkdelete",
      "transaction",
      "delete_non-existent_key",
      "transaction-order",
      "transaction-serialization-grpc-json",
      "etag",
      "first-write_without_etag/request_set_0",
      "first-write_without_etag/request_set_1",
      "first-write_with_etag",
      "set_ttl_with_bad_value_should_error",
      "set_and_get_with_TTL",
      "component_does_not_implement_DeleteWithPrefix_interface",
      "DeleteWithPrefix_feature_not_present",
      "component_does_not_implement_KeysLike_interface",
      "KeysLike_feature_not_present",
    ]);
  });

  test("has left out only what Dapr's list does not ask of the component: being an actor state store", () => {
    expect(namesOf("skipped")).toEqual(["set_and_get_proto"]);
  });

  test("is compiled from the versions that the sidecar is built from", () => {
    const runtime = requirements(RUNTIME_MODULE);
    const suite = [...requirements(CONFORMANCE_MODULE)].filter(([path]) => runtime.has(path));
    expect(suite.map(([path]) => path)).toContain("github.com/dapr/components-contrib");
    expect(suite).toEqual(suite.map(([path]) => [path, runtime.get(path)]));
  });
});
