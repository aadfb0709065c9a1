import { z } from "zod";

export const port = z.coerce.number().int().min(1).max(65_535);

/** A comma-separated list of `host:port`. */
export const hostPortList = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ""),
  )
  .pipe(z.array(z.string().regex(/^[^:\s]+:\d{1,5}$/, "must be host:port")).min(1));

/** Settings that every service has. */
export const serviceSettings = {
  LOG_LEVEL: z.enum(["error", "warn", "info", "debug"]).default("info"),
  /** The service's own health, metrics and, on the gateway, API port. */
  HTTP_PORT: port,
};

/** Settings of a service that calls its Dapr sidecar. */
export const sidecarSettings = { DAPR_HTTP_PORT: port };

/** Settings of a service that reads or writes Cosmos DB itself. */
export const cosmosSettings = {
  COSMOS_ENDPOINT: z.url({ protocol: /^https?$/ }),
  COSMOS_KEY: z.string().min(1),
  COSMOS_DATABASE: z.string().min(1).default("orders"),
};

/**
 * The settings that `shape` describes, read from the environment.
 *
 * Throws `ConfigurationError` that lists every mistake at once; values are not repeated in it, since some are secret.
 */
export const readConfig = <Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> => {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
};

export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`the configuration has ${mistakes.length} mistake(s):\n${mistakes.map((line) => `  - ${line}`).join("\n")}`);
    this.name = "ConfigurationError";
    this.mistakes = mistakes;
  }
}
