import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { orKilled } from "../support/end-child.ts";
import { sharedStack } from "../support/stack.ts";
import { patient } from "../support/wait-for.ts";

const report = z.looseObject({
  stories: z.array(z.looseObject({ failure: z.string().nullable() })),
  checks: z.array(z.looseObject({ ok: z.boolean() })).min(20),
});

const longestMs = 60_000;

/** Runs the demo's command line against the shared stack. */
const demo = async (...args: readonly string[]): Promise<{ exitCode: number; output: string; complaints: string }> => {
  const { portBase, brokers } = sharedStack();
  const env = { ...process.env, ORDERS_PORT_BASE: String(portBase), KAFKA_BROKERS: brokers.join() };
  const child = spawn(process.execPath, ["tests/demo/main.ts", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit", { signal: AbortSignal.timeout(patient(longestMs)) });
  const [output, complaints, [exitCode]] = await orKilled(
    child,
    Promise.all([text(child.stdout), text(child.stderr), ended]),
  );
  return { exitCode: z.int().parse(exitCode), output, complaints };
};

describe("the demo against a running stack", () => {
  test("plays stories and finds that everything adds up", async () => {
    const { exitCode, output, complaints } = await demo("parcels", "register", "--json");
    // Without a report the complaints say why.
    if (output === "") throw new Error(complaints);
    const { stories, checks } = report.parse(JSON.parse(output));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(stories.map(({ failure }) => failure)).toEqual([null, null]);
    expect(exitCode).toBe(0);
  });

  test("names the stories that there are when it is asked for another", async () => {
    const { exitCode, complaints } = await demo("no-such-story");
    expect(exitCode).toBe(2);
    expect(complaints).toContain("parcels");
  });
});
