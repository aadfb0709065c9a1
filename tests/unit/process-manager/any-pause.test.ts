import { describe, expect, test } from "@jest/globals";
import { fuzzSequences } from "../../support/fuzz.ts";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type MemoryWorld } from "./memory-process.ts";
import { createMemoryStuck } from "./memory-watch.ts";
import {
  expectHeldIsKnown,
  expectMoneyAddsUp,
  expectNobodyIsStuck,
  expectNobodyStarves,
  expectRejectionsAreDue,
  expectShortagesAreTrue,
  expectStockAddsUp,
} from "./model/checks.ts";
import { comeToRest, dayRest, longRest, openWatchdog } from "./model/rest.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** How an order comes to be, and what there is of its goods in the end. */
interface Beginning {
  readonly received: Readonly<Record<string, number>>;
  readonly begin: (clients: Clients, settleAll: () => Promise<void>) => Promise<void>;
}

const beginnings: Readonly<Record<string, Beginning>> = {
  "with enough stock": {
    received: { cup: 5, pot: 5 },
    begin: async (clients) => {
      clients.receive("cup", 5);
      clients.receive("pot", 5);
      clients.place("o1", { cup: 2, pot: 1 });
    },
  },
  "with enough stock over shards": {
    received: { cup: 6, pot: 5 },
    begin: async (clients, settleAll) => {
      clients.receive("cup", 6);
      clients.receive("pot", 5);
      clients.shard("cup", 3);
      await settleAll();
      clients.place("o1", { cup: 3, pot: 1 });
    },
  },
  "that waits for stock": {
    received: { cup: 5, pot: 5 },
    begin: async (clients, settleAll) => {
      clients.receive("cup", 1);
      clients.receive("pot", 5);
      clients.place("o1", { cup: 2, pot: 1 });
      await settleAll();
      clients.order("o1", "ConfirmShortage", { choice: "wait" });
      clients.receive("cup", 4);
    },
  },
  "that waits for stock over shards": {
    received: { cup: 6, pot: 5 },
    begin: async (clients, settleAll) => {
      clients.receive("cup", 2);
      clients.receive("pot", 5);
      clients.shard("cup", 2);
      await settleAll();
      clients.place("o1", { cup: 5, pot: 1 });
      await settleAll();
      clients.order("o1", "ConfirmShortage", { choice: "wait" });
      clients.receive("cup", 4);
    },
  },
};

/** What the customer does meanwhile; what the order refuses by then changes nothing. */
const changes: Readonly<Record<string, (clients: Clients) => void>> = {
  "nothing else happens": () => undefined,
  "it is cancelled": (clients) => {
    clients.order("o1", "RequestCancel", { reason: "changed my mind" });
  },
  "a pot of it is cancelled": (clients) => {
    clients.order("o1", "RequestCancel", { reason: "too many", lines: [{ lineId: "pot", quantity: 1 }] });
  },
  "all its cups are cancelled": (clients) => {
    const cancel = (quantity: number) =>
      clients.order("o1", "RequestCancel", { reason: "no cups", lines: [{ lineId: "cup", quantity }] });
    // As many as it has: more are refused.
    for (const quantity of [5, 3, 2]) if ("ok" in cancel(quantity)) return;
  },
  "it is amended": (clients) => {
    const lines = [{ lineId: "cup", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 10 }];
    clients.order("o1", "AmendOrder", { lines });
  },
};

const expectAll = (world: MemoryWorld, received: Beginning["received"]): void => {
  expectNobodyIsStuck(world);
  expectStockAddsUp(world, received);
  expectMoneyAddsUp(world);
  expectRejectionsAreDue(world);
  expectShortagesAreTrue(world);
  expect(world.parked.records.size).toBe(0);
};

/**
 * Plays an order with a process that stops in one of its calls, while the customer acts and another one, with other settings, does
 * everything. The first then goes on, or was dead; what a dead one had sent may still arrive.
 *
 * @returns whether there was such a call
 */
const play = async (
  { begin, received }: Beginning,
  change: (clients: Clients) => void,
  stopsAt: number,
  how: string,
): Promise<boolean> => {
  const world = { ...createMemoryWorld(), checkpoint: 0 };
  const clients = clientsOf(world);
  const other = () => openProcessWith(world, {}, { reservationTtlMs: 45 * minuteMs, backorderTtlMs: 20 * dayMs });
  await begin(clients, async () => settle(world, openProcessWith(world)));
  let calls = 0;
  const stopping = openProcessWith(world, {
    actor: async () => {
      calls += 1;
      if (calls === stopsAt) {
        change(clients);
        await settle(world, other());
      }
      if (how !== "goes on" && (calls > stopsAt || (calls === stopsAt && how === "is dead")))
        throw new Error("it is dead");
    },
  });
  await settle(world, stopping);
  const watchdog = openWatchdog(world, createMemoryStuck());
  await comeToRest(world, other(), watchdog, dayRest);
  expectHeldIsKnown(world);
  expectNobodyStarves(world);
  await comeToRest(world, other(), watchdog, longRest);
  expectAll(world, received);
  return calls >= stopsAt;
};

/** Of the calls of a case every fourth is tried, from another one on in each; all of them if FUZZ_SEQUENCES asks for more. */
const stride = fuzzSequences(1) > 1 ? 1 : 4;

const cases = Object.entries(beginnings)
  .flatMap(([beginning, from]) =>
    Object.entries(changes).flatMap(([what, change]) =>
      ["goes on", "lands that call and dies", "is dead"].map((how) => ({ beginning, from, what, change, how })),
    ),
  )
  .map((each, index) => ({ ...each, first: 1 + (index % stride) }));

describe("a process that stands still in any call while another one takes its place", () => {
  test.each(cases)(
    "for an order $beginning, and $what, then $how: nothing is lost",
    async ({ from, change, how, first }) => {
      let stopsAt = first;
      while (await play(from, change, stopsAt, how)) stopsAt += stride;
      expect(stopsAt).toBeGreaterThan(10);
    },
  );
});
