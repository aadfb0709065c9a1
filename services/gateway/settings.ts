import { z } from "zod";
import { cosmosSettings, readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";

const shape = {
  ...serviceSettings,
  ...sidecarSettings,
  ...cosmosSettings,
  /** Signs the cursors of lists; the same for every gateway of an installation, at least 16 characters. */
  CURSOR_KEY: z.string().min(16),
};

export type GatewaySettings = z.output<z.ZodObject<typeof shape>>;

/** The gateway's settings from the environment. Throws `ConfigurationError` that names every mistake. */
export const readGatewaySettings = (environment: NodeJS.ProcessEnv): GatewaySettings => readConfig(shape, environment);
