import { Command, CommanderError, InvalidArgumentError } from "commander";
import { hostPortList, port, readConfig, ConfigurationError } from "../../services/platform/config.ts";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { openWriter } from "../support/kafka.ts";
import { checkWhenCaughtUp } from "./catch-up.ts";
import { watchTopics } from "./observe.ts";
import { makePlan } from "./make-plan.ts";
import { createProgress } from "./progress.ts";
import { formatReport, type Report } from "./report.ts";
import { sendMarkers, sendPlan, type Sent } from "./send.ts";

interface Options {
  readonly orders: number;
  readonly seed: number;
  readonly timeout: number;
  readonly json: boolean;
}

const exitCodes = { allHolds: 0, failed: 1, wrongUsage: 2 } as const;

const wholeNumber = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new InvalidArgumentError(`It must be a whole number from ${least} through ${most}.`);
  }
  return number;
};

const readOptions = (): Options =>
  new Command("npm run demo --")
    .description("Sends mixed orders to a running stack and checks everything that must then be true.")
    .option("--orders <number>", "how many orders to send", wholeNumber(1, 10_000), 200)
    .option("--seed <number>", "the same seed gives the same orders", wholeNumber(0, 2 ** 32 - 1), 1)
    .option("--timeout <seconds>", "how long to wait until everything has caught up", wholeNumber(1, 3_600), 120)
    .option("--json", "print the report as JSON", false)
    .addHelpText("after", "\nExit codes: 0 every check holds, 1 one does not or the stack is not up, 2 wrong usage.")
    .exitOverride()
    .parse()
    .opts<Options>();

const settings = { ORDERS_PORT_BASE: port.max(65_000).default(8080), KAFKA_BROKERS: hostPortList.optional() };

/** Where the stack is: the gateway at the base port and Kafka two above, unless the environment names other brokers. */
const locate = (): { gatewayUrl: string; brokers: readonly string[] } => {
  const { ORDERS_PORT_BASE: base, KAFKA_BROKERS: brokers } = readConfig(settings, process.env);
  return { gatewayUrl: `http://127.0.0.1:${base}`, brokers: brokers ?? [`127.0.0.1:${base + 2}`] };
};

const requestsIn = ({ steps, receipts }: Sent, via: "http" | "kafka"): number =>
  steps.filter((step) => step.via === via).length + (via === "http" ? receipts.length * 2 : 0);

const runDemo = async (options: Options, gateway: GatewayApi, brokers: readonly string[]): Promise<Report> => {
  const run = `demo-${Date.now().toString(36)}`;
  const plan = makePlan({ run, seed: options.seed, orders: options.orders });
  const progress = createProgress(process.stderr, !options.json);
  const topics = await watchTopics(brokers, run).catch((error: unknown) => {
    throw new Error(`Kafka does not answer at ${brokers.join()}, or lacks a topic`, { cause: error });
  });
  const writer = openWriter(brokers);
  try {
    const startedAt = Date.now();
    let ended = 0;
    progress.begin("sending orders", plan.orders.length);
    const onOrder = (): void => progress.advanceTo((ended += 1));
    const sentOrders = await sendPlan(plan, { gateway, writer, onOrder });
    const sent = { ...sentOrders, steps: [...sentOrders.steps, ...(await sendMarkers(run, writer))] };
    const sentAt = Date.now();
    progress.begin("catching up", plan.orders.length);
    const onSettled = (orders: number): void => progress.advanceTo(orders);
    const endsAt = sentAt + options.timeout * 1_000;
    const checks = await checkWhenCaughtUp(plan, sent, { gateway, topics, endsAt, onSettled });
    return {
      run,
      seed: options.seed,
      orders: options.orders,
      ok: checks.every(({ ok }) => ok),
      sentByHttp: requestsIn(sent, "http"),
      sentByKafka: requestsIn(sent, "kafka"),
      retried: sent.steps.reduce((sum, step) => sum + (step.via === "http" ? step.attempts - 1 : 0), 0),
      durationsMs: { sending: sentAt - startedAt, checking: Date.now() - sentAt },
      checks,
    };
  } finally {
    progress.end();
    await writer.close();
    await topics.close();
  }
};

const main = async (): Promise<number> => {
  const options = readOptions();
  const { gatewayUrl, brokers } = locate();
  const gateway = openGateway(gatewayUrl);
  try {
    if (!(await gateway.isReady())) {
      process.stderr.write(
        `No order processor is ready at ${gatewayUrl}. Start one with \`npm start\`, ` +
          "or set ORDERS_PORT_BASE to the base port of the one that runs.\n",
      );
      return exitCodes.failed;
    }
    const report = await runDemo(options, gateway, brokers);
    process.stdout.write(
      options.json ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report, process.stdout),
    );
    return report.ok ? exitCodes.allHolds : exitCodes.failed;
  } finally {
    await gateway.close();
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; asking for help is no mistake.
    process.exitCode = error.exitCode === 0 ? exitCodes.allHolds : exitCodes.wrongUsage;
  } else if (error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.wrongUsage;
  } else {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  }
}
