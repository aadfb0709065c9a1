import { BlockList, isIP } from "node:net";
import { parseArgs } from "node:util";
import type { Settings } from "./endpoint.ts";
import { parseThrottling, type Throttling } from "./throttling/throttling.ts";

/** The key of Microsoft's own emulator, known to everybody: good for loopback only. */
export const WELL_KNOWN_KEY =
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

const MOST_PARTITIONS = 1_000;
const CONSISTENCY_LEVELS = ["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"];

/** Where the server's certificate comes from: made by the endpoint, or brought in two PEM files. */
export type TlsOption =
  | { readonly kind: "self-signed" }
  | { readonly kind: "own"; readonly certificateFile: string; readonly keyFile: string };

export interface CommandLine extends Settings {
  readonly host: string;
  readonly port: number;
  readonly directory: string;
  /** Undefined: plain HTTP. */
  readonly tls: TlsOption | undefined;
  /** The port of the admin endpoint, 0 for any; undefined: there is none. */
  readonly adminPort: number | undefined;
  readonly throttling: Throttling;
}

/** The command line cannot be followed; the message says why, one line for each mistake. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: main.ts [options]

An embedded, durable, Cosmos-compatible endpoint for development and tests (not for production).
It prints 'ready <url>' once it serves, and answers a browser at <url>/_explorer/.

Where it listens, and what it keeps
  --host <address>       address or host name to listen on (127.0.0.1); another than loopback needs --key
  --port <number>        port to listen on, 0 for any (8081)
  --data <directory>     where the data is kept (.data/cosmos)
  --key <base64>         master key (the well-known key of Microsoft's emulator)

What the account looks like
  --partitions <number>  ranges of a new container, 1 to ${MOST_PARTITIONS} (4)
  --consistency <level>  ${CONSISTENCY_LEVELS.join(", ")} (Session)
  --region <name>        name of the account's region (Local)

TLS
  --tls                  serve https with a self-signed certificate, made once and kept in the data directory
  --cert <file>          serve https with one's own certificate (PEM, with its chain) ...
  --cert-key <file>      ... and its private key (PEM)

For tests
  --throttling <how>     off, provisioned (each container's own throughput) or a number of request units per second
                         for every container (off)
  --admin-port <number>  serve the admin endpoint (fault switches, splits, throttling) on this loopback port, 0 for
                         any; 'admin <url>' is printed before 'ready <url>' (none)

  --help                 this text
`;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const isLoopback = (host: string): boolean => {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === "localhost";
  return loopback.check(host, version === 4 ? "ipv4" : "ipv6");
};

/** Takes option values and notes every mistake on the way, so that all can be told at once. */
interface Reading {
  readonly mistakes: string[];
  readonly text: (name: string) => string | undefined;
  readonly wholeNumber: (name: string, fallback: number, least: number, most: number) => number;
}

const reading = (values: Readonly<Record<string, string | boolean | undefined>>): Reading => {
  const mistakes: string[] = [];
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (typeof value !== "string") return undefined;
    if (value === "") mistakes.push(`--${name} must not be empty.`);
    return value;
  };
  return {
    mistakes,
    text,
    wholeNumber: (name, fallback, least, most) => {
      const value = values[name];
      if (typeof value !== "string") return fallback;
      if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
      mistakes.push(`--${name} must be a whole number from ${least} to ${most}, not '${value}'.`);
      return fallback;
    },
  };
};

const OPTIONS = {
  host: { type: "string" },
  port: { type: "string" },
  data: { type: "string" },
  key: { type: "string" },
  partitions: { type: "string" },
  consistency: { type: "string" },
  region: { type: "string" },
  tls: { type: "boolean" },
  cert: { type: "string" },
  "cert-key": { type: "string" },
  throttling: { type: "string" },
  "admin-port": { type: "string" },
  help: { type: "boolean" },
} as const;

const isOption = (name: string): name is keyof typeof OPTIONS => Object.hasOwn(OPTIONS, name);

/** Splits the arguments into options, noting what is no option, is given twice, or lacks (or has) a value. */
const valuesOf = (args: readonly string[], mistakes: string[]): Record<string, string | boolean | undefined> => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const values: Record<string, string | boolean | undefined> = {};
  for (const token of tokens) {
    if (token.kind === "positional") mistakes.push(`'${token.value}' is not an option.`);
    if (token.kind !== "option") continue;
    const { name, value, inlineValue } = token;
    const isMissing = value === undefined || (!inlineValue && value.startsWith("-"));
    if (!isOption(name)) mistakes.push(`${token.rawName} is not an option of this program.`);
    else if (Object.hasOwn(values, name)) mistakes.push(`--${name} is given more than once.`);
    else if (OPTIONS[name].type === "boolean" && value !== undefined) mistakes.push(`--${name} takes no value.`);
    else if (OPTIONS[name].type === "string" && isMissing) mistakes.push(`--${name} needs a value.`);
    else values[name] = value ?? true;
  }
  return values;
};

const keyFrom = ({ text, mistakes }: Reading, host: string): string => {
  const key = text("key");
  if (key === undefined) {
    if (!isLoopback(host)) {
      mistakes.push(`Listening on ${host} needs an explicit --key: the well-known key would let everybody in.`);
    }
    return WELL_KNOWN_KEY;
  }
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(key);
  if (!isBase64) mistakes.push("--key must be base64.");
  if (key === WELL_KNOWN_KEY && !isLoopback(host)) {
    mistakes.push(`Listening on ${host} needs a --key of its own: the well-known key would let everybody in.`);
  }
  return key;
};

const tlsFrom = ({ text, mistakes }: Reading, selfSigned: boolean): TlsOption | undefined => {
  const certificateFile = text("cert");
  const keyFile = text("cert-key");
  if (certificateFile === undefined && keyFile === undefined) return selfSigned ? { kind: "self-signed" } : undefined;
  if (selfSigned) mistakes.push("--tls makes a certificate; with --cert and --cert-key it must be left out.");
  if (keyFile === undefined) mistakes.push("--cert needs --cert-key, the certificate's private key.");
  if (certificateFile === undefined) mistakes.push("--cert-key needs --cert, the certificate.");
  return { kind: "own", certificateFile: certificateFile ?? "", keyFile: keyFile ?? "" };
};

const consistencyFrom = ({ text, mistakes }: Reading): string => {
  const level = text("consistency") ?? "Session";
  if (!CONSISTENCY_LEVELS.includes(level)) {
    mistakes.push(`--consistency must be one of ${CONSISTENCY_LEVELS.join(", ")}, not '${level}'.`);
  }
  return level;
};

const throttlingFrom = ({ text, mistakes }: Reading): Throttling => {
  const how = text("throttling") ?? "off";
  const throttling = parseThrottling(how);
  if (throttling !== undefined) return throttling;
  mistakes.push(`--throttling must be off, provisioned or a number of request units per second, not '${how}'.`);
  return { mode: "off" };
};

/**
 * Reads the command line.
 * @returns what it asks for, or "help"
 * @throws UsageError when options are unknown or their values not valid; it names every mistake
 */
export const parseCommandLine = (args: readonly string[]): CommandLine | "help" => {
  const unknown: string[] = [];
  const values = valuesOf(args, unknown);
  if (values["help"] === true) return "help";
  const from = reading(values);
  const { text, wholeNumber, mistakes } = from;
  mistakes.push(...unknown);
  const host = text("host") ?? "127.0.0.1";
  const commandLine: CommandLine = {
    host,
    port: wholeNumber("port", 8081, 0, 65_535),
    directory: text("data") ?? ".data/cosmos",
    key: keyFrom(from, host),
    partitions: wholeNumber("partitions", 4, 1, MOST_PARTITIONS),
    consistency: consistencyFrom(from),
    region: text("region") ?? "Local",
    tls: tlsFrom(from, values["tls"] === true),
    adminPort: values["admin-port"] === undefined ? undefined : wholeNumber("admin-port", 0, 0, 65_535),
    throttling: throttlingFrom(from),
  };
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return commandLine;
};
