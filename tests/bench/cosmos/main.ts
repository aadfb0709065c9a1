import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type MeasuredProcess, startMeasured } from "../measured-process.ts";
import { median, type Run, runLoad } from "../load.ts";
import { openClient } from "./client.ts";
import { FILTER, FLOOR, type Operation, OPERATIONS, preparation } from "./operations.ts";

const ENDPOINT = fileURLToPath(new URL("../../../deploy/local/cosmos/main.ts", import.meta.url));
const NO_OP = fileURLToPath(new URL("../no-op-server.ts", import.meta.url));
const DOCUMENT = fileURLToPath(new URL("../../../docs/benchmarks.md", import.meta.url));
const CLIENTS = [1, 32];
const MOST_OPERATIONS = 20_000;
const MOST_FILTERS = 10;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const durationMs = Number(values.seconds) * 1000;
if (!(rounds >= 1 && rounds <= 100 && durationMs >= 100 && durationMs <= 60_000)) {
  process.stderr.write("--rounds must be from 1 to 100, --seconds from 0.1 to 60.\n");
  process.exit(2);
}

/** What is measured: an operation by a number of clients, and every round's run of it. */
interface Case {
  readonly operation: Operation;
  readonly clients: number;
  readonly server: MeasuredProcess;
  readonly runs: Run[];
}

/** Numbers the requests of each operation through all rounds, so that every item created is a new one. */
const counters = new Map<string, number>();
const next = (name: string): number => {
  const n = counters.get(name) ?? 0;
  counters.set(name, n + 1);
  return n;
};

const measure = async ({ operation, clients, server }: Case): Promise<Run> => {
  const client = openClient(server.url, clients);
  const mostOperations = operation === FILTER ? MOST_FILTERS : MOST_OPERATIONS;
  const operate = async (): Promise<void> => {
    await client.send(operation.request(next(operation.name)));
  };
  const run = await runLoad({ server, clients, durationMs, mostOperations, operate });
  await client.close();
  return run;
};

const prepare = async (endpoint: MeasuredProcess): Promise<void> => {
  const client = openClient(endpoint.url, 1);
  for (const request of preparation()) await client.send(request);
  await client.close();
};

const round = (value: number): string => Math.round(value).toLocaleString("en");

/** One line of the table: the medians of the rounds, and the ratio to the floor's run of the same round. */
const line = ({ operation, clients, runs }: Case, floor: Case): string => {
  const cpu = median(runs.map(({ cpuUsPerOperation }) => cpuUsPerOperation));
  const rate = median(runs.map(({ operationsPerS }) => operationsPerS));
  const ratio = median(runs.map((run, index) => run.cpuUsPerOperation / (floor.runs[index]?.cpuUsPerOperation ?? 1)));
  return `| ${operation.name} | ${clients} | ${round(cpu)} | ${ratio.toFixed(1)} | ${round(rate)} |`;
};

const report = (cases: readonly Case[]): string => {
  const floorOf = (clients: number): Case => {
    const floor = cases.find((candidate) => candidate.operation === FLOOR && candidate.clients === clients);
    if (floor === undefined) throw new Error(`There is no floor for ${clients} clients.`);
    return floor;
  };
  return [
    "| operation | clients | CPU µs | × floor | per second |",
    "| --- | --: | --: | --: | --: |",
    ...cases.map((measured) => line(measured, floorOf(measured.clients))),
    "",
    `Medians of ${rounds} rounds of ${durationMs / 1000} s each, interleaved; Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}, one server process, clients on another core.`,
  ].join("\n");
};

const BEGIN = "<!-- bench:cosmos begin -->";
const END = "<!-- bench:cosmos end -->";

const writeIntoDocument = async (table: string): Promise<void> => {
  const text = await readFile(DOCUMENT, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the table.`);
  await writeFile(DOCUMENT, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
};

const directory = await mkdtemp(join(tmpdir(), "bench-cosmos-"));
const noOp = await startMeasured(NO_OP);
const endpoint = await startMeasured(ENDPOINT, ["--port", "0", "--data", directory]);
try {
  process.stderr.write("Preparing the items to read ...\n");
  await prepare(endpoint);
  const cases: Case[] = CLIENTS.flatMap((clients) => [
    { operation: FLOOR, clients, server: noOp, runs: [] },
    ...OPERATIONS.map((operation) => ({ operation, clients, server: endpoint, runs: [] })),
    ...(clients === 1 ? [{ operation: FILTER, clients, server: endpoint, runs: [] }] : []),
  ]);
  // The first round warms up and is forgotten.
  for (let number = 0; number <= rounds; number++) {
    process.stderr.write(number === 0 ? "Warming up ...\n" : `Round ${number} of ${rounds} ...\n`);
    for (const measured of cases) {
      const run = await measure(measured);
      if (number > 0) measured.runs.push(run);
    }
  }
  const table = report(cases);
  process.stdout.write(`${table}\n`);
  if (values.write) await writeIntoDocument(table);
} finally {
  await endpoint.stop();
  await noOp.stop();
  await rm(directory, { recursive: true });
}
