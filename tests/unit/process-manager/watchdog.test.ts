import { beforeEach, describe, expect, test } from "@jest/globals";
import { namedByContent } from "../../../services/process-manager/steps/ports.ts";
import type { Attention } from "../../../services/process-manager/watchdog/watchdog.ts";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type Around, type MemoryWorld } from "./memory-process.ts";
import { createMemoryStuck, type MemoryStuck } from "./memory-watch.ts";
import { openWatchdog, tellOne } from "./model/rest.ts";

const never = new AbortController().signal;
const minuteMs = 60_000;

let world: MemoryWorld;
let clients: Clients;
let stuck: MemoryStuck;
let attentions: Attention[];

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
  stuck = createMemoryStuck();
  attentions = [];
});

const providerAway: Around = {
  provider: async () => {
    throw new Error("no answer");
  },
};

const settleWith = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));
const sweep = async (around: Around = {}) =>
  openWatchdog(world, stuck, around, (attention) => attentions.push(attention)).sweep(never);
const pass = (minutes: number): void => {
  world.clock.nowMs += minutes * minuteMs;
};
const recordOf = (orderId: string) => stuck.records.get(orderId)?.order;

/** Orders whose payment could not be authorised, since the provider was away. */
const leaveUnpaid = async (...orderIds: readonly string[]): Promise<void> => {
  clients.receive("cup", 9);
  for (const orderId of orderIds) clients.place(orderId, { cup: 1 });
  await settleWith(providerAway);
};

describe("an order whose step was left", () => {
  test("is left alone as long as the step may take", async () => {
    await leaveUnpaid("o1");
    pass(1);
    expect([...(await sweep())]).toEqual([]);
    expect({ status: clients.statusOf("o1"), attentions }).toEqual({ status: "Reserved", attentions: [] });
  });

  test("is driven on after that, and forgotten when it goes on", async () => {
    await leaveUnpaid("o1");
    pass(3);
    expect([...(await sweep())]).toEqual([["authorisation", { orders: 1, oldestSeconds: expect.closeTo(180, 0) }]]);
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect({ attentions, records: stuck.records.size }).toEqual({ attentions: ["redriven", "recovered"], records: 0 });
    expect([...(await sweep())]).toEqual([]);
  });

  test("is shown with what it waits for and why, for as long as nothing helps", async () => {
    await leaveUnpaid("o1");
    pass(3);
    await sweep(providerAway);
    expect(recordOf("o1")).toEqual({
      orderId: "o1",
      status: "Reserved",
      waits: [
        {
          step: "authorisation",
          waitsFor: "The payment provider has to authorise 10 minor units for o1~a1.",
          since: expect.stringMatching(/^2026-01-01T00:00:00/),
          allowedSeconds: 120,
          owner: "payment-provider",
        },
      ],
      attempts: 1,
      lastAttemptAt: expect.any(String),
      nextAttemptAt: expect.any(String),
      lastFailure: { at: expect.any(String), reason: "cannot call the payment provider: no answer" },
    });
    expect(attentions).toEqual(["failed"]);
  });

  test("is shown with why the order refuses it", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 1 });
    const planned = { fulfilmentId: "o1~f1", location: "berlin", lines: [{ lineId: "cup", quantity: 1 }] };
    const data = { fulfilments: [planned] };
    // What the process manager will ask for was refused before: that stays so.
    const commandId = `process-manager/o1/5/${namedByContent("plan-fulfilment", data)}`;
    world.actors.send("process-manager", "Order", "o1", { commandId, type: "PlanFulfilment", data });
    const obstacles: string[] = [];
    await settleWith({ onObstacle: (orderId, reason) => obstacles.push(`${orderId}: ${reason}`) });
    pass(3);
    await sweep();
    const reason = "o1 refuses PlanFulfilment: NotAuthorised: The payment of the order is not authorised yet.";
    expect(obstacles).toEqual([`o1: ${reason}`]);
    expect(recordOf("o1")).toMatchObject({ waits: [{ step: "plan" }], lastFailure: { reason } });
  });

  test("is tried again only when its pause is over, and each pause is longer", async () => {
    await leaveUnpaid("o1");
    pass(3);
    await sweep(providerAway);
    await sweep(providerAway);
    expect(recordOf("o1")?.attempts).toBe(1);
    pass(2);
    await sweep(providerAway);
    expect(recordOf("o1")?.attempts).toBe(2);
    pass(3);
    await sweep(providerAway);
    expect(recordOf("o1")?.attempts).toBe(2);
    pass(1);
    await sweep();
    expect({ status: clients.statusOf("o1"), record: recordOf("o1") }).toEqual({
      status: "Fulfilling",
      record: undefined,
    });
  });

  test("keeps nobody from the others, whatever becomes of it", async () => {
    await leaveUnpaid("o1", "o2", "o3");
    pass(3);
    await sweep({
      actor: async (streamId) => {
        if (streamId === "o1") throw new Error("no answer");
      },
    });
    expect(["o1", "o2", "o3"].map((orderId) => clients.statusOf(orderId))).toEqual([
      "Reserved",
      "Fulfilling",
      "Fulfilling",
    ]);
  });

  test("is attended to by one of two watchdogs", async () => {
    await leaveUnpaid("o1");
    pass(3);
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const first = sweep({
      provider: async () => {
        reached.resolve();
        await held.promise;
      },
    });
    await reached.promise;
    await sweep();
    expect({ status: clients.statusOf("o1"), attentions }).toEqual({ status: "Reserved", attentions: [] });
    held.resolve();
    await first;
    expect({ status: clients.statusOf("o1"), attentions }).toEqual({
      status: "Fulfilling",
      attentions: ["redriven", "recovered"],
    });
  });

  test("is attended to by another one if the first dies over it", async () => {
    await leaveUnpaid("o1");
    pass(3);
    const death = new AbortController();
    const dying = openWatchdog(world, stuck, {
      provider: async () => {
        death.abort(new Error("died"));
        throw new Error("no answer");
      },
    }).sweep(death.signal);
    await expect(dying).rejects.toThrow("died");
    await sweep();
    expect(clients.statusOf("o1")).toBe("Reserved");
    pass(3);
    await sweep();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
  });
});

describe("an order whose answer is pending", () => {
  test("asks for it again, under the same id, and takes whichever answer comes first", async () => {
    world.provider.behaviour = { ...world.provider.behaviour, pendingRate: 1 };
    clients.receive("cup", 9);
    clients.place("o1", { cup: 1 });
    await settleWith();
    pass(3);
    await sweep();
    expect(recordOf("o1")).toMatchObject({ attempts: 1, lastFailure: null });
    expect(world.provider.accounts.get("o1")?.authorisations).toHaveLength(1);
    tellOne(world, 0);
    expect(clients.statusOf("o1")).toBe("Authorised");
  });
});

describe("an order whose time is over", () => {
  test("is given up when its customer does not decide, and what it held goes back", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 1, mug: 1 });
    await settleWith();
    expect(clients.statusOf("o1")).toBe("AwaitingCustomer");
    pass(31);
    await sweep();
    expect(clients.statusOf("o1")).toBe("Cancelling");
    expect(attentions).toContain("expired");
    await settleWith();
    expect(clients.orderOf("o1", "Expired").reason).toContain(
      "The customer has to say what becomes of 1 missing units",
    );
    expect(clients.stockOf("cup")).toEqual({ onHand: 9, reserved: 0 });
  });

  test("is asked for once more, and not given up if it was paid all the while", async () => {
    await leaveUnpaid("o1");
    pass(31);
    await sweep();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(attentions).toEqual(["redriven", "recovered"]);
  });

  test("is given up if the provider stays away, and its money is let go of when it is back", async () => {
    await leaveUnpaid("o1");
    pass(31);
    await sweep(providerAway);
    expect(clients.statusOf("o1")).toBe("Cancelling");
    await settleWith();
    expect(clients.statusOf("o1")).toBe("Expired");
    expect(world.provider.accounts.get("o1")).toMatchObject({ isVoided: true });
  });

  test("is not given up if it went on between being looked at and being given up", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 1, mug: 1 });
    await settleWith();
    pass(31);
    let amended = false;
    await sweep({
      actor: async (_, command) => {
        if (command?.type !== "ExpireOrder" || amended) return;
        amended = true;
        const lines = [{ lineId: "cup", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 10 }];
        clients.order("o1", "AmendOrder", { lines });
      },
    });
    expect(clients.statusOf("o1")).toBe("Placed");
    await settleWith();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
  });
});

describe("an order that waits for others", () => {
  test("is shown, and not touched, until they have acted", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 1 });
    await settleWith();
    const events = world.actors.feed.length;
    pass(3 * 24 * 60);
    await sweep();
    expect(recordOf("o1")).toMatchObject({
      attempts: 0,
      lastAttemptAt: null,
      waits: [{ step: "pack", owner: "warehouse" }],
    });
    expect({ events: world.actors.feed.length, attentions }).toEqual({ events, attentions: ["shown"] });
    clients.packAll("o1", "s");
    await settleWith();
    pass(6);
    await sweep();
    expect(stuck.records.size).toBe(0);
  });

  test("is shown without the attempts at a step that is taken by now", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 2 });
    await settleWith();
    const packed = { shipmentId: "s1", fulfilmentId: "o1~f1", lines: [{ lineId: "cup", quantity: 1 }] };
    clients.order("o1", "RecordPack", packed);
    await settleWith(providerAway);
    pass(3 * 24 * 60);
    await sweep(providerAway);
    expect(recordOf("o1")).toMatchObject({ attempts: 1, waits: [{ step: "pack" }, { step: "capture" }] });
    pass(60);
    await settleWith();
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    await sweep();
    expect(recordOf("o1")).toMatchObject({ attempts: 0, waits: [{ step: "pack" }] });
  });

  test("is attended to at once when a step of the process manager falls behind as well", async () => {
    clients.receive("cup", 9);
    clients.place("o1", { cup: 2 });
    await settleWith();
    pass(3 * 24 * 60);
    await sweep();
    const { fulfilments } = clients.orderOf("o1", "Fulfilling");
    const lines = [{ lineId: "cup", quantity: 1 }];
    clients.order("o1", "RecordPack", { shipmentId: "s1", fulfilmentId: fulfilments[0]?.fulfilmentId, lines });
    await settleWith(providerAway);
    world.clock.nowMs += 4.9 * minuteMs;
    await sweep();
    expect(recordOf("o1")?.waits.map(({ step }) => step)).toEqual(["pack"]);
    world.clock.nowMs += 0.2 * minuteMs;
    await sweep();
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([{ capture: { status: "captured" } }]);
  });
});

describe("many stuck orders", () => {
  test("are all counted, by step and age, and all attended to", async () => {
    const orderIds = Array.from({ length: 7 }, (_, index) => `o${index}`);
    await leaveUnpaid(...orderIds);
    pass(10);
    const findings = await sweep();
    expect(findings.get("authorisation")).toEqual({ orders: 7, oldestSeconds: expect.closeTo(600, 0) });
    expect(new Set(orderIds.map((orderId) => clients.statusOf(orderId)))).toEqual(new Set(["Fulfilling"]));
  });
});
