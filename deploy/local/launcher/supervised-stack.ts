import type { ProcessSpec, Tier } from "./process-spec.ts";
import { type ProcessView, type SupervisedProcess, superviseProcess, type Supervision } from "./supervised-process.ts";

/**
 * The order of stopping and the time each group has. Apps go first, since they need their sidecars to finish what
 * they are doing; the stores last. Together they stay below the ten seconds that a stop may take.
 */
const STOP_ORDER: readonly { readonly tiers: readonly Tier[]; readonly graceMs: number }[] = [
  { tiers: ["app"], graceMs: 5_000 },
  { tiers: ["sidecar"], graceMs: 2_000 },
  { tiers: ["control", "store"], graceMs: 2_500 },
];

export interface SupervisedStack {
  /** Resolves once every process is ready for the first time. */
  readonly started: Promise<void>;
  /** Rejects when a process is given up; never resolves. */
  readonly failed: Promise<never>;
  readonly views: () => ProcessView[];
  /** Stops everything, in reverse order. */
  readonly stop: () => Promise<void>;
}

/** Starts processes, each as soon as those it depends on are ready. */
export const superviseStack = (
  specs: readonly ProcessSpec[],
  supervision: Omit<Supervision, "isStopping">,
): SupervisedStack => {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const processes = new Map<string, SupervisedProcess>(
    specs.map((spec) => [spec.name, superviseProcess(spec, { ...supervision, isStopping })]),
  );
  const ending = new AbortController();
  const runs = [...processes.values()].map((one) => one.run(one.spec.after.map((name) => gateOf(processes, name))));
  const failed = new Promise<never>((_resolve, reject) => {
    for (const run of runs) run.catch(reject);
  });
  // Whoever starts a stack also waits for its failure; until then a failure must not end the launcher unheard.
  failed.catch(() => undefined);
  const allReady = Promise.all([...processes.values()].map(({ ready }) => ready.passed(ending.signal)));
  return {
    started: allReady.then(() => undefined),
    failed,
    views: () => [...processes.values()].map((one) => one.view()),
    stop: async () => {
      stopping = true;
      for (const { tiers, graceMs } of STOP_ORDER) {
        const group = [...processes.values()].filter(({ spec }) => tiers.includes(spec.tier));
        await Promise.all(group.map((one) => one.stop(graceMs)));
      }
      await Promise.allSettled(runs);
      ending.abort();
    },
  };
};

const gateOf = (processes: ReadonlyMap<string, SupervisedProcess>, name: string): SupervisedProcess["ready"] => {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`nothing named ${name} is part of this stack`);
  return found.ready;
};
