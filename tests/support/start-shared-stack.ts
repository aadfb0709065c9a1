import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { progressBoard } from "../../deploy/local/artifact/progress.ts";
import { gatherArtifacts } from "../../deploy/local/launcher/artifacts.ts";
import { STACK_VARIABLE } from "./stack.ts";
import { startStack } from "./started-stack.ts";

const DEFAULT_PORT_BASE = 18_080;

/** Starts the one stack of the integration and fault tests, on ports and data of its own. Throws when it does not get ready. */
export default async (): Promise<void> => {
  const portBase = Number(process.env["ORDERS_TEST_PORT_BASE"] ?? DEFAULT_PORT_BASE);
  // Built and fetched here, where a first run shows its progress; the launcher's own output goes to a file.
  await gatherArtifacts({
    env: process.env,
    withKafka: true,
    board: progressBoard(process.stdout),
    signal: new AbortController().signal,
  }).timings;
  const since = Date.now();
  const info = await startStack(portBase, mkdtempSync(join(tmpdir(), "orders-test-")));
  process.env[STACK_VARIABLE] = JSON.stringify(info);
  process.stdout.write(`\nstack for the tests ready at ${info.gateway} after ${Date.now() - since} ms\n`);
};
