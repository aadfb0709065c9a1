import type { ProgressBoard } from "../artifact/progress.ts";
import { ensureKafka, type KafkaDistribution } from "../kafka/distribution.ts";
import { ensureRuntime, type Runtime } from "../runtime/build.ts";

/** An artifact with where it came from and how long that took. */
export interface TimedArtifact {
  readonly name: string;
  readonly origin: string;
  readonly ms: number;
}

export interface Artifacts {
  readonly runtime: Promise<Runtime>;
  /** Absent when no broker is to be run. */
  readonly kafka: Promise<KafkaDistribution> | undefined;
  /** Resolves once all are there. */
  readonly timings: Promise<TimedArtifact[]>;
}

export interface ArtifactOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly withKafka: boolean;
  readonly board: ProgressBoard;
  readonly signal: AbortSignal;
}

/** Starts building and fetching whatever is not in the cache, side by side, with visible progress. */
export const gatherArtifacts = ({ env, withKafka, board, signal }: ArtifactOptions): Artifacts => {
  const since = Date.now();
  const timed = async (name: string, artifact: Promise<{ origin: string }>): Promise<TimedArtifact> => ({
    name,
    origin: (await artifact).origin,
    ms: Date.now() - since,
  });
  const runtime = ensureRuntime({ env, progress: board.task("Dapr runtime"), signal });
  const kafka = withKafka ? ensureKafka({ env, progress: board.task("Kafka"), signal }) : undefined;
  const timings = Promise.all([
    timed("Dapr runtime", runtime),
    ...(kafka === undefined ? [] : [timed("Kafka jars", kafka)]),
  ]).finally(() => board.close());
  // Each of these is awaited by the process that needs it, which may be after it has failed.
  for (const promise of [runtime, kafka, timings]) promise?.catch(() => undefined);
  return { runtime, kafka, timings };
};
