import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import { createRedrive } from "../../../../services/process-manager/watchdog/redrive.ts";
import { defaultLimits } from "../../../../services/process-manager/watchdog/limits.ts";
import {
  createWatchdog,
  type Attention,
  type Watchdog,
} from "../../../../services/process-manager/watchdog/watchdog.ts";
import type { StreamProcess } from "../../../../services/process-manager/process-streams.ts";
import { silentLogger } from "../../change-feed/in-memory.ts";
import { entriesOf, handlerParts, type Around, type MemoryWorld } from "../memory-process.ts";
import { commandOfMessage } from "../memory-provider.ts";
import { createMemoryWaiting, type MemoryStuck } from "../memory-watch.ts";
import { tellWhoHasWhat } from "./warehouse.ts";

export const openWatchdog = (
  world: MemoryWorld,
  stuck: MemoryStuck,
  around: Around = {},
  onAttention: (attention: Attention) => void = () => undefined,
): Watchdog =>
  createWatchdog({
    ...createRedrive(handlerParts(world, around)),
    waiting: createMemoryWaiting(world.actors),
    stuck,
    readOrder: async (orderId) => {
      await around.actor?.(orderId, undefined);
      const state = world.actors.orders().get(orderId) ?? orderAggregate.initial;
      const version = world.actors.feed.filter(({ streamId }) => streamId === orderId).length;
      return { state, version };
    },
    lastFailureOf: () => null,
    limits: defaultLimits,
    shortestPauseMs: 30_000,
    now: () => world.clock.nowMs,
    logger: silentLogger,
    onAttention,
  });

/** Hands one of the provider's waiting messages to its order; false if there was none. */
export const tellOne = ({ actors, provider }: MemoryWorld, index: number, copies = 1): boolean => {
  const message = provider.take(index);
  if (message === undefined) return false;
  for (let copy = 1; copy <= copies; copy += 1) {
    actors.send("outside", "Order", message.orderId, {
      commandId: `${message.id}/${copy}`,
      ...commandOfMessage(message),
    });
  }
  return true;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Long enough for every step of the process manager itself, and every pause of the watchdog between attempts. */
export const shortRest: readonly number[] = Array.from({ length: 6 }, () => 20 * minuteMs);
/** Long enough for all that nobody knows of to expire, and not for an order that waits to be given up. */
export const dayRest: readonly number[] = [...shortRest, dayMs, ...shortRest];
/** Long enough for every limit, be it that of a backorder. */
export const longRest: readonly number[] = [...shortRest, 20 * dayMs, 20 * dayMs, ...shortRest];

/** Lets everything come to rest: the feed, the provider, carriers, reminders, and the watchdog, while time passes. */
export const comeToRest = async (
  world: MemoryWorld & { checkpoint: number },
  process: StreamProcess,
  watchdog: Watchdog,
  pausesMs: readonly number[],
): Promise<void> => {
  const { signal } = new AbortController();
  for (const pauseMs of pausesMs) {
    for (let before = -1; before !== world.actors.feed.length; ) {
      before = world.actors.feed.length;
      const entries = entriesOf(world.actors.feed.slice(world.checkpoint));
      world.checkpoint += entries.length;
      if (entries.length > 0) await process.handle({ range: "r", entries }, signal);
      await process.retryParked(signal);
      while (tellOne(world, 0));
      tellWhoHasWhat(world);
      world.actors.wake();
    }
    await watchdog.sweep(signal);
    world.clock.nowMs += pauseMs;
  }
};
