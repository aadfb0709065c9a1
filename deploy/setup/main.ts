import { z } from "zod";
import { ConfigurationError, cosmosSettings, hostPortList, readConfig } from "../../services/platform/config.ts";
import { setUpCosmos } from "./cosmos.ts";
import { setUpKafka } from "./kafka.ts";

/** Creates what the services and their sidecars expect to find: the database, its containers, and the topics. */
const settings = {
  ...cosmosSettings,
  KAFKA_BROKERS: hostPortList,
  KAFKA_REPLICAS: z.coerce.number().int().min(1).optional(),
  KAFKA_MIN_INSYNC_REPLICAS: z.coerce.number().int().min(1).optional(),
  SETUP_TIMEOUT_SECONDS: z.coerce.number().min(1).default(60),
};

const setUp = async (): Promise<string[]> => {
  const config = readConfig(settings, process.env);
  const deadline = Date.now() + config.SETUP_TIMEOUT_SECONDS * 1_000;
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: database } = config;
  const { KAFKA_REPLICAS: replicas, KAFKA_MIN_INSYNC_REPLICAS: minInsyncReplicas } = config;
  const made = await Promise.all([
    setUpCosmos({ endpoint, key, database }, deadline),
    setUpKafka(
      {
        brokers: config.KAFKA_BROKERS,
        ...(replicas === undefined ? {} : { replicas }),
        ...(minInsyncReplicas === undefined ? {} : { minInsyncReplicas }),
      },
      deadline,
    ),
  ]);
  return made.flat();
};

try {
  const made = await setUp();
  process.stdout.write(made.length === 0 ? "everything is there already\n" : `created ${made.join(", ")}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
}
