import { beforeEach, describe, expect, test } from "@jest/globals";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  entriesOf,
  openProcessWith,
  settle,
  type Around,
  type MemoryWorld,
} from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const dayMs = 86_400_000;
const run = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));

const isStock = ({ streamType }: { readonly streamType: string }): boolean => streamType === "StockItem";

/** Two cups are held at shards, more have come, and the order waits for six. */
const wait = async (): Promise<void> => {
  clients.receive("cup", 2);
  clients.shard("cup", 2);
  await run();
  clients.place("o1", { cup: 6 });
  await run();
  clients.order("o1", "ConfirmShortage", { choice: "wait" });
  clients.receive("cup", 3);
  const entries = entriesOf(world.actors.feed.filter(isStock));
  await openProcessWith(world).handle({ range: "r", entries }, new AbortController().signal);
};
const passTime = async (ms: number): Promise<void> => {
  world.clock.nowMs += ms;
  world.actors.wake();
  await run();
};
/** The order is cancelled and undone by another instance before this one asks for more. */
const cancelMeanwhile = (thenDies: boolean): Around => {
  let cancelled = false;
  return {
    actor: async (_, command) => {
      if (command?.type === "RecordReservation") return;
      if (cancelled && thenDies && command?.type !== "ReserveStock") throw new Error("no answer");
      if (command?.type !== "ReserveStock" || !command.commandId.includes("reserve-r2") || cancelled) return;
      cancelled = true;
      clients.order("o1", "RequestCancel", { reason: "changed my mind" });
      await run();
      expect([clients.statusOf("o1"), clients.totalOf("cup").reserved]).toEqual(["Cancelled", 0]);
    },
  };
};

describe("an order that waits for sharded stock", () => {
  test.each([false, true])("and is cancelled while it asks for it, leaves nothing held; it dies: %s", async (dies) => {
    await wait();
    await run(cancelMeanwhile(dies));
    expect(clients.totalOf("cup")).toEqual({ onHand: 5, reserved: 0, oversold: 0 });
  });

  test("keeps what its shards had for as long as it waits", async () => {
    await wait();
    await run();
    expect([clients.statusOf("o1"), clients.totalOf("cup").reserved]).toEqual(["Placed", 5]);
    await passTime(2 * dayMs);
    expect([clients.statusOf("o1"), clients.totalOf("cup").reserved]).toEqual(["Placed", 5]);
    clients.receive("cup", 1);
    await run();
    expect([clients.statusOf("o1"), clients.totalOf("cup").reserved]).toEqual(["Fulfilling", 6]);
  });
});
