import { describe, expect, test } from "@jest/globals";
import { agreeable, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { fateOfAnswer, releaseSequence, schedule } from "../../../services/simulated-provider/behaviour/schedule.ts";
import type { PlannedMessage } from "../../../services/simulated-provider/ledger/decision.ts";
import { toCloudEvent } from "../../../services/simulated-provider/messages/cloud-event.ts";
import { CloudEvent } from "cloudevents";
import { behaving } from "./requests.ts";

const delivered = (id: string, afterMs = 0): PlannedMessage => ({
  message: { id, type: "carrier.delivered", orderId: "o1", data: { shipmentId: "s1" } },
  afterMs,
});
const many = Array.from({ length: 1_000 }, (_, index) => delivered(`m${index}`));
const now = 1_000_000;

/** When each of many messages is sent after now, and how often. */
const sendings = (behaviour: Behaviour) => schedule(behaviour, many, now);
const delays = (behaviour: Behaviour): number[] => sendings(behaviour).map(({ dueAt }) => dueAt - now);

describe("a message", () => {
  test("is sent once, after its own time", () => {
    expect(schedule(agreeable, [delivered("m", 5)], now)).toEqual([
      { message: delivered("m").message, copy: 0, eventId: "m", dueAt: now + 5 },
    ]);
  });

  test("is sent later by a delay within the span", () => {
    const found = delays(behaving({ messageDelayMs: { least: 10, most: 20 } }));
    expect([Math.min(...found), Math.max(...found)]).toEqual([10, 20]);
  });

  test("may be kept back for others to overtake it", () => {
    const found = delays(behaving({ reorderRate: 0.2, reorderWithinMs: 500 }));
    const keptBack = found.filter((delay) => delay > 0);
    expect(keptBack.length / found.length).toBeCloseTo(0.2, 1);
    expect(Math.min(...keptBack)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...keptBack)).toBeLessThanOrEqual(500);
  });

  test.each([
    ["same", (id: string) => id],
    ["fresh", (id: string) => `${id}/again`],
  ] as const)("may be sent twice, under the %s id, never before itself", (duplicateIds, idOf) => {
    const behaviour = behaving({ duplicateRate: 0.3, duplicateIds, messageDelayMs: { least: 0, most: 50 } });
    const all = sendings(behaviour);
    const first = new Map(all.filter(({ copy }) => copy === 0).map((sending) => [sending.message.id, sending]));
    const duplicates = all.filter(({ copy }) => copy === 1);
    expect(first.size).toBe(many.length);
    expect(duplicates.length / many.length).toBeCloseTo(0.3, 1);
    for (const { message, eventId, dueAt } of duplicates) {
      expect(eventId).toBe(idOf(message.id));
      expect(dueAt).toBeGreaterThanOrEqual(first.get(message.id)?.dueAt ?? Infinity);
    }
  });

  test("has the same fate whenever it is decided", () => {
    const behaviour = behaving({ duplicateRate: 0.5, reorderRate: 0.5, messageDelayMs: { least: 0, most: 9 } });
    expect(sendings(behaviour)).toEqual(schedule(behaviour, many.toReversed(), now).toSorted(byMessage));
    expect(sendings({ ...behaviour, seed: 2 })).not.toEqual(sendings(behaviour));
  });

  test("is a CloudEvent about its order", () => {
    const [sending] = schedule(agreeable, [delivered("m")], now);
    if (sending === undefined) throw new Error("nothing is sent");
    const event = new CloudEvent(JSON.parse(toCloudEvent(sending, Date.UTC(2026, 0, 2))));
    expect(event.validate()).toBe(true);
    expect(event.toJSON()).toMatchObject({
      id: "m",
      source: "/simulated-provider",
      type: "carrier.delivered",
      subject: "o1",
      time: "2026-01-02T00:00:00.000Z",
      data: { shipmentId: "s1" },
    });
  });
});

const indexOf = (id: string): number => Number(id.slice(1));
const byMessage = (a: ReturnType<typeof schedule>[number], b: ReturnType<typeof schedule>[number]): number =>
  indexOf(a.message.id) - indexOf(b.message.id) || a.copy - b.copy;

describe("messages that were held", () => {
  const held = Array.from({ length: 20 }, (_, index) => ({ seq: index + 1, eventId: `m${index}` }));
  const released = (changes: object): number[] => releaseSequence(behaving(changes), held).map(({ seq }) => seq);
  const inOrder = held.map(({ seq }) => seq);

  test("are let go as they would have been sent, the other way round, or in an order that the seed gives", () => {
    expect(released({})).toEqual(inOrder);
    expect(released({ releaseOrder: "reversed" })).toEqual(inOrder.toReversed());
    const shuffled = released({ releaseOrder: "shuffled" });
    expect(shuffled).not.toEqual(inOrder);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(inOrder);
    expect(released({ releaseOrder: "shuffled" })).toEqual(shuffled);
    expect(released({ releaseOrder: "shuffled", seed: 2 })).not.toEqual(shuffled);
  });
});

describe("the first answer to a request", () => {
  test("is given at once", () => {
    expect(fateOfAnswer(agreeable, "capture", "o1", "c1")).toEqual({ delayMs: 0, isLost: false });
  });

  test("may be held up, and may be lost", () => {
    const behaviour = behaving({ answerDelayMs: { least: 5, most: 8 }, lostAnswerRate: 0.4 });
    const fates = Array.from({ length: 1_000 }, (_, index) => fateOfAnswer(behaviour, "capture", "o1", `c${index}`));
    const times = fates.map(({ delayMs }) => delayMs);
    expect([Math.min(...times), Math.max(...times)]).toEqual([5, 8]);
    expect(fates.filter(({ isLost }) => isLost).length / fates.length).toBeCloseTo(0.4, 1);
  });
});
