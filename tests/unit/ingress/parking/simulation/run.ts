import * as fc from "fast-check";
import type { KafkaRecord } from "../../../../../services/ingress/kafka-record.ts";
import type { ParkedStore } from "../../../../../services/ingress/parking/store.ts";
import { RedriveUnderWay } from "../../../../../services/ingress/parking/stream-lease.ts";
import { ParkingUnavailable } from "../../../../../services/ingress/parking/store.ts";
import { SidecarUnavailable } from "../../../../../services/platform/sidecar.ts";
import { createMemoryParkedStore, noParkedItems, type ParkedItems } from "../../../../support/memory-parked-store.ts";
import { createActors } from "./actors.ts";
import { createCalls } from "./calls.ts";
import { createConsumer } from "./consumer.ts";
import { createInstance, type Instance } from "./instance.ts";

/** A run: what is in the partition, and a number for each choice of what happens next. */
export interface Scenario {
  /** Per record: which stream, whether it is refused, and how many offsets before it are empty. */
  readonly log: readonly { readonly stream: number; readonly refused: boolean; readonly gap: number }[];
  readonly choices: readonly number[];
}

export const scenarios = (mostChoices: number): fc.Arbitrary<Scenario> =>
  fc.record({
    log: fc.array(
      fc.record({
        stream: fc.nat({ max: 2 }),
        refused: fc.constantFrom(false, false, false, true),
        gap: fc.constantFrom(0, 0, 0, 1),
      }),
      { minLength: 3, maxLength: 14 },
    ),
    choices: fc.array(fc.nat({ max: 2 ** 30 }), { maxLength: mostChoices, size: "max" }),
  });

export interface Outcome {
  /** What did not hold. */
  readonly broken: readonly string[];
  readonly steps: readonly string[];
  /** How often the run came to what it is there for. */
  readonly seen: { parked: number; discarded: number; redriven: number };
}

/** Changes a part, to see that the simulation finds out. */
export type Sabotage = (store: ParkedStore, items: ParkedItems) => ParkedStore;

const mostHealingSteps = 5_000;
const smallLimits = { mostStreams: 2, mostMessages: 6 };
const streamIds = ["order-a", "order-b", "order-c"];

const logOf = (entries: Scenario["log"]): KafkaRecord[] => {
  let offset = -1;
  return entries.map(({ stream, refused, gap }) => {
    offset += 1 + gap;
    const subject = streamIds[stream] ?? "";
    const event = {
      specversion: "1.0",
      id: `c${offset}${refused ? "-refused" : ""}`,
      source: "/test",
      type: "orders.command.RecordDelivery",
      subject,
      data: { shipmentId: `s-${offset}` },
    };
    return {
      topic: "t",
      partition: 0,
      offset: String(offset),
      key: Buffer.from(subject),
      value: Buffer.from(JSON.stringify(event)),
    };
  });
};

/** Lets everything that was answered run until it waits again. */
const turnOfTheEventLoop = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const isOutage = (error: unknown): boolean =>
  error instanceof ParkingUnavailable || error instanceof SidecarUnavailable || error instanceof RedriveUnderWay;

/** Lets the choices happen, then heals everything, redrives what is parked, and says what did not hold. */
export const runScenario = async (scenario: Scenario, sabotage: Sabotage = (store) => store): Promise<Outcome> => {
  const steps: string[] = [];
  const broken: string[] = [];
  const log = logOf(scenario.log);
  const items = noParkedItems();
  const calls = createCalls();
  let nowMs = Date.parse("2026-01-01T00:00:00.000Z");
  let ids = 0;

  const idOf = (record: KafkaRecord): string =>
    String((JSON.parse(Buffer.from(record.value).toString()) as { id: string }).id);
  const ofStream = (streamId: string): string[] => log.filter(({ key }) => key?.toString() === streamId).map(idOf);
  const isDiscarded = (commandId: string): boolean =>
    items.audit.some((entry) => entry.action === "discard" && entry.commandId === commandId);

  const actors = createActors((streamId, commandId) => {
    if (isDiscarded(commandId)) broken.push(`${commandId} was carried out after it was discarded`);
    const settled = actors.outcomes.get(streamId) ?? [];
    for (const earlier of ofStream(streamId).slice(0, ofStream(streamId).indexOf(commandId)))
      if (!settled.includes(earlier) && !isDiscarded(earlier))
        broken.push(`${commandId} was carried out before ${earlier} of ${streamId}`);
  });

  const newInstance = (): Instance => {
    ids += 1;
    return createInstance(`i${ids}`, {
      calls,
      actors,
      store: sabotage(createMemoryParkedStore(items), items),
      nowMs: () => nowMs,
      newId: () => `id${(ids += 1)}`,
      limits: smallLimits,
    });
  };
  const instances = [newInstance(), newInstance()];
  const onBug = (error: unknown): void => {
    broken.push(`a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const anyInstance = (choice: number): Instance => {
    const instance = instances[choice % instances.length];
    if (instance === undefined) throw new Error("there is no instance");
    return instance;
  };
  const consumer = createConsumer(log, anyInstance(0), onBug);

  /** The redrives and discards under way, by the instance that carries each out. */
  const operations = new Map<Promise<unknown>, Instance>();
  const operate = (instance: Instance, work: Promise<unknown>): void => {
    operations.set(work, instance);
    work
      .catch((error: unknown) => {
        if (!isOutage(error)) onBug(error);
      })
      .finally(() => operations.delete(work));
  };
  const redrive = (instance: Instance, streamId: string): void =>
    operate(instance, instance.redriver.redrive(streamId, "op"));

  const endCall = (choice: number, faults: boolean): void => {
    const call = calls.pending[choice % calls.pending.length];
    if (call === undefined) return;
    const how = faults ? (choice >> 8) % 12 : 0;
    steps.push(`${call.label}: ${how === 10 ? "fails" : how === 11 ? "answer lost" : "succeeds"}`);
    if (how === 10) call.fail();
    else if (how === 11) void call.loseAnswer();
    else void call.succeed();
  };

  const crash = (choice: number): void => {
    const dead = anyInstance(choice);
    steps.push(`${dead.name} is killed`);
    calls.kill(dead.name);
    for (const [work, instance] of operations) if (instance === dead) operations.delete(work);
    instances.splice(instances.indexOf(dead), 1, newInstance());
    if (consumer.owner() === dead) consumer.assign(anyInstance(choice >> 4));
  };

  const act = (choice: number): void => {
    const which = choice % 100;
    const rest = Math.floor(choice / 100);
    const streamId = streamIds[rest % streamIds.length] ?? "";
    if (which < 62) endCall(rest, true);
    else if (which < 76) {
      if (!consumer.isIdle()) return;
      steps.push("delivered");
      consumer.deliver();
    } else if (which < 80) consumer.commit();
    else if (which < 83) {
      steps.push("rebalanced");
      consumer.assign(anyInstance(rest));
    } else if (which < 85) crash(rest);
    else if (which < 89) {
      if (!actors.broken.delete(streamId)) actors.broken.add(streamId);
      steps.push(`${streamId} is ${actors.broken.has(streamId) ? "broken" : "mended"}`);
    } else if (which < 90) actors.outage = !actors.outage;
    else if (which < 95) {
      if (operations.size >= 3) return;
      steps.push(`redrive of ${streamId}`);
      redrive(anyInstance(rest), streamId);
    } else if (which < 97) {
      const message = [...items.messages.values()][rest % Math.max(1, items.messages.size)];
      // An attempt that is under way ends, in reality, before anyone could look and decide.
      if (message === undefined || calls.pending.some(({ about }) => about === message.commandId)) return;
      steps.push(`discard of ${message.commandId}`);
      const instance = anyInstance(rest);
      operate(instance, instance.redriver.discard(message.streamId, message.messageId, "no use", "op"));
    } else {
      // A command has a deadline that is shorter than any lease.
      const long = !calls.pending.some(({ kind }) => kind === "command");
      nowMs += long ? 50_000 : 1_000;
    }
  };

  for (const choice of scenario.choices) {
    act(choice);
    await turnOfTheEventLoop();
    if (broken.length > 0) break;
  }

  steps.push("healed");
  actors.broken.clear();
  actors.outage = false;
  const isQuiet = (): boolean =>
    consumer.isAtEnd() && items.streams.size === 0 && operations.size === 0 && calls.pending.length === 0;
  for (let step = 0; broken.length === 0 && !isQuiet(); step += 1) {
    if (step >= mostHealingSteps) {
      broken.push("it never came to rest");
      break;
    }
    const [parked] = items.streams.values();
    if (calls.pending.length > 0) endCall(0, false);
    else if (step % 2 === 0 && consumer.isIdle()) consumer.deliver();
    else if (operations.size === 0 && parked !== undefined) {
      nowMs += 50_000;
      redrive(anyInstance(0), parked.stream.streamId);
    } else nowMs += 1_000;
    await turnOfTheEventLoop();
  }

  for (const streamId of streamIds)
    for (const commandId of ofStream(streamId))
      if (broken.length === 0 && !(actors.outcomes.get(streamId) ?? []).includes(commandId) && !isDiscarded(commandId))
        broken.push(`${commandId} of ${streamId} was lost`);
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
