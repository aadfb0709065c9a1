import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import { hostPortList } from "../../../services/platform/config.ts";
import { failureReason } from "../../setup/failure-reason.ts";
import { consume, listTopics, produce } from "./client.ts";
import { type RawRecord, recordLine } from "./record-line.ts";

const DEFAULT_PORT_BASE = 8080;
const KAFKA_OFFSET = 2;

/** The brokers of the environment, or those of the stack that `npm start` runs. */
const defaultBrokers = (env: NodeJS.ProcessEnv): string => {
  const given = env["KAFKA_BROKERS"];
  if (given !== undefined && given !== "") return given;
  return `127.0.0.1:${Number(env["ORDERS_PORT_BASE"] || DEFAULT_PORT_BASE) + KAFKA_OFFSET}`;
};

const positive = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
};

const addHeader = (text: string, headers: Record<string, string>): Record<string, string> => {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must look like name=value.");
  return { ...headers, [text.slice(0, equals)]: text.slice(equals + 1) };
};

const brokerList = (text: string): string[] => {
  const parsed = hostPortList.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("It must be host:port, several separated by commas.");
  return parsed.data;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const printRecord = (record: RawRecord): void => print(recordLine(record));

const program = new Command("kafka")
  .description("Writes to and reads from the topics of the order processor.")
  .option("--brokers <list>", "host:port, ... (KAFKA_BROKERS, or the local stack)", brokerList)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

const brokers = (): string[] =>
  program.opts<{ brokers?: string[] }>().brokers ?? brokerList(defaultBrokers(process.env));

program
  .command("produce")
  .description("appends one record: a file's content, or standard input without the line feed at its end")
  .requiredOption("--topic <name>")
  .option("--key <key>")
  .option("--file <path>")
  .option("--header <name=value>", "may be given several times", addHeader, {})
  .action(async (options: { topic: string; key?: string; file?: string; header: Record<string, string> }) => {
    const value = options.file === undefined ? await standardInput() : readFileSync(options.file);
    const { topic, key, header: headers } = options;
    print(JSON.stringify(await produce(brokers(), { topic, key, value, headers })));
  });

program
  .command("consume")
  .description("prints records as lines of JSON, until there were enough, the time is over, or Ctrl-C")
  .requiredOption("--topic <name>")
  .option("--from-beginning", "start with the oldest record rather than with the next one", false)
  .option("--max <records>", "end after so many", positive)
  .option("--timeout-ms <ms>", "end after so long; with --max, fewer records are then a failure", positive)
  .action(async (options: { topic: string; fromBeginning: boolean; max?: number; timeoutMs?: number }) => {
    const { topic, fromBeginning, max, timeoutMs } = options;
    const interrupt = new AbortController();
    process.once("SIGINT", () => interrupt.abort());
    const timeout = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
    const signal = AbortSignal.any([interrupt.signal, ...timeout]);
    const count = await consume(brokers(), { topic, fromBeginning, max, onRecord: printRecord, signal });
    if (max !== undefined && count < max && !interrupt.signal.aborted) {
      throw new Error(`${count} of ${max} records came within ${timeoutMs} ms`);
    }
  });

program
  .command("topics")
  .description("lists the topics with their partitions and how many records are in them")
  .action(async () => {
    for (const line of await listTopics(brokers())) print(JSON.stringify(line));
  });

const standardInput = async (): Promise<Buffer> => {
  const bytes = await buffer(process.stdin);
  return bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
};

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on("error", () => process.exit(0));

try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  process.stderr.write(`kafka: ${failureReason(error)}\n`);
  process.exit(1);
}
