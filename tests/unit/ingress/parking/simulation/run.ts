import { logOf, streamIds, type Scenario } from "./scenario.ts";
import { createWorld, type Sabotage, type World } from "./world.ts";

export interface Outcome {
  /** What did not hold. */
  readonly broken: readonly string[];
  readonly steps: readonly string[];
  /** How often the run came to what it is there for. */
  readonly seen: { readonly parked: number; readonly discarded: number; readonly redriven: number };
}

const mostHealingSteps = 5_000;
const mostOperations = 3;

/** Lets everything that was answered run until it waits again. */
const turnOfTheEventLoop = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Ends one of the calls: mostly well, sometimes without an effect, sometimes without an answer. */
const endCall = ({ calls }: World, choice: number, steps: string[]): void => {
  const call = calls.pending[choice % calls.pending.length];
  if (call === undefined) return;
  const how = (choice >> 8) % 12;
  steps.push(`${call.label}: ${how === 10 ? "fails" : how === 11 ? "answer lost" : "succeeds"}`);
  if (how === 10) call.fail();
  else if (how === 11) void call.loseAnswer();
  else void call.succeed();
};

const toggle = ({ actors }: World, streamId: string): void => {
  if (!actors.broken.delete(streamId)) actors.broken.add(streamId);
};

const discardAny = (world: World, choice: number): void => {
  const { items, calls } = world;
  const message = [...items.messages.values()][choice % Math.max(1, items.messages.size)];
  // An attempt that is under way ends, in reality, before anyone could look and decide.
  if (message === undefined || calls.pending.some(({ about }) => about === message.commandId)) return;
  world.discard(world.instance(choice), message.streamId, message.messageId);
};

interface Action {
  readonly weight: number;
  /** Empty: the action tells its step itself. */
  readonly label: (choice: number) => string;
  readonly run: (world: World, choice: number, steps: string[]) => void;
}

const streamOf = (choice: number): string => streamIds[choice % streamIds.length] ?? "";
const named =
  (label: string): Action["label"] =>
  () =>
    label;

const actions: readonly Action[] = [
  { weight: 62, label: named(""), run: endCall },
  {
    weight: 14,
    label: named("deliver, unless a record is in hand"),
    run: ({ consumer }) => {
      if (consumer.isIdle()) consumer.deliver();
    },
  },
  { weight: 4, label: named("commit"), run: ({ consumer }) => consumer.commit() },
  {
    weight: 3,
    label: named("rebalance"),
    run: (world, choice) => world.consumer.assign(world.instance(choice)),
  },
  { weight: 2, label: named("kill an instance"), run: (world, choice) => world.kill(choice) },
  {
    weight: 4,
    label: (choice) => `break or mend ${streamOf(choice)}`,
    run: (world, choice) => toggle(world, streamOf(choice)),
  },
  {
    weight: 1,
    label: named("begin or end an outage"),
    run: ({ actors }) => {
      actors.outage = !actors.outage;
    },
  },
  {
    weight: 5,
    label: (choice) => `redrive ${streamOf(choice)}`,
    run: (world, choice) => {
      if (world.operations() < mostOperations) world.redrive(world.instance(choice), streamOf(choice));
    },
  },
  { weight: 2, label: named("discard a message"), run: discardAny },
  { weight: 3, label: named("time passes"), run: (world, choice) => world.pass(choice % 2 === 0 ? 50_000 : 1_000) },
];
const totalWeight = actions.reduce((sum, { weight }) => sum + weight, 0);

const act = (world: World, choice: number, steps: string[]): void => {
  const rest = Math.floor(choice / totalWeight);
  let left = choice % totalWeight;
  for (const { weight, label, run } of actions) {
    if (left < weight) {
      const text = label(rest);
      if (text !== "") steps.push(text);
      run(world, rest, steps);
      return;
    }
    left -= weight;
  }
};

const isQuiet = (world: World): boolean =>
  world.consumer.isAtEnd() &&
  world.items.streams.size === 0 &&
  world.operations() === 0 &&
  world.calls.pending.length === 0;

/** Takes one step towards the end, with nothing failing any more. */
const stepOn = (world: World, step: number, steps: string[]): void => {
  const { calls, consumer, items } = world;
  const [parked] = items.streams.values();
  if (calls.pending.length > 0) endCall(world, 0, steps);
  else if (step % 2 === 0 && consumer.isIdle()) consumer.deliver();
  else if (world.operations() === 0 && parked !== undefined) {
    world.pass(50_000);
    world.redrive(world.instance(0), parked.stream.streamId);
  } else world.pass(1_000);
};

/** Lets the choices happen, then heals everything, redrives what is parked, and says what did not hold. */
export const runScenario = async (scenario: Scenario, sabotage: Sabotage = (store) => store): Promise<Outcome> => {
  const steps: string[] = [];
  const world = createWorld(logOf(scenario.log), sabotage);
  const { broken, items, actors } = world;
  for (const choice of scenario.choices) {
    act(world, choice, steps);
    world.calls.expire();
    await turnOfTheEventLoop();
    if (broken.length > 0) break;
  }
  steps.push("healed");
  actors.broken.clear();
  actors.outage = false;
  for (let step = 0; broken.length === 0 && !isQuiet(world); step += 1) {
    if (step >= mostHealingSteps) broken.push("it never came to rest");
    stepOn(world, step, steps);
    await turnOfTheEventLoop();
  }
  if (broken.length === 0) broken.push(...world.lost().map((commandId) => `${commandId} was lost`));
  return {
    broken,
    steps,
    seen: {
      parked: steps.filter((step) => / park .*: (succeeds|answer lost)$/.test(step)).length,
      discarded: items.audit.filter(({ action }) => action === "discard").length,
      redriven: items.audit.filter(({ result }) => result === "accepted" || result === "replayed").length,
    },
  };
};
