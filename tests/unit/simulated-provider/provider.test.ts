import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agreeable, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { questions } from "../../../services/simulated-provider/http/questions.ts";
import { createProvider, type Provider } from "../../../services/simulated-provider/provider.ts";
import { openLedgerFile } from "../../../services/simulated-provider/storage/open.ts";
import { createStore, type ProviderStore } from "../../../services/simulated-provider/storage/store.ts";
import { behaving } from "./requests.ts";

const mostWaiting = 50;

let directory: string;
let store: ProviderStore;
let nowMs: number;
let told: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "simulated-provider-"));
  store = createStore(openLedgerFile(directory));
  [nowMs, told] = [1_000, 0];
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

const open = (configured: Behaviour = agreeable): Provider =>
  createProvider({ store, configured, mostWaiting, nowMs: () => nowMs, onMessages: () => (told += 1) });

/** Ends the process, as it were, and starts another on the same data. */
const restart = (configured: Behaviour = agreeable): Provider => {
  store.close();
  store = createStore(openLedgerFile(directory));
  return open(configured);
};

const ask = (provider: Provider, path: string, body: object): object => {
  const answer = questions.find((question) => question.path === path)?.ask(provider, { orderId: "o1", ...body });
  if (answer === undefined || !("handled" in answer)) throw new Error("not a request");
  return answer.handled;
};
const authorise = (provider: Provider, requestId = "a1"): object =>
  ask(provider, "/payments/authorisations", { requestId, amountMinor: 900, currency: "EUR" });

const due = (): string[] => store.outbox.dueBy(nowMs, 100).map(({ event }) => JSON.parse(event).data.requestId);
const pending = { kind: "answered", answer: { status: "pending" } };
const isAuthorised = { kind: "answered", answer: { status: "authorised" } };

describe("what is pending", () => {
  test("stays so until its message is sent, and is then known to whoever asks again", () => {
    const provider = open(behaving({ pendingRate: 1 }));
    expect(authorise(provider)).toMatchObject({ ...pending, isNew: true });
    expect(authorise(provider)).toMatchObject({ ...pending, isNew: false });
    store.outbox.remove(store.outbox.dueBy(nowMs, 1));
    expect(authorise(provider)).toMatchObject({ ...isAuthorised, isNew: false });
  });

  test("is not so for longer because its duplicate still waits", () => {
    const provider = open(behaving({ pendingRate: 1, duplicateRate: 1 }));
    authorise(provider);
    expect(store.outbox.count()).toBe(2);
    store.outbox.remove(store.outbox.dueBy(nowMs, 1));
    expect(authorise(provider)).toMatchObject(isAuthorised);
  });

  test("outlives a restart", () => {
    authorise(open(behaving({ pendingRate: 1 })));
    expect(authorise(restart())).toMatchObject(pending);
    expect(due()).toEqual(["a1"]);
  });

  test("tells the sender that there is something to send", () => {
    const provider = open(behaving({ pendingRate: 1 }));
    authorise(provider);
    authorise(provider);
    expect(told).toBe(1);
  });
});

describe("a repeated request", () => {
  test("is answered at once, though the first answer was held up or lost", () => {
    const provider = open(behaving({ answerDelayMs: { least: 50, most: 50 }, lostAnswerRate: 1 }));
    expect(authorise(provider)).toMatchObject({ fate: { delayMs: 50, isLost: true } });
    expect(authorise(provider)).toMatchObject({ fate: { delayMs: 0, isLost: false } });
    const voided = () => ask(provider, "/payments/voids", {});
    expect([voided(), voided()]).toMatchObject([{ fate: { isLost: true } }, { fate: { isLost: false } }]);
  });
});

describe("the behaviour", () => {
  test("of the environment counts down over restarts, until the environment asks for another", () => {
    const configured = behaving({ declineNext: 2 });
    authorise(open(configured));
    expect(restart(configured).behaviour().declineNext).toBe(1);
    expect(restart(behaving({ declineNext: 7 })).behaviour().declineNext).toBe(7);
  });

  test("that a request set is in force over restarts, whatever the environment says, until it is taken back", () => {
    open().setBehaviour(behaving({ declineNext: 5 }));
    const provider = restart(behaving({ declineNext: 7 }));
    authorise(provider);
    expect(provider.behaviour().declineNext).toBe(4);
    provider.resetBehaviour();
    expect(provider.behaviour().declineNext).toBe(7);
    expect(restart(behaving({ declineNext: 7 })).behaviour().declineNext).toBe(7);
  });
});

describe("messages that are held", () => {
  const hold = { pendingRate: 1, holdMessages: true };

  test.each([
    ["asSent", ["a1", "a2", "a3"]],
    ["reversed", ["a3", "a2", "a1"]],
  ])("are due in the order %s when they are let go", (releaseOrder, expected) => {
    const provider = open(behaving(hold));
    for (const requestId of ["a1", "a2", "a3"]) {
      authorise(provider, requestId);
      nowMs += 10;
    }
    told = 0;
    provider.setBehaviour(behaving({ ...hold, releaseOrder }));
    expect(due()).toEqual(["a1", "a2", "a3"]);
    provider.setBehaviour(behaving({ releaseOrder }));
    expect(due()).toEqual(expected);
    expect(told).toBe(2);
    // Nothing was held any more, so nothing is let go again.
    provider.setBehaviour(behaving({ releaseOrder: "reversed" }));
    expect(due()).toEqual(expected);
  });

  test("are not sent before they are due", () => {
    const provider = open(behaving({ ...hold, messageDelayMs: { least: 100, most: 100 } }));
    authorise(provider);
    nowMs += 99;
    provider.resetBehaviour();
    expect(due()).toEqual([]);
    nowMs += 1;
    expect(due()).toEqual(["a1"]);
  });
});

describe("too many messages", () => {
  const message = { id: "m", type: "carrier.delivered", orderId: "o9", data: { shipmentId: "s1" } } as const;
  const fill = (count: number): void =>
    store.transaction(() => {
      for (let index = 0; index < count; index += 1)
        store.outbox.add({ message, copy: 0, eventId: `m${index}`, dueAt: 0 }, 0);
    });

  test("have new requests refused, and nothing kept of them, while known ones are answered", () => {
    const provider = open();
    authorise(provider);
    fill(mostWaiting - 10);
    expect(authorise(provider, "a2")).toMatchObject({ kind: "answered" });
    fill(1);
    expect(authorise(provider, "a3")).toEqual({ kind: "full" });
    expect(authorise(provider)).toMatchObject(isAuthorised);
    expect(store.readAccount("o1").authorisations.map(({ requestId }) => requestId)).toEqual(["a1", "a2"]);
  });
});

describe("a request that fails half way", () => {
  test("leaves nothing behind", () => {
    const provider = open(behaving({ pendingRate: 1 }));
    const breaking = createProvider({
      store: {
        ...store,
        outbox: {
          ...store.outbox,
          add: () => {
            throw new Error("the disk is full");
          },
        },
      },
      configured: behaving({ pendingRate: 1 }),
      mostWaiting,
      nowMs: () => nowMs,
      onMessages: () => undefined,
    });
    expect(() => authorise(breaking)).toThrow("the disk is full");
    expect(store.readAccount("o1").authorisations).toEqual([]);
    expect(store.readTotals().size).toBe(0);
    expect(authorise(provider)).toMatchObject({ isNew: true });
  });
});

describe("the ledger's file", () => {
  test("belongs to one process at a time", () => {
    expect(() => openLedgerFile(directory)).toThrow(/ledger\.sqlite is in use by another process/);
  });

  test.each([
    ["another application's", "PRAGMA application_id = 1", /belongs to another application/],
    ["of a format to come", "PRAGMA user_version = 2", /has format 2, this service reads format 1/],
  ])("is not opened if it is %s", (_what, change, reason) => {
    store.close();
    const database = new DatabaseSync(join(directory, "ledger.sqlite"));
    database.exec(change);
    database.close();
    expect(() => openLedgerFile(directory)).toThrow(reason);
    const other = mkdtempSync(join(tmpdir(), "simulated-provider-"));
    rmSync(directory, { recursive: true });
    directory = other;
    store = createStore(openLedgerFile(directory));
  });
});
