import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolder } from "../artifact/cache.ts";
import { runTool } from "../artifact/run-tool.ts";
import { brokerProperties, type BrokerPorts } from "./broker-properties.ts";

const LOG_CONFIG = join(import.meta.dirname, "log4j2.properties");

export interface BrokerFiles extends BrokerPorts {
  /** The folder with the broker's jars. */
  readonly libs: string;
  /** The broker's own folder; made when absent. */
  readonly dataDir: string;
}

/** A program to start, as `spawn` takes it. */
export interface BrokerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Prepares the broker's folder (properties each time, storage once) and says how to start the broker on it.
 *
 * @throws ToolFailed when the storage cannot be formatted
 */
export const prepareBroker = async (broker: BrokerFiles, signal?: AbortSignal): Promise<BrokerCommand> => {
  const storage = join(broker.dataDir, "storage");
  await mkdir(broker.dataDir, { recursive: true });
  await ensureFolder(storage, (draft) => format(broker, draft, signal));
  const properties = join(broker.dataDir, "server.properties");
  await writeFile(properties, brokerProperties(broker, storage));
  return { command: "java", args: [...javaArgs(broker.libs, "512m"), "kafka.Kafka", properties] };
};

// The properties used for formatting live in the draft: after the move nothing refers to the draft's path.
const format = async (broker: BrokerFiles, draft: string, signal: AbortSignal | undefined): Promise<void> => {
  const properties = join(broker.dataDir, "format.properties");
  await writeFile(properties, brokerProperties(broker, draft));
  await runTool({
    command: "java",
    args: [
      ...javaArgs(broker.libs, "128m"),
      "kafka.tools.StorageTool",
      "format",
      "--cluster-id",
      clusterId(),
      "--config",
      properties,
    ],
    whenMissing: "There is no 'java' on the PATH.",
    ...(signal === undefined ? {} : { signal }),
  });
  await rm(properties);
};

const javaArgs = (libs: string, heap: string): string[] => [
  `-Xmx${heap}`,
  // One small heap and few cores: the serial collector takes no threads from the rest of the stack, and without the
  // second compiler the broker is up after half the processor time.
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Djava.awt.headless=true",
  `-Dlog4j2.configurationFile=${LOG_CONFIG}`,
  "-cp",
  join(libs, "*"),
];

/** A Kafka UUID: 16 random bytes in base64url. Kafka does not take one that begins with a dash. */
const clusterId = (): string => {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? clusterId() : id;
};
