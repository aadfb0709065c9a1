import { z } from "zod";
import { cosmosSettings, port, readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";
import type { RedrivePolicy } from "./parking/parked-stream.ts";

const dayMs = 24 * 60 * 60 * 1_000;

const shape = {
  ...serviceSettings,
  ...sidecarSettings,
  ...cosmosSettings,
  /** Where the sidecar delivers the records of the topic. */
  APP_PORT: port,
  /** How long a command is tried; after a probe that finds nothing wrong, half as long once more. */
  COMMAND_DEADLINE_MS: z.coerce.number().int().min(500).max(20_000).default(10_000),
  /** Whether parked streams are redriven without being asked. */
  PARKED_REDRIVE: z.enum(["on", "off"]).default("on"),
  /** The wait before the first redrive of a parked stream; it doubles with each that faults. */
  PARKED_REDRIVE_FIRST_MS: z.coerce.number().int().min(1_000).max(dayMs).default(120_000),
  PARKED_REDRIVE_LONGEST_MS: z.coerce.number().int().min(1_000).max(dayMs).default(3_600_000),
  /** After so many redrives in a row that faulted, only an operator redrives. */
  PARKED_REDRIVE_ATTEMPTS: z.coerce.number().int().min(1).max(1_000).default(48),
  /** How often what is parked is looked at. */
  PARKED_SWEEP_MS: z.coerce.number().int().min(100).max(600_000).default(15_000),
};

export type IngressSettings = z.output<z.ZodObject<typeof shape>>;

/** The ingress's settings from the environment. Throws `ConfigurationError` that names every mistake. */
export const readIngressSettings = (environment: NodeJS.ProcessEnv): IngressSettings => readConfig(shape, environment);

/** How parked streams are redriven without being asked. */
export const redrivePolicyOf = (settings: IngressSettings): RedrivePolicy => ({
  automatic: settings.PARKED_REDRIVE === "on",
  firstMs: settings.PARKED_REDRIVE_FIRST_MS,
  longestMs: settings.PARKED_REDRIVE_LONGEST_MS,
  mostAttempts: settings.PARKED_REDRIVE_ATTEMPTS,
});
