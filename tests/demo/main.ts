import { resolve } from "node:path";
import { Argument, Command, CommanderError, InvalidArgumentError } from "commander";
import { readLauncherConfig } from "../../deploy/local/launcher/config.ts";
import { storeAddresses } from "../../deploy/local/launcher/plan/inputs.ts";
import { stackPorts } from "../../deploy/local/launcher/ports.ts";
import { ConfigurationError } from "../../services/platform/config.ts";
import { checkWhenCaughtUp } from "../scenarios/catch-up.ts";
import { watchTopics } from "../scenarios/observe.ts";
import { stories } from "../scenarios/stories.ts";
import { tellStories } from "../scenarios/tell.ts";
import { openWorld, whereaboutsOf, type Whereabouts, type World } from "../scenarios/world.ts";
import { createProgress, type Progress } from "./progress.ts";
import { formatReport, reportOf, type Report } from "./report.ts";

interface Options {
  readonly rounds: number;
  readonly timeout: number;
  readonly json: boolean;
}

const exitCodes = { allHolds: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const;
const storiesAtATime = 16;
/** The provider takes a hundred rules. */
const mostRounds = 8;

const wholeNumber = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new InvalidArgumentError(`It must be a whole number from ${least} through ${most}.`);
  }
  return number;
};

const names = stories.map(({ name }) => name);

const readCommandLine = (): { options: Options; wanted: readonly string[] } => {
  const program = new Command("npm run demo --")
    .description("Plays stories of orders on a running stack and checks that money and stock add up.")
    .addArgument(new Argument("[story...]", "the stories to play; all without").choices(names))
    .option("--rounds <number>", "how often each story is played", wholeNumber(1, mostRounds), 1)
    .option("--timeout <seconds>", "how long to wait until everything has caught up", wholeNumber(1, 3_600), 120)
    .option("--json", "print the report as JSON", false)
    .addHelpText(
      "after",
      `\nStories:\n${stories.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join("\n")}\n` +
        "\nExit codes: 0 every story went as it must and everything adds up, 1 not so or the stack is not up, 2 wrong usage.",
    )
    .exitOverride()
    .parse();
  return { options: program.opts<Options>(), wanted: program.args };
};

/** Where the stack is that `npm start` runs with this environment. */
const locate = (): Whereabouts => {
  const config = readLauncherConfig(process.env, resolve(import.meta.dirname, "../.."));
  const { cosmos: endpoint, brokers } = storeAddresses({ config, ports: stackPorts(config.portBase) });
  return whereaboutsOf({ portBase: config.portBase, brokers, cosmos: { ...config.cosmos, endpoint } });
};

/** Whoever ends a run before its end gets the terminal and the provider back as they were. */
const onInterruption = async ({ provider }: World, progress: Progress): Promise<void> => {
  const before = await provider.readBehaviour();
  const leave = async (): Promise<void> => {
    progress.end();
    try {
      await provider.setBehaviour(before);
    } finally {
      process.exit(exitCodes.interrupted);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void leave());
};

const play = async (world: World, options: Options, wanted: readonly string[]): Promise<Report> => {
  const run = `demo-${Date.now().toString(36)}`;
  const since = new Date().toISOString();
  const startedAt = Date.now();
  const { brokers } = world.whereabouts;
  const topics = await watchTopics(brokers, run).catch((error: unknown) => {
    throw new Error(`Kafka does not answer at ${brokers.join()}, or lacks a topic`, { cause: error });
  });
  const progress = createProgress(process.stderr, !options.json);
  try {
    await onInterruption(world, progress);
    const chosen = stories.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    let ended = 0;
    progress.begin("playing stories", chosen.length * options.rounds);
    const told = await tellStories(world, {
      run,
      stories: chosen,
      rounds: options.rounds,
      atATime: storiesAtATime,
      onTold: (one) => {
        progress.note(`${one.failure === undefined ? "✓" : "✗"} ${one.story.title}`);
        progress.advanceTo((ended += 1));
      },
    });
    const playedAt = Date.now();
    progress.begin("adding up", 1);
    const { books, findings } = await checkWhenCaughtUp(world, {
      run,
      since,
      told,
      topics,
      endsAt: playedAt + options.timeout * 1_000,
      onLook: (holding, of) => progress.begin("adding up", of, holding),
    });
    const durationsMs = { playing: playedAt - startedAt, checking: Date.now() - playedAt };
    return reportOf({ run, told, books, findings, durationsMs });
  } finally {
    progress.end();
    await topics.close();
  }
};

/** What is missing for a demo, in a sentence; undefined if nothing is. */
const missing = async (world: World): Promise<string | undefined> => {
  const { gateway, provider } = world.whereabouts;
  if (!(await world.gateway.isReady()))
    return (
      `No order processor is ready at ${gateway}. Start one with \`npm start\`, ` +
      "or set ORDERS_PORT_BASE to the base port of the one that runs."
    );
  return (await world.provider.isThere())
    ? undefined
    : `No simulated provider answers at ${provider}. The demo needs the stack that \`npm start\` runs.`;
};

const main = async (): Promise<number> => {
  const { options, wanted } = readCommandLine();
  const world = openWorld(locate());
  try {
    const reason = await missing(world);
    if (reason !== undefined) {
      process.stderr.write(`${reason}\n`);
      return exitCodes.failed;
    }
    const report = await play(world, options, wanted);
    process.stdout.write(
      options.json ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report, process.stdout),
    );
    return report.ok ? exitCodes.allHolds : exitCodes.failed;
  } finally {
    await world.close();
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
