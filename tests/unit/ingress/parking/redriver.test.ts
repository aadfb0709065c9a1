import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CarriedOut } from "../../../../services/ingress/carry-out.ts";
import { reasonLine } from "../../../../services/ingress/dead-letters.ts";
import type { AuditResult } from "../../../../services/ingress/parking/items.ts";
import { withMessage } from "../../../../services/ingress/parking/parked-stream.ts";
import { createRedriver, type Redriver } from "../../../../services/ingress/parking/redriver.ts";
import type { ParkedStore } from "../../../../services/ingress/parking/store.ts";
import { RedriveUnderWay } from "../../../../services/ingress/parking/stream-lease.ts";
import { SidecarUnavailable } from "../../../../services/platform/sidecar.ts";
import { createMemoryParkedStore, noParkedItems, type ParkedItems } from "../../../support/memory-parked-store.ts";
import { aParkedMessage } from "./examples.ts";

const accepted: CarriedOut = { kind: "done", outcome: "accepted" };
const refused: CarriedOut = { kind: "refused", reason: { cause: "Rejected", detail: "No." } };
const fault: CarriedOut = { kind: "fault", reason: "still broken" };
const partition = "order-commands/3";

let items: ParkedItems;
let store: ParkedStore;
let nowMs: number;
let sent: string[];
let buried: string[];
let counted: AuditResult[];
/** What happens to a command, by its id. */
let results: Map<string, () => CarriedOut | Promise<CarriedOut>>;
let deadLettersAway: boolean;

/** Parks messages with these offsets, the first for a fault. */
const park = async (...offsets: readonly number[]): Promise<void> => {
  for (const offset of offsets) await parkBehind(offset);
};

const parkBehind = async (offset: number, streamId = "order-1"): Promise<void> => {
  const before = await store.readStream(partition, streamId);
  const message = aParkedMessage(offset, before === undefined ? "broken" : null, streamId);
  const claimTag = await store.claim(partition);
  const result = await store.park(claimTag, before, withMessage(before?.stream, message), message);
  if (result.outcome !== "parked") throw new Error(result.outcome);
};

const redriverOf = (over: ParkedStore = store): Redriver => {
  let ids = 0;
  return createRedriver({
    store: over,
    carryOut: async ({ envelope }) => {
      sent.push(envelope.commandId);
      return (await results.get(envelope.commandId)?.()) ?? accepted;
    },
    deadLetters: {
      publish: async ({ offset }, reason) => {
        if (deadLettersAway) throw new SidecarUnavailable("Kafka is away");
        buried.push(`${offset} ${reasonLine(reason)}`);
      },
    },
    commandMs: 10_000,
    nowMs: () => nowMs,
    newId: () => {
      ids += 1;
      return `${over === store ? "a" : "b"}${ids}`;
    },
    onSettled: (result) => void counted.push(result),
  });
};

beforeEach(() => {
  items = noParkedItems();
  store = createMemoryParkedStore(items);
  nowMs = Date.parse("2026-01-02T05:00:00.000Z");
  sent = [];
  buried = [];
  counted = [];
  results = new Map();
  deadLettersAway = false;
});

const auditOf = (): unknown[] =>
  items.audit.map(({ offset, by, action, result, reason }) => [offset, by, action, result, reason]);

describe("a redrive", () => {
  test("carries out every message in order and frees the stream", async () => {
    await park(17, 20, 31);
    results.set("command-20", () => ({ kind: "done", outcome: "replayed" }));
    expect(await redriverOf().redrive("order-1", "me")).toEqual({
      streamId: "order-1",
      settled: [
        { messageId: `${partition}/17`, result: "accepted", reason: null },
        { messageId: `${partition}/20`, result: "replayed", reason: null },
        { messageId: `${partition}/31`, result: "accepted", reason: null },
      ],
      left: 0,
      stoppedBy: null,
    });
    expect(sent).toEqual(["command-17", "command-20", "command-31"]);
    expect([items.streams.size, items.messages.size]).toEqual([0, 0]);
    expect(auditOf()).toEqual([
      [17, "me", "redrive", "accepted", null],
      [20, "me", "redrive", "replayed", null],
      [31, "me", "redrive", "accepted", null],
    ]);
    expect(counted).toEqual(["accepted", "replayed", "accepted"]);
  });

  test("dead-letters what is refused, and goes on", async () => {
    await park(17, 20);
    results.set("command-17", () => refused);
    const report = await redriverOf().redrive("order-1", "me");
    expect(report?.settled.map(({ result, reason }) => [result, reason])).toEqual([
      ["deadLettered", "Rejected: No."],
      ["accepted", null],
    ]);
    expect(buried).toEqual(["17 Rejected: No."]);
  });

  test("stops at the first that faults again, and tries it later once more", async () => {
    await park(17, 20, 31);
    results.set("command-20", () => fault);
    const report = await redriverOf().redrive("order-1", "me");
    expect(report).toMatchObject({
      settled: [{ result: "accepted" }],
      left: 2,
      stoppedBy: { messageId: `${partition}/20`, reason: "still broken" },
    });
    expect(sent).toEqual(["command-17", "command-20"]);
    const at = "2026-01-02T05:00:00.000Z";
    expect((await store.readStream(partition, "order-1"))?.stream).toMatchObject({
      head: 20,
      messages: 2,
      attempts: 1,
      fault: { reason: "still broken", at },
      lease: null,
    });
    expect(auditOf().at(-1)).toEqual([20, "me", "redrive", "fault", "still broken"]);
  });

  test("takes what comes behind meanwhile", async () => {
    await park(17);
    results.set("command-17", async () => {
      await parkBehind(20);
      return accepted;
    });
    const report = await redriverOf().redrive("order-1", "me");
    expect([sent, report?.left]).toEqual([["command-17", "command-20"], 0]);
  });

  test("of nothing is none", async () => {
    expect(await redriverOf().redrive("order-1", "me")).toBeUndefined();
  });

  test("leaves other streams alone", async () => {
    await park(17);
    await parkBehind(18, "order-2");
    await redriverOf().redrive("order-1", "me");
    expect([...items.messages.keys()]).toEqual([`${partition}/18`]);
  });

  test("keeps others away until it ends, or its process is taken for dead", async () => {
    await park(17, 20);
    const other = redriverOf({ ...store });
    const during: unknown[] = [];
    results.set("command-17", async () => {
      during.push(await other.redrive("order-1", "you").catch((error: unknown) => error));
      during.push(await other.discard("order-1", `${partition}/20`, "why", "you").catch((error: unknown) => error));
      return accepted;
    });
    expect(await redriverOf().redrive("order-1", "me")).toMatchObject({ left: 0 });
    expect(during.map((error) => error instanceof RedriveUnderWay)).toEqual([true, true]);
    expect(sent).toEqual(["command-17", "command-20"]);
  });

  test("removes nothing more once another has taken over", async () => {
    await park(17, 20);
    const other = redriverOf({ ...store });
    results.set("command-17", async () => {
      nowMs += 60_000;
      results.set("command-17", () => fault);
      await other.redrive("order-1", "you");
      return accepted;
    });
    await expect(redriverOf().redrive("order-1", "me")).rejects.toBeInstanceOf(RedriveUnderWay);
    expect([...items.messages.values()].map(({ offset }) => offset)).toEqual([17, 20]);
  });

  test("is given up in good order when a dead letter cannot be published", async () => {
    await park(17);
    results.set("command-17", () => refused);
    deadLettersAway = true;
    await expect(redriverOf().redrive("order-1", "me")).rejects.toBeInstanceOf(SidecarUnavailable);
    expect((await store.readStream(partition, "order-1"))?.stream).toMatchObject({ messages: 1, lease: null });
    deadLettersAway = false;
    expect(await redriverOf().redrive("order-1", "me")).toMatchObject({ left: 0 });
  });

  test("is bounded in time", async () => {
    await park(17, 20, 31);
    results.set("command-20", () => {
      nowMs += 20_000;
      return accepted;
    });
    expect(await redriverOf().redrive("order-1", "me")).toMatchObject({ left: 1, stoppedBy: null });
    expect((await store.readStream(partition, "order-1"))?.stream.lease).toBeNull();
    expect(await redriverOf().redrive("order-1", "me")).toMatchObject({ left: 0 });
  });

  test("does not carry out a message that today's code gives to another stream", async () => {
    await park(17);
    const message = items.messages.get(`${partition}/17`);
    if (message === undefined) throw new Error("nothing is parked");
    items.messages.set(message.messageId, {
      ...message,
      keyed: false,
      value: message.value.replaceAll('"order-1"', '"order-9"'),
    });
    const report = await redriverOf().redrive("order-1", "me");
    expect([sent, report?.stoppedBy?.reason]).toEqual([[], "it is for order-9 by now"]);
  });

  test("settles a message whose removal was not answered", async () => {
    await park(17, 20);
    let lost = false;
    const losing: ParkedStore = {
      ...store,
      // As when a client repeats a request whose answer was lost: the second attempt finds the stream moved.
      settle: async (...given) => {
        if (!lost) {
          lost = true;
          await store.settle(...given);
        }
        return store.settle(...given);
      },
    };
    expect(await redriverOf(losing).redrive("order-1", "me")).toMatchObject({ left: 0 });
    expect(sent).toEqual(["command-17", "command-20"]);
    expect(items.audit.length).toBe(2);
  });
});

describe("a discard", () => {
  test("dead-letters the message with the reason, and leaves the rest to wait", async () => {
    await park(17, 20);
    const message = await redriverOf().discard("order-1", `${partition}/17`, "came twice", "me");
    expect(message?.commandId).toBe("command-17");
    expect([sent, buried]).toEqual([[], ["17 Discarded: came twice (by me)"]]);
    expect((await store.readStream(partition, "order-1"))?.stream).toMatchObject({
      head: 20,
      messages: 1,
      lease: null,
    });
    expect(auditOf()).toEqual([[17, "me", "discard", "discarded", "came twice"]]);
  });

  test("may be of a message behind others", async () => {
    await park(17, 20, 31);
    await redriverOf().discard("order-1", `${partition}/20`, "why", "me");
    expect((await store.readStream(partition, "order-1"))?.stream).toMatchObject({ head: 17, messages: 2 });
    await redriverOf().redrive("order-1", "me");
    expect(sent).toEqual(["command-17", "command-31"]);
  });

  test("of the last message frees the stream", async () => {
    await park(17);
    await redriverOf().discard("order-1", `${partition}/17`, "why", "me");
    expect(items.streams.size).toBe(0);
  });

  test("is remembered by what the message held, so that its record is known when it comes again", async () => {
    await park(17);
    await redriverOf().discard("order-1", `${partition}/17`, "why", "me");
    expect((await store.load(partition, 17)).discarded).toMatchObject([{ offset: 17 }]);
    expect(items.audit[0]?.contentHash).toMatch(/^[\w-]{43}$/);
  });

  test.each(["order-commands/3/18", "order-commands/4/17", "nonsense", "order-commands/3/x"])(
    "of what is not parked, %s, is none",
    async (messageId) => {
      await park(17);
      await parkBehind(18, "order-2");
      expect(await redriverOf().discard("order-1", messageId, "why", "me")).toBeUndefined();
      expect([buried, items.messages.size]).toEqual([[], 2]);
      expect((await store.readStream(partition, "order-1"))?.stream.lease).toBeNull();
    },
  );

  test("does not remove a message whose dead letter cannot be published", async () => {
    await park(17);
    deadLettersAway = true;
    const discard = redriverOf().discard("order-1", `${partition}/17`, "why", "me");
    await expect(discard).rejects.toBeInstanceOf(SidecarUnavailable);
    expect([items.messages.size, items.audit.length]).toEqual([1, 0]);
  });
});
