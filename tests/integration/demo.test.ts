import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { sharedStack } from "../support/stack.ts";

const report = z.looseObject({ checks: z.array(z.looseObject({ ok: z.boolean() })).min(30) });

describe("the demo against a running stack", () => {
  test("finds that everything holds", async () => {
    const { portBase, brokers } = sharedStack();
    const env = { ...process.env, ORDERS_PORT_BASE: String(portBase), KAFKA_BROKERS: brokers.join() };
    const demo = spawn(process.execPath, ["tests/demo/main.ts", "--json", "--orders", "60"], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, complaints, [exitCode]] = await Promise.all([
      text(demo.stdout),
      text(demo.stderr),
      once(demo, "exit"),
    ]);
    // Without a report the complaints say why.
    if (output === "") throw new Error(complaints);
    const failed = report.parse(JSON.parse(output)).checks.filter(({ ok }) => !ok);
    expect({ exitCode: z.int().parse(exitCode), failed }).toEqual({ exitCode: 0, failed: [] });
  }, 120_000);
});
