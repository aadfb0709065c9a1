import type { z } from "zod";
import { port, readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";

const shape = {
  ...serviceSettings,
  ...sidecarSettings,
  /** Where the sidecar delivers the records of the topic. */
  APP_PORT: port,
};

export type IngressSettings = z.output<z.ZodObject<typeof shape>>;

/** The ingress's settings from the environment. Throws `ConfigurationError` that names every mistake. */
export const readIngressSettings = (environment: NodeJS.ProcessEnv): IngressSettings => readConfig(shape, environment);
