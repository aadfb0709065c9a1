import { z } from "zod";
import { changeFeedSettings } from "../platform/change-feed/open-processor.ts";
import {
  ConfigurationError,
  cosmosSettings,
  port,
  readConfig,
  serviceSettings,
  sidecarSettings,
} from "../platform/config.ts";
import { stepLimits } from "./watchdog/limits.ts";

const longestTtlSeconds = 31_536_000;
const ttlSeconds = z.coerce.number().int().min(1).max(longestTtlSeconds);

/** `channel=seconds` with commas between them. A channel may hold anything but these two signs. */
const ttlByChannel = z
  .string()
  .default("")
  .transform((text, context): ReadonlyMap<string, number> => {
    const limits = new Map<string, number>();
    for (const entry of text.split(",").filter((part) => part.trim() !== "")) {
      const [channel = "", value] = entry.split("=").map((part) => part.trim());
      const seconds = ttlSeconds.safeParse(value);
      if (channel !== "" && seconds.success) limits.set(channel, seconds.data);
      else context.addIssue({ code: "custom", message: `${entry.trim()} is no limit: write channel=seconds` });
    }
    return limits;
  });

/** An empty variable is one that is not set: that is how a shell or an env file leaves a setting out. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const providerUrl = optional(z.url({ protocol: /^https?$/ }));

/** An empty variable is one that is not set here too. */
const orDefault = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

const wholeNumber = (least: number, most: number, usual: number) =>
  orDefault(z.coerce.number().int().min(least).max(most).default(usual));

/** How long things may take, and how often they are looked at. */
export const processTimes = {
  /** How long stock is held for an order that is not paid for. */
  RESERVATION_TTL_SECONDS: wholeNumber(1, longestTtlSeconds, 1_800),
  /** The same for orders of single channels: a flash sale may hold its stock for less long. */
  RESERVATION_TTL_BY_CHANNEL: orDefault(ttlByChannel),
  /** How long a command is tried before it counts as a fault; after three, what waits for it is parked. */
  COMMAND_DEADLINE_MS: wholeNumber(500, 20_000, 10_000),
  /** Time limits of steps that differ from the default, `step=seconds` with commas between them. */
  STEP_LIMITS: orDefault(stepLimits),
  /** How often the watchdog looks at the orders. */
  WATCHDOG_INTERVAL_MS: wholeNumber(50, 3_600_000, 10_000),
  /** The least time between two attempts at an order that is stuck; it doubles with each. */
  WATCHDOG_PAUSE_MS: wholeNumber(100, 900_000, 30_000),
  /** How often parked streams are tried again. */
  PARKED_RETRY_MS: wholeNumber(50, 3_600_000, 10_000),
};

const shape = {
  ...serviceSettings,
  ...sidecarSettings,
  ...cosmosSettings,
  ...changeFeedSettings,
  APP_ID: z.string().min(1).default("process-manager"),
  /** Who moves the money, and who carries the goods. */
  PAYMENT_URL: providerUrl,
  CARRIER_URL: providerUrl,
  ...processTimes,
  /** The simulated provider of a local run, on this machine: takes the place of whichever of the two is not named. */
  SIMULATED_PROVIDER_PORT: optional(port),
};

export type ProcessManagerSettings = Omit<z.output<z.ZodObject<typeof shape>>, "PAYMENT_URL" | "CARRIER_URL"> & {
  readonly PAYMENT_URL: string;
  readonly CARRIER_URL: string;
};

/**
 * The process manager's settings from the environment. Without a simulated provider, both URLs must be there: money is
 * never simulated by oversight.
 *
 * @throws ConfigurationError that names every mistake
 */
export const readProcessManagerSettings = (environment: NodeJS.ProcessEnv): ProcessManagerSettings => {
  const config = readConfig(shape, environment);
  const { SIMULATED_PROVIDER_PORT: simulatedPort } = config;
  const simulated = simulatedPort === undefined ? undefined : `http://127.0.0.1:${simulatedPort}`;
  const { PAYMENT_URL = simulated, CARRIER_URL = simulated } = config;
  if (PAYMENT_URL === undefined || CARRIER_URL === undefined) {
    const missing = Object.entries({ PAYMENT_URL, CARRIER_URL }).filter(([, url]) => url === undefined);
    throw new ConfigurationError(missing.map(([name]) => `${name}: is required without SIMULATED_PROVIDER_PORT`));
  }
  return { ...config, PAYMENT_URL, CARRIER_URL };
};
