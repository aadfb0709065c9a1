import type { MeasuredProcess } from "./measured-process.ts";

/** What one run of a load took. */
export interface Run {
  readonly operationsPerS: number;
  /** CPU time of the server for each operation, in microseconds. */
  readonly cpuUsPerOperation: number;
}

/** A load: so many clients, each of which does one operation after the other. */
export interface Load {
  readonly server: MeasuredProcess;
  readonly clients: number;
  /** The load ends by itself after this time ... */
  readonly durationMs: number;
  /** ... or after so many operations. */
  readonly mostOperations: number;
  /** Does one operation, and throws when its answer is not as it should be. */
  readonly operate: () => Promise<void>;
}

/** Runs a load and measures it. */
export const runLoad = async ({ server, clients, durationMs, mostOperations, operate }: Load): Promise<Run> => {
  let left = mostOperations;
  let done = 0;
  const cpuBefore = await server.cpuUs();
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (left > 0 && performance.now() - startedAt < durationMs) {
      left--;
      await operate();
      done++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuUs = (await server.cpuUs()) - cpuBefore;
  return { operationsPerS: done / seconds, cpuUsPerOperation: cpuUs / done };
};

/** The middle of some numbers; of an even count, the higher one of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const middle = [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error("There is no median of nothing.");
  return middle;
};
