import type { ProcessView } from "./supervised-process.ts";

export interface SummaryFacts {
  readonly gateway: number;
  readonly cosmos: string;
  readonly brokers: readonly string[];
  readonly admin: number;
  readonly dataDir: string;
  readonly totalMs: number;
  /** What had to be built or fetched, or was found, with the time it took in milliseconds. */
  readonly artifacts: readonly { readonly name: string; readonly origin: string; readonly ms: number }[];
  readonly processes: readonly ProcessView[];
}

/** What a person wants to see once the stack is up: where everything is, and where the time went. */
export const summaryText = (facts: SummaryFacts): string => {
  const artifacts = facts.artifacts.map(({ name, origin, ms }) => `${name} ${origin} ${seconds(ms)}`);
  const starts = facts.processes.flatMap(({ name, startMs }) =>
    startMs === null ? [] : `${name} ${seconds(startMs)}`,
  );
  const rows: [string, string][] = [
    ["API", `http://127.0.0.1:${facts.gateway}/v1/orders`],
    ["OpenAPI", `http://127.0.0.1:${facts.gateway}/openapi.json`],
    ["Health", `http://127.0.0.1:${facts.gateway}/readyz`],
    ["Cosmos DB", facts.cosmos],
    ["Kafka", facts.brokers.join()],
    ["Processes", `http://127.0.0.1:${facts.admin}/processes`],
    ["Data", facts.dataDir],
    ["Time", [...artifacts, ...starts].join(", ")],
  ];
  return [
    "",
    `The order processor is ready after ${seconds(facts.totalMs)}.`,
    ...rows.map(([name, value]) => `  ${name.padEnd(11)}${value}`),
    "Ctrl-C stops everything; the next start goes on with the same data.",
    "",
  ].join("\n");
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
