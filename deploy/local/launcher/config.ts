import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { hostPortList, readConfig } from "../../../services/platform/config.ts";
import { processTimes } from "../../../services/process-manager/settings.ts";
import { behaviourText } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { DEFAULT_PORT_BASE, HIGHEST_PORT_BASE } from "./ports.ts";

/** The key of every Cosmos DB emulator, known to all: it protects nothing, and the endpoint listens on loopback only. */
const EMULATOR_KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
const SHORTEST_CURSOR_KEY = 16;

/** An empty variable is one that is not set: that is how a shell or an env file leaves a setting out. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const settings = {
  ORDERS_PORT_BASE: optional(z.coerce.number().int().min(1024).max(HIGHEST_PORT_BASE)),
  ORDERS_DATA_DIR: optional(z.string()),
  COSMOS_ENDPOINT: optional(z.url({ protocol: /^https?$/ })),
  COSMOS_KEY: optional(z.string()),
  COSMOS_DATABASE: optional(z.string()),
  KAFKA_BROKERS: optional(hostPortList),
  // These are not the launcher's own, but a mistake in them is better named before anything is started.
  LOG_LEVEL: optional(z.enum(["error", "warn", "info", "debug"])),
  PAYMENT_URL: optional(z.url({ protocol: /^https?$/ })),
  CARRIER_URL: optional(z.url({ protocol: /^https?$/ })),
  SIMULATED_PROVIDER_BEHAVIOUR: optional(behaviourText),
  ...processTimes,
  DAPR_RUNTIME_DIR: optional(z.string().refine(existsSync, "is not there")),
  DAPR_LOG_LEVEL: optional(z.enum(["debug", "info", "warn", "error", "fatal"])),
  CURSOR_KEY: optional(z.string().min(SHORTEST_CURSOR_KEY)),
};

export interface LauncherConfig {
  readonly portBase: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly cosmos: {
    /** Absent when the launcher runs the embedded endpoint itself. */
    readonly endpoint: string | undefined;
    readonly key: string;
    readonly database: string;
  };
  /** Absent when the launcher runs a broker itself. */
  readonly brokers: readonly string[] | undefined;
  /** Overrides the level in dapr.yaml. */
  readonly daprLogLevel: string | undefined;
  /** Absent when the launcher keeps a key of its own in the data directory. */
  readonly cursorKey: string | undefined;
}

/**
 * Reads the launcher's settings.
 *
 * @param root the folder that a relative data directory starts from
 * @throws ConfigurationError that lists every mistake at once
 */
export const readLauncherConfig = (env: NodeJS.ProcessEnv, root: string): LauncherConfig => {
  const values = readConfig({ ...settings, ...(isSet(env["COSMOS_ENDPOINT"]) ? ownAccount : {}) }, env);
  return {
    portBase: values.ORDERS_PORT_BASE ?? DEFAULT_PORT_BASE,
    dataDir: resolve(root, values.ORDERS_DATA_DIR ?? ".data"),
    cosmos: {
      endpoint: values.COSMOS_ENDPOINT,
      key: values.COSMOS_KEY ?? EMULATOR_KEY,
      database: values.COSMOS_DATABASE ?? "orders",
    },
    brokers: values.KAFKA_BROKERS,
    daprLogLevel: values.DAPR_LOG_LEVEL,
    cursorKey: values.CURSOR_KEY,
  };
};

const ownAccount = { COSMOS_KEY: z.string({ error: "is required with COSMOS_ENDPOINT" }).min(1) };

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";
