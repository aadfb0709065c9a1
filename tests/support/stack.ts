import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { failpointsDir } from "../../deploy/local/launcher/plan/inputs.ts";
import { stackInfo, type StackInfo } from "./started-stack.ts";
import { waitFor } from "./wait-for.ts";

export { waitFor } from "./wait-for.ts";

/** The variable in which the shared stack's whereabouts reach the tests. */
export const STACK_VARIABLE = "ORDERS_TEST_STACK";

const processView = z.object({
  name: z.string(),
  pid: z.int().nullable(),
  state: z.string(),
  restarts: z.int(),
  ports: z.array(z.int()),
});
export type ProcessView = z.infer<typeof processView>;

/** The stack that all integration and fault tests share. Throws outside of them. */
export const sharedStack = (): StackInfo => {
  const text = process.env[STACK_VARIABLE];
  if (text === undefined) throw new Error("there is no shared stack: run this test in the project 'integration'");
  return stackInfo.parse(JSON.parse(text));
};

/** The processes of the shared stack: apps by their app id, sidecars as `<app id>-daprd`, cosmos, kafka, placement, scheduler. */
export const processes = async (): Promise<ProcessView[]> => {
  const response = await fetch(`${sharedStack().admin}/processes`);
  return z.array(processView).parse(await response.json());
};

/** One process of the shared stack. Throws when there is none of that name. */
export const processNamed = async (name: string): Promise<ProcessView> => {
  const found = (await processes()).find((one) => one.name === name);
  if (found === undefined) throw new Error(`the stack has no process named ${name}`);
  return found;
};

/**
 * Sends a signal to a process of the shared stack.
 *
 * @returns its pid, for `untilRestarted`
 */
export const killProcess = async (name: string, signal: NodeJS.Signals): Promise<number> => {
  const { pid } = await processNamed(name);
  if (pid === null) throw new Error(`${name} does not run`);
  process.kill(pid, signal);
  return pid;
};

/** Waits until a process runs again, under another pid than before, and is ready. */
export const untilRestarted = (name: string, previousPid: number, timeoutMs = 30_000): Promise<ProcessView> =>
  waitFor(
    async () => {
      const found = await processNamed(name);
      return found.state === "ready" && found.pid !== previousPid && found;
    },
    { what: `${name} to be restarted`, timeoutMs },
  );

/**
 * Arms a failpoint of the shared stack: the next process that comes to it is killed there.
 *
 * @param streamId only for this stream; for any when absent
 */
export const armFailpoint = (name: string, streamId = ""): void => {
  writeFileSync(join(failpointsDir(sharedStack().dataDir), name), streamId);
};

/** Waits until an armed failpoint has killed a process. */
export const untilHit = async (name: string, timeoutMs = 30_000): Promise<void> => {
  const file = join(failpointsDir(sharedStack().dataDir), name);
  await waitFor(() => !existsSync(file), { what: `${name} to be hit`, timeoutMs });
};
