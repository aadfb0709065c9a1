import { z } from "zod";
import { readConfig, serviceSettings, sidecarSettings } from "../platform/config.ts";
import { agreeable, behaviourText } from "./behaviour/behaviour.ts";

const shape = {
  ...serviceSettings,
  ...sidecarSettings,
  APP_ID: z.string().min(1).default("simulated-provider"),
  /** Where the ledger is kept. */
  SIMULATED_PROVIDER_DATA_DIR: z.string().min(1).default(".data/simulated-provider"),
  /** How the provider behaves until it is told otherwise: JSON, as `PUT /behaviour` takes it. */
  SIMULATED_PROVIDER_BEHAVIOUR: z.preprocess(
    (value) => (value === "" ? undefined : value),
    behaviourText.default(agreeable),
  ),
};

export type SimulatedProviderSettings = z.output<z.ZodObject<typeof shape>>;

/** The simulated provider's settings from the environment. Throws `ConfigurationError` that names every mistake. */
export const readSimulatedProviderSettings = (environment: NodeJS.ProcessEnv): SimulatedProviderSettings =>
  readConfig(shape, environment);
