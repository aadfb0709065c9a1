import { RedriveUnderWay } from "../../../../../services/ingress/parking/stream-lease.ts";
import { ParkingUnavailable, type ParkedStore } from "../../../../../services/ingress/parking/store.ts";
import { SidecarUnavailable } from "../../../../../services/platform/sidecar.ts";
import { createMemoryParkedStore, noParkedItems, type ParkedItems } from "../../../../support/memory-parked-store.ts";
import { createActors, type Actors } from "./actors.ts";
import { createCalls, type Calls } from "./calls.ts";
import { createConsumer, type Consumer } from "./consumer.ts";
import { createInstance, type Instance } from "./instance.ts";
import type { LogEntry } from "./scenario.ts";

/** Changes a part, to see that the simulation finds out. */
export type Sabotage = (store: ParkedStore, items: ParkedItems) => ParkedStore;

/** One partition, the instances that may have it, and everything around them. */
export interface World {
  readonly items: ParkedItems;
  readonly calls: Calls;
  readonly actors: Actors;
  readonly consumer: Consumer;
  /** What does not hold; found when it happens. */
  readonly broken: string[];
  /** One of the instances that live. */
  instance(choice: number): Instance;
  /** An instance is killed, and another one takes its place. */
  kill(choice: number): void;
  redrive(instance: Instance, streamId: string): void;
  discard(instance: Instance, streamId: string, messageId: string): void;
  /** Redrives and discards under way. */
  operations(): number;
  pass(ms: number): void;
  /** Commands of the log that have no outcome and were not discarded. */
  lost(): string[];
}

const smallLimits = { mostStreams: 2, mostMessages: 6 };

const isOutage = (error: unknown): boolean =>
  error instanceof ParkingUnavailable || error instanceof SidecarUnavailable || error instanceof RedriveUnderWay;

export const createWorld = (log: readonly LogEntry[], sabotage: Sabotage): World => {
  const broken: string[] = [];
  const items = noParkedItems();
  let nowMs = Date.parse("2026-01-01T00:00:00.000Z");
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const calls = createCalls(() => nowMs);
  const isDiscarded = (commandId: string): boolean =>
    items.audit.some((entry) => entry.action === "discard" && entry.commandId === commandId);

  const actors = createActors((streamId, commandId) => {
    if (isDiscarded(commandId)) broken.push(`${commandId} was carried out after it was discarded`);
    const known = actors.outcomes.get(streamId) ?? [];
    const ofStream = log.filter((entry) => entry.streamId === streamId).map((entry) => entry.commandId);
    for (const earlier of ofStream.slice(0, ofStream.indexOf(commandId)))
      if (!known.includes(earlier) && !isDiscarded(earlier))
        broken.push(`${commandId} was carried out before ${earlier} of ${streamId}`);
  });

  const newInstance = (): Instance =>
    createInstance(newId(), {
      calls,
      actors,
      store: sabotage(createMemoryParkedStore(items), items),
      nowMs: () => nowMs,
      passUntil: (ms) => {
        nowMs = Math.max(nowMs, ms);
      },
      newId,
      limits: smallLimits,
    });
  const instances = [newInstance(), newInstance()];
  const instance = (choice: number): Instance => {
    const one = instances[choice % instances.length];
    if (one === undefined) throw new Error("there is no instance");
    return one;
  };
  const onBug = (error: unknown): void => {
    broken.push(`a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const consumer = createConsumer(
    log.map(({ record }) => record),
    instance(0),
    onBug,
  );

  const operations = new Map<symbol, Instance>();
  const operate = (by: Instance, work: () => Promise<unknown>): void => {
    const operation = Symbol("operation");
    operations.set(operation, by);
    const run = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (!isOutage(error)) onBug(error);
      } finally {
        operations.delete(operation);
      }
    };
    void run();
  };

  return {
    items,
    calls,
    actors,
    consumer,
    broken,
    instance,
    kill: (choice) => {
      const dead = instance(choice);
      calls.kill(dead.name);
      for (const [operation, by] of operations) if (by === dead) operations.delete(operation);
      instances.splice(instances.indexOf(dead), 1, newInstance());
      if (consumer.owner() === dead) consumer.assign(instance(choice >> 4));
    },
    redrive: (by, streamId) => operate(by, async () => by.redriver.redrive(streamId, "op")),
    discard: (by, streamId, messageId) =>
      operate(by, async () => by.redriver.discard(streamId, messageId, "no use", "op")),
    operations: () => operations.size,
    pass: (ms) => {
      nowMs += ms;
    },
    lost: () =>
      log
        .filter(({ streamId, commandId }) => !(actors.outcomes.get(streamId) ?? []).includes(commandId))
        .map(({ commandId }) => commandId)
        .filter((commandId) => !isDiscarded(commandId)),
  };
};
