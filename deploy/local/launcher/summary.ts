import type { ProcessView } from "./supervised-process.ts";

const LINE_WIDTH = 80;

export interface SummaryFacts {
  readonly gateway: number;
  readonly cosmos: string;
  /** Whether it is the embedded endpoint, which has a page to look at what is in it. */
  readonly hasExplorer: boolean;
  readonly brokers: readonly string[];
  /** Where the simulated provider is; undefined when none runs. */
  readonly simulatedProvider: string | undefined;
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
    ["Cosmos DB", facts.hasExplorer ? `${facts.cosmos} (to look at: ${facts.cosmos}/_explorer/)` : facts.cosmos],
    ["Kafka", facts.brokers.join()],
    ...(facts.simulatedProvider === undefined ? [] : [providerRow(facts.simulatedProvider)]),
    ["Processes", `http://127.0.0.1:${facts.admin}/processes`],
    ["Data", facts.dataDir],
    ...wrapped([...artifacts, ...starts]).map((line, index): [string, string] => [index === 0 ? "Time" : "", line]),
  ];
  return [
    "",
    `The order processor is ready after ${seconds(facts.totalMs)}.`,
    ...rows.map(([name, value]) => `  ${name.padEnd(11)}${value}`),
    "Ctrl-C stops everything; the next start goes on with the same data.",
    "",
  ].join("\n");
};

/** Nobody may take the simulated provider for a real one. */
const providerRow = (url: string): [string, string] => ["Provider", `${url} (simulated payments and carrier)`];

/** Joins items by commas into lines that fit a terminal. */
const wrapped = (items: readonly string[]): string[] => {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < LINE_WIDTH) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
