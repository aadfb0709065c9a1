import { userInfo } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { createParkedClient, type ParkedClient } from "./client.ts";
import { auditLine, messageLine, reportLines, streamLine } from "./lines.ts";

const defaultPortBase = 8080;
const ingressOffset = 35;

/** The ingress of the environment, or that of the stack that `npm start` runs. */
const defaultUrl = (env: NodeJS.ProcessEnv): string =>
  env["INGRESS_URL"] || `http://127.0.0.1:${Number(env["ORDERS_PORT_BASE"] || defaultPortBase) + ingressOffset}`;

const url = (text: string): string => {
  if (!URL.canParse(text)) throw new InvalidArgumentError("It must be a URL.");
  return text;
};

const limit = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 500)
    throw new InvalidArgumentError("It must be a whole number from 1 to 500.");
  return number;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command("parked")
  .description("Looks at, redrives and discards messages that wait because a command faulted.")
  .option("--url <url>", "the ingress's own HTTP port (INGRESS_URL, or the local stack)", url)
  .option("--json", "print the answers of the ingress as they are", false)
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

const client = (): ParkedClient =>
  createParkedClient(program.opts<{ url?: string }>().url ?? url(defaultUrl(process.env)));

const show = <Answer>(answer: Answer, lines: (answer: Answer) => readonly string[]): void => {
  if (program.opts<{ json: boolean }>().json) print(JSON.stringify(answer));
  else lines(answer).forEach(print);
};

const more = (nextAfter: string | null): string[] =>
  nextAfter === null ? [] : [`There may be more: --after ${JSON.stringify(nextAfter)}`];

interface Paging {
  readonly limit: number;
  readonly after?: string;
}

const paged = (command: Command): Command =>
  command
    .option("--limit <n>", "at most so many", limit, 100)
    .option("--after <key>", "go on behind this one, which the page before has named");

const by = ["--by <name>", "who asks, for the record", userInfo().username] as const;

paged(program.command("list").description("lists the streams of which messages wait")).action(async (page: Paging) => {
  show(await client().list(page), ({ streams, nextAfter }) => [
    ...(streams.length === 0 ? ["Nothing is parked."] : streams.map(streamLine)),
    ...more(nextAfter),
  ]);
});

paged(program.command("show <stream-id>").description("shows a stream's messages in order, with their content")).action(
  async (streamId: string, page: Paging) => {
    show(await client().show(streamId, page), ({ streams, messages, nextAfter }) => [
      ...streams.map(streamLine),
      ...messages.flatMap((message) => [messageLine(message), `  ${message.value}`]),
      ...more(nextAfter),
    ]);
  },
);

program
  .command("redrive <stream-id>")
  .description("carries a stream's messages out in order, as far as the first that faults again; exits 1 if one does")
  .option(...by)
  .action(async (streamId: string, options: { by: string }) => {
    const report = await client().redrive(streamId, options.by);
    show(report, reportLines);
    if (report.stoppedBy !== null) process.exit(1);
  });

program
  .command("discard <stream-id> <message-id>")
  .description("removes one message, which becomes a dead letter; those behind it wait until they are redriven")
  .requiredOption("--reason <text>", "why")
  .option(...by)
  .action(async (streamId: string, messageId: string, options: { reason: string; by: string }) => {
    show(await client().discard(streamId, { messageId, ...options }), (message) => [messageLine(message)]);
  });

paged(
  program
    .command("audit")
    .description("lists who redrove and discarded what, and what came of it, newest first")
    .option("--stream <stream-id>", "of this stream only"),
).action(async ({ stream, ...page }: Paging & { stream?: string }) => {
  const answer = await client().audit({ ...page, ...(stream === undefined ? {} : { streamId: stream }) });
  show(answer, ({ entries, nextAfter }) => [
    ...(entries.length === 0 ? ["Nothing was redriven or discarded."] : entries.map(auditLine)),
    ...more(nextAfter),
  ]);
});

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on("error", () => process.exit(0));

try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  process.stderr.write(`parked: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
