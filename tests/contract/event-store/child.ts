import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A program that a test started. */
export interface Child {
  readonly pid: number;
  /** What it wrote, the last of it. */
  output(): string;
  /** Ends it with SIGTERM, or with SIGKILL when that takes too long. */
  stop(): Promise<void>;
}

const maxOutput = 20_000;
const stopAfterMs = 5_000;

/** Starts a program; its output is kept for the message of a failing test. */
export const startChild = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Child => {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid: child.pid,
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopAfterMs);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** A port on 127.0.0.1 that nothing listened on a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
};
