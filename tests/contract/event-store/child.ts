import { spawn } from "node:child_process";
import { endChild } from "../../support/end-child.ts";

/** A program that a test started. */
export interface Child {
  /** What it wrote, the last of it. */
  output(): string;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

const maxOutput = 20_000;

/** Starts a program; its output is kept for the message of a failing test. */
export const startChild = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Child => {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  return {
    output: () => output,
    stop: async () => {
      await endChild(child);
    },
  };
};
