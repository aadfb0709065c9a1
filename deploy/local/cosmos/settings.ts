import { parseArgs } from "node:util";
import type { Settings } from "./endpoint.ts";

/** The key of Microsoft's own emulator, known to everybody: good for loopback only. */
export const WELL_KNOWN_KEY =
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

const MOST_PARTITIONS = 1_000;
const CONSISTENCY_LEVELS = ["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"];

export interface CommandLine extends Settings {
  readonly host: string;
  readonly port: number;
  readonly directory: string;
}

/** The command line cannot be followed; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: main.ts [options]

An embedded, durable, Cosmos-compatible endpoint for development and tests (not for production).

  --host <address>       address to listen on (127.0.0.1); another than loopback needs --key
  --port <number>        port to listen on, 0 for any (8081)
  --data <directory>     where the data is kept (.data/cosmos)
  --key <base64>         master key (the well-known key of Microsoft's emulator)
  --partitions <number>  ranges of a new container (4)
  --consistency <level>  ${CONSISTENCY_LEVELS.join(", ")} (Session)
  --region <name>        name of the account's region (Local)
  --help                 this text
`;

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);

const wholeNumber = (name: string, value: string, least: number, most: number): number => {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not '${value}'.`);
};

const parse = (args: readonly string[]): Record<string, string | boolean | undefined> => {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        host: { ...text, default: "127.0.0.1" },
        port: { ...text, default: "8081" },
        data: { ...text, default: ".data/cosmos" },
        key: text,
        partitions: { ...text, default: "4" },
        consistency: { ...text, default: "Session" },
        region: { ...text, default: "Local" },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/**
 * Reads the command line.
 * @returns what it asks for, or "help"
 * @throws UsageError when an option is unknown or its value is not valid
 */
export const parseCommandLine = (args: readonly string[]): CommandLine | "help" => {
  const values = parse(args);
  if (values["help"] === true) return "help";
  const option = (name: string): string => String(values[name]);
  const host = option("host");
  const key = values["key"];
  if (typeof key !== "string" && !isLoopback(host)) {
    throw new UsageError(`Listening on ${host} needs an explicit --key: the well-known key would let everybody in.`);
  }
  if (typeof key === "string" && !/^[A-Za-z0-9+/]+={0,2}$/.test(key)) throw new UsageError("--key must be base64.");
  const consistency = option("consistency");
  if (!CONSISTENCY_LEVELS.includes(consistency)) {
    throw new UsageError(`--consistency must be one of ${CONSISTENCY_LEVELS.join(", ")}, not '${consistency}'.`);
  }
  return {
    host,
    port: wholeNumber("port", option("port"), 0, 65_535),
    directory: option("data"),
    key: typeof key === "string" ? key : WELL_KNOWN_KEY,
    partitions: wholeNumber("partitions", option("partitions"), 1, MOST_PARTITIONS),
    consistency,
    region: option("region"),
  };
};
