import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ChildEnd, endChild, orKilled } from "../../support/end-child.ts";

const MAIN = fileURLToPath(new URL("../../../deploy/local/cosmos/main.ts", import.meta.url));
/** The key of Microsoft's emulator, which the embedded endpoint takes by default. */
export const WELL_KNOWN_KEY =
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
const LONGEST_START_MS = 60_000;

/** A started process of the embedded endpoint. */
export interface EmbeddedProcess {
  readonly url: string;
  readonly port: number;
  /** The URL of its admin endpoint, when it was started with one. */
  readonly admin: string | undefined;
  /** What it has written to its error output so far. */
  readonly stderr: () => string;
  readonly child: ChildProcess;
}

/** How an embedded endpoint ended. */
export interface Exit extends ChildEnd {
  readonly stderr: string;
}

const textOf = (child: ChildProcess): { text: () => string } => {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { text: () => text };
};

/** Runs the endpoint's program until it ends, for starts that must fail. */
export const runToEnd = async (...args: string[]): Promise<Exit> => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const errors = textOf(child);
  const closed = once(child, "close", { signal: AbortSignal.timeout(LONGEST_START_MS) });
  const [code, signal] = await orKilled(child, closed);
  return { code, signal, stderr: errors.text() };
};

/** Reads what the endpoint prints, up to the line that says that it serves. */
const readyLines = async (child: ChildProcess): Promise<string[]> => {
  if (child.stdout === null) throw new Error("The endpoint has no output.");
  const said: string[] = [];
  const lines = on(createInterface({ input: child.stdout }), "line", {
    signal: AbortSignal.timeout(LONGEST_START_MS),
    close: ["close"],
  });
  for await (const [line] of lines) {
    said.push(String(line));
    if (String(line).startsWith("ready ")) return said;
  }
  throw new Error(`The endpoint ended after it had said '${said.join("\n")}'.`);
};

/**
 * Starts the embedded endpoint and waits until it says that it serves.
 * @throws Error when it ends, or says nothing in time
 */
export const startEmbedded = async (directory: string, port = 0, ...args: string[]): Promise<EmbeddedProcess> => {
  const child = spawn(process.execPath, [MAIN, "--port", String(port), "--data", directory, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = textOf(child);
  const ended = once(child, "exit").then(() => {
    throw new Error(`The endpoint ended before it was ready: ${errors.text()}`);
  });
  ended.catch(() => undefined);
  const reading = readyLines(child);
  reading.catch(() => undefined);
  const said = await orKilled(child, Promise.race([reading, ended]));
  const urlAfter = (word: string): string | undefined =>
    said.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const url = urlAfter("ready");
  if (url === undefined) throw new Error(`The endpoint said '${said.join("\n")}'.`);
  return { url, port: Number(new URL(url).port), admin: urlAfter("admin"), stderr: errors.text, child };
};

/** Sends a signal and waits for the end of the process, if it has not ended before. */
export const endEmbedded = async ({ child, stderr }: EmbeddedProcess, signal: NodeJS.Signals): Promise<Exit> => ({
  ...(await endChild(child, signal)),
  stderr: stderr(),
});

/** The endpoint that the contract is checked against. */
export interface EndpointUnderTest {
  readonly url: string;
  readonly key: string;
  /** Restarts the endpoint on the same data and port; undefined when it is not the embedded one. */
  readonly restart: (() => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}

/** Opens the endpoint that the environment names, or else starts an embedded one on a fresh directory. */
export const openEndpointUnderTest = async (...args: readonly string[]): Promise<EndpointUnderTest> => {
  const url = process.env["COSMOS_CONTRACT_ENDPOINT"];
  const key = process.env["COSMOS_CONTRACT_KEY"] ?? WELL_KNOWN_KEY;
  if (url !== undefined) return { url, key, restart: undefined, close: async () => undefined };
  const directory = await mkdtemp(join(tmpdir(), "cosmos-contract-"));
  let running = await startEmbedded(directory, 0, ...args);
  return {
    url: running.url,
    key: WELL_KNOWN_KEY,
    restart: async () => {
      await endEmbedded(running, "SIGTERM");
      running = await startEmbedded(directory, running.port, ...args);
    },
    close: async () => {
      await endEmbedded(running, "SIGTERM");
      await rm(directory, { recursive: true });
    },
  };
};
