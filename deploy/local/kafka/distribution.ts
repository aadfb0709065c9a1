import { join } from "node:path";
import { cacheRoot, ensureFolder } from "../artifact/cache.ts";
import { contentHash } from "../artifact/content-hash.ts";
import type { ProgressTask } from "../artifact/progress.ts";
import { runTool } from "../artifact/run-tool.ts";

const HERE = import.meta.dirname;
const POM = join(HERE, "pom.xml");
const OLDEST_JAVA = 17;
/** What a fetch into an empty Maven repository downloads, its plugins included; only the progress display uses it. */
const USUAL_DOWNLOADS = 330;
const NO_JAVA =
  `Java ${OLDEST_JAVA} or newer is needed to run Kafka, and there is no 'java' on the PATH. ` +
  "Install a JDK, or set KAFKA_BROKERS to the brokers of a cluster that is running already.";
const NO_MAVEN =
  "Maven is needed to fetch Kafka the first time, and there is no 'mvn' on the PATH. " +
  "Install Maven, or set KAFKA_BROKERS to the brokers of a cluster that is running already.";

/** Where the broker's jars are, and whether they had to be fetched. */
export interface KafkaDistribution {
  readonly libs: string;
  readonly origin: "cached" | "fetched";
}

/**
 * Gives the jars of Apache Kafka, as the pom in this folder names them, kept in the cache under its hash.
 *
 * @throws ToolMissing without Java or Maven, ToolFailed when the fetch fails
 */
export const ensureKafka = async ({
  env,
  progress,
  signal,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: ProgressTask;
  readonly signal?: AbortSignal;
}): Promise<KafkaDistribution> => {
  const started = Date.now();
  const abort = signal === undefined ? {} : { signal };
  await requireJava(env, abort);
  const folder = join(cacheRoot(env), `kafka-${contentHash(HERE, [POM])}`);
  const origin = await ensureFolder(folder, async (draft) => {
    let downloads = 0;
    await runTool({
      command: "mvn",
      args: ["-B", "-f", POM, "dependency:copy-dependencies", `-DoutputDirectory=${draft}`, "-DincludeScope=runtime"],
      env,
      whenMissing: NO_MAVEN,
      onLine: (line) => {
        const file = /Downloaded from \S+ \S*\/(\S+)/.exec(line)?.[1];
        if (file !== undefined) progress.report(++downloads, Math.max(downloads, USUAL_DOWNLOADS), file);
      },
      ...abort,
    });
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  progress.finish(origin === "cached" ? `cached in ${folder}` : `fetched in ${seconds} s into ${folder}`);
  return { libs: folder, origin: origin === "cached" ? "cached" : "fetched" };
};

const requireJava = async (env: NodeJS.ProcessEnv, abort: { signal?: AbortSignal }): Promise<void> => {
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  await runTool({ command: "java", args: ["-version"], env, whenMissing: NO_JAVA, onLine, ...abort });
  const major = javaMajor(lines.join("\n"));
  if (major !== undefined && major < OLDEST_JAVA) {
    throw new Error(`Kafka needs Java ${OLDEST_JAVA} or newer; the 'java' on the PATH is version ${major}.`);
  }
};

/** The major version in what `java -version` prints, for example 17; undefined when it is not recognised. */
export const javaMajor = (text: string): number | undefined => {
  const version = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
};
