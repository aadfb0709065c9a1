import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSender, type Sender } from "../../../services/simulated-provider/messages/send-waiting.ts";
import { openLedgerFile } from "../../../services/simulated-provider/storage/open.ts";
import { createStore, type ProviderStore } from "../../../services/simulated-provider/storage/store.ts";
import { waitFor } from "../../support/wait-for.ts";
import { silentLogger } from "../change-feed/in-memory.ts";

let directory: string;
let store: ProviderStore;
let sender: Sender | undefined;
let isHolding: boolean;
let sent: string[];
/** Whose messages cannot be sent, and how often that still happens. */
let failures: Map<string, number>;
let results: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "simulated-sender-"));
  store = createStore(openLedgerFile(directory));
  [isHolding, sent, failures, results] = [false, [], new Map(), []];
});
afterEach(async () => {
  await sender?.stop();
  store.close();
  rmSync(directory, { recursive: true });
});

const start = (): void => {
  sender = createSender({
    store,
    publish: async ({ eventId }) => {
      const left = failures.get(eventId) ?? 0;
      if (left > 0) {
        failures.set(eventId, left - 1);
        throw new Error("Kafka is away");
      }
      sent.push(eventId);
    },
    isHolding: () => isHolding,
    nowMs: () => Date.now(),
    logger: silentLogger,
    onSent: (result) => results.push(result),
  });
  sender.start();
};

const add = (orderId: string, eventId: string, dueAt = 0): void => {
  const message = { id: eventId, type: "carrier.delivered", orderId, data: { shipmentId: "s1" } } as const;
  store.outbox.add({ message, copy: 0, eventId, dueAt }, 0);
};

const untilSent = async (count: number): Promise<void> => {
  await waitFor(() => sent.length >= count && store.outbox.count() === 0, {
    what: `${count} messages to be sent`,
    timeoutMs: 20_000,
  });
};
const ofOrder = (orderId: string): string[] => sent.filter((eventId) => eventId.startsWith(orderId));

describe("messages in the outbox", () => {
  test("are sent when the service starts, and when one comes", async () => {
    add("o1", "o1-1");
    start();
    await untilSent(1);
    add("o1", "o1-2");
    sender?.wake();
    await untilSent(2);
    expect(sent).toEqual(["o1-1", "o1-2"]);
  });

  test("are sent by the time at which they are due, and none before", async () => {
    const now = Date.now();
    add("o1", "o1-late", now + 300);
    add("o1", "o1-early", now + 100);
    start();
    await untilSent(1 + 1);
    expect(sent).toEqual(["o1-early", "o1-late"]);
    expect(Date.now()).toBeGreaterThanOrEqual(now + 300);
  });

  test("wait while they are held", async () => {
    isHolding = true;
    add("o1", "o1-1");
    start();
    sender?.wake();
    await sender?.stop();
    expect([sent, store.outbox.count()]).toEqual([[], 1]);
    isHolding = false;
    start();
    await untilSent(1);
  });

  test("of one order keep their order though one cannot be sent; those of others pass", async () => {
    for (const message of ["1", "2", "3"]) for (const orderId of ["o1", "o2"]) add(orderId, `${orderId}-${message}`);
    failures.set("o1-2", Infinity);
    start();
    await waitFor(() => sent.includes("o2-3"), { what: "the messages of the other order", timeoutMs: 20_000 });
    expect(ofOrder("o1")).toEqual(["o1-1"]);
    failures.set("o1-2", 1);
    await untilSent(6);
    expect(ofOrder("o1")).toEqual(["o1-1", "o1-2", "o1-3"]);
    expect(ofOrder("o2")).toEqual(["o2-1", "o2-2", "o2-3"]);
    expect(results.filter((result) => result === "failed").length).toBeGreaterThan(1);
    expect(results.filter((result) => result === "sent")).toHaveLength(6);
  });

  test("are sent many at a time, more than one round of them", async () => {
    for (let index = 0; index < 600; index += 1) add(`o${index % 40}`, `o${index % 40}-${index}`);
    start();
    await untilSent(600);
    for (let order = 0; order < 40; order += 1) {
      const numbers = sent
        .map((eventId) => eventId.split("-"))
        .filter(([orderId]) => orderId === `o${order}`)
        .map(([, number]) => Number(number));
      expect(numbers).toEqual(Array.from({ length: 15 }, (_, index) => order + 40 * index));
    }
  });

  test("that is on its way is finished before the sender has stopped, and not sent again", async () => {
    add("o1", "o1-1");
    add("o1", "o1-2");
    start();
    await sender?.stop();
    const sentBefore = [...sent];
    expect(store.outbox.count()).toBe(2 - sentBefore.length);
    start();
    await untilSent(2);
    expect(sent).toEqual(["o1-1", "o1-2"]);
  });
});
