import { randomUUID } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import { requiredVersion } from "../../../deploy/local/artifact/go-build.ts";
import type { ProgressTask } from "../../../deploy/local/artifact/progress.ts";
import { ensureTestProgram, runTestProgram } from "../go/test-program.ts";
import type { Suite, SuiteTarget } from "../suite.ts";
import type { TestResult } from "../test-result.ts";

/** The folder of the Go module that pins Dapr's suite and component. */
export const CONFORMANCE_MODULE = import.meta.dirname;

const CONTRIB = "github.com/dapr/components-contrib";
const TESTS = {
  folder: CONFORMANCE_MODULE,
  package: ".",
  standOn: [`${CONTRIB}/state/azure/cosmosdb`, `${CONTRIB}/tests/conformance/state`],
  name: "dapr-state-conformance",
};

/** What Dapr's own list of conformance tests holds the component to (tests/config/state/tests.yml of components-contrib). */
const OPERATIONS = ["transaction", "etag", "first-write", "query", "ttl"];
const FILE = "tests/conformance/state/state.go";
const LONGEST_RUN_MS = 600_000;

/**
 * Gives the compiled conformance suite for Dapr's Cosmos DB state store.
 * @throws ToolMissing without Go, ToolFailed when it does not compile
 */
export const ensureStateConformance = (env: NodeJS.ProcessEnv, progress: ProgressTask): Promise<string> =>
  ensureTestProgram(TESTS, env, progress);

/**
 * Runs Dapr's conformance suite for state stores, with the Cosmos DB component that daprd uses, in a database
 * of its own that is deleted afterwards.
 *
 * @param program what `ensureStateConformance` gave
 */
export const runStateConformance = async (program: string, { url, key }: SuiteTarget): Promise<TestResult[]> => {
  const connectionPolicy = { enableBackgroundEndpointRefreshing: false };
  const client = new CosmosClient({ endpoint: url, key, connectionPolicy });
  const { database } = await client.databases.create({ id: `conformance-${randomUUID()}` });
  try {
    // Dapr asks for a container with this key, and with a time to live that is switched on but has no default.
    const definition = { id: "state", partitionKey: { paths: ["/partitionKey"] }, defaultTtl: -1 };
    const { container } = await database.containers.create(definition);
    const env = {
      ...process.env,
      COSMOS_URL: url,
      COSMOS_KEY: key,
      COSMOS_DATABASE: database.id,
      COSMOS_COLLECTION: container.id,
      CONFORMANCE_OPERATIONS: OPERATIONS.join(","),
    };
    return await runTestProgram({ program, file: FILE, env, longestMs: LONGEST_RUN_MS });
  } finally {
    await database.delete();
    client.dispose();
  }
};

/** Dapr's conformance suite, as one of the public suites that are run together. */
export const daprState: Suite = {
  name: "dapr-state",
  title: `Dapr state store conformance, components-contrib ${requiredVersion(CONFORMANCE_MODULE, CONTRIB)} (Go)`,
  description:
    "Dapr's own conformance suite for state stores, with the real `state.azure.cosmosdb` component and the operations " +
    `that Dapr holds it to: ${OPERATIONS.join(", ")}. It is also part of \`npm test\`.`,
  port: 0,
  // The suite expects what several partitions have in the order of its creation, as a container of one range gives it.
  endpointArgs: ["--partitions", "1"],
  prepare: async ({ env, progress }) => {
    const program = await ensureStateConformance(env, progress);
    return {
      files: [FILE],
      leftOut: [],
      run: (target, files, onFile) => {
        files.forEach(onFile);
        return runStateConformance(program, target);
      },
    };
  },
};
