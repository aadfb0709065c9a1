import { beforeEach, describe, expect, test } from "@jest/globals";
import { NotUnderstood } from "../../../services/process-manager/run.ts";
import { createEventHandler } from "../../../services/process-manager/handle-event.ts";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  entriesOf,
  handlerParts,
  openProcess,
  openProcessWith,
  settle,
  type MemoryWorld,
} from "./memory-process.ts";

const never = new AbortController().signal;

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const noAnswer = async (): Promise<never> => {
  throw new Error("no answer");
};

/** A process to which one stock item never answers. */
const withDeadItem = (sku: string, type?: string) =>
  openProcessWith(world, {
    actor: async (streamId, command) => {
      if (streamId === `${sku}~berlin` && (type === undefined || command?.type === type)) await noAnswer();
    },
  });

describe("an event that is not understood", () => {
  test("parks its stream, whose later events wait for code that understands it; others go on", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    clients.place("o2", { cup: 1 });
    const handle = createEventHandler(handlerParts(world));
    const old = openProcess(world, async (event, signal) => {
      if (event.streamId === "o1" && event.version === 2) throw new NotUnderstood("of a later version");
      return handle(event, signal);
    });
    await settle(world, old);
    clients.order("o1", "RequestCancel", { reason: "changed my mind" });
    await settle(world, old);
    expect(["o1", "o2"].map((orderId) => clients.statusOf(orderId))).toEqual(["Cancelling", "Fulfilling"]);
    expect(world.parked.records.get("o1")).toMatchObject({
      version: 2,
      cause: "notUnderstood",
      reason: "of a later version",
    });
    await old.retryParked(never);
    expect(world.parked.records.size).toBe(1);

    await openProcess(world, handle).retryParked(never);
    expect({ status: clients.statusOf("o1"), parked: world.parked.records.size }).toEqual({
      status: "Cancelled",
      parked: 0,
    });
  });

  test("that cannot even be read parks its stream too", async () => {
    const entry = { kind: "unreadable" as const, streamId: "o1", version: 3, itemId: "o1~3", reason: "is no JSON" };
    await openProcessWith(world).handle({ range: "r", entries: [entry] }, never);
    expect(world.parked.records.get("o1")).toMatchObject({
      version: 3,
      cause: "notUnderstood",
      reason: "o1~3: is no JSON",
    });
  });
});

describe("a provider that is away", () => {
  test("keeps nobody from having their stock reserved, and parks nobody", async () => {
    clients.receive("cup", 5);
    for (const orderId of ["o1", "o2", "o3"]) clients.place(orderId, { cup: 1 });
    await settle(world, openProcessWith(world, { provider: noAnswer }));
    expect(["o1", "o2", "o3"].map((orderId) => clients.statusOf(orderId))).toEqual([
      "Reserved",
      "Reserved",
      "Reserved",
    ]);
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 3 });
    expect(world.parked.records.size).toBe(0);
  });

  test("is told of with the step that was left", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    const left: string[] = [];
    const onLeft = (orderId: string, reason: string): void => {
      left.push(`${orderId}: ${reason}`);
    };
    await settle(world, openProcessWith(world, { provider: noAnswer, onLeft }));
    expect(left).toEqual(["o1: cannot call the payment provider: no answer"]);
  });
});

describe("an actor that does not answer while others do", () => {
  test("parks the streams whose events nobody else would remember, with their later events behind them", async () => {
    clients.receive("cup", 5);
    clients.receive("pot", 5);
    clients.place("o1", { cup: 1 });
    clients.place("o2", { pot: 1 });
    await settle(world, openProcessWith(world));
    clients.packAll("o1", "s");
    clients.packAll("o2", "s");
    const dead = withDeadItem("cup", "CommitStock");
    await settle(world, dead);
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    clients.order("o2", "RecordDelivery", { shipmentId: "s1" });
    await settle(world, dead);
    expect(["o1", "o2"].map((orderId) => clients.statusOf(orderId))).toEqual(["Completed", "Completed"]);
    expect([clients.stockOf("cup"), clients.stockOf("pot")]).toEqual([
      { onHand: 5, reserved: 1 },
      { onHand: 4, reserved: 0 },
    ]);
    expect([...world.parked.records.keys()]).toEqual(["o1"]);
    expect(world.parked.records.get("o1")).toMatchObject({
      cause: "fault",
      reason: "cannot send CommitStock to cup~berlin: no answer",
    });
    await openProcessWith(world).retryParked(never);
    expect({ cup: clients.stockOf("cup"), parked: world.parked.records.size }).toEqual({
      cup: { onHand: 4, reserved: 0 },
      parked: 0,
    });
  });

  test("leaves the orders that go on saying that they wait to the watchdog", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    await settle(world, withDeadItem("cup"));
    expect({ status: clients.statusOf("o1"), parked: world.parked.records.size }).toEqual({
      status: "Placed",
      parked: 0,
    });
  });
});

describe("a stream that is unparked", () => {
  test("has every event handled, also one that a batch left to whoever unparks it", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 2 });
    await settle(world, openProcessWith(world));
    clients.packAll("o1", "s");
    const dead = withDeadItem("cup", "CommitStock");
    await settle(world, dead);
    expect(world.parked.records.size).toBe(1);

    // While it is retried, a batch that still saw it parked passes over a cancel of what is left of it.
    const batch = openProcessWith(world);
    let cancelled = 0;
    const retrying = openProcessWith(world, {
      actor: async (streamId, command) => {
        if (streamId !== "cup~berlin" || command?.type !== "CommitStock" || cancelled > 0) return;
        cancelled = world.actors.feed.length;
        clients.order("o1", "ReceiveReturn", {
          returnId: "b1",
          lines: [{ lineId: "cup", quantity: 1, condition: "resalable" }],
        });
        await batch.handle({ range: "r", entries: entriesOf(world.actors.feed.slice(cancelled)) }, never);
        expect(clients.stockOf("cup").onHand).toBe(5);
      },
    });
    await retrying.retryParked(never);
    expect(clients.stockOf("cup")).toEqual({ onHand: 4, reserved: 0 });
    expect(world.parked.records.size).toBe(0);
  });

  test("waits on, and is tried again, if a later event of it was parked while it was about to be unparked", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 2 });
    await settle(world, openProcessWith(world));
    const pack = (shipmentId: string): void => {
      const [fulfilment] = clients.orderOf("o1", "Fulfilling").fulfilments;
      const lines = [{ lineId: "cup", quantity: 1 }];
      clients.order("o1", "RecordPack", { shipmentId, fulfilmentId: fulfilment?.fulfilmentId, lines });
    };
    pack("s1");
    const dead = withDeadItem("cup", "CommitStock");
    await settle(world, dead);
    let isSlow = true;
    const parked = world.parked.open(async (call) => {
      if (call !== "unpark o1" || !isSlow) return;
      isSlow = false;
      const from = world.actors.feed.length;
      pack("s2");
      await settle(world, dead, from);
    });
    const slow = openProcessWith({ ...world, parked: { ...world.parked, ...parked } });
    await slow.retryParked(never);
    expect(isSlow).toBe(false);
    expect({ stock: clients.stockOf("cup"), parked: world.parked.records.size }).toEqual({
      stock: { onHand: 3, reserved: 0 },
      parked: 0,
    });
  });

  test("is not parked any more once one of two who try it again is through, however late the other one is", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 2 });
    await settle(world, openProcessWith(world));
    clients.packAll("o1", "s");
    await settle(world, withDeadItem("cup", "CommitStock"));
    const late = openProcessWith(world, {
      actor: async (streamId, command) => {
        if (streamId !== "cup~berlin" || command?.type !== "CommitStock") return;
        await openProcessWith(world).retryParked(never);
        await noAnswer();
      },
    });
    await late.retryParked(never);
    expect(world.parked.records.size).toBe(0);
  });

  test("is not forgotten if the process dies before it has caught up", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 2 });
    await settle(world, openProcessWith(world));
    clients.packAll("o1", "s");
    await settle(world, withDeadItem("cup", "CommitStock"));
    const dying = { ...world, parked: { ...world.parked, unpark: noAnswer } };
    await expect(openProcessWith(dying).retryParked(never)).rejects.toThrow("no answer");
    expect(world.parked.records.size).toBe(1);
    await openProcessWith(world).retryParked(never);
    expect({ stock: clients.stockOf("cup"), parked: world.parked.records.size }).toEqual({
      stock: { onHand: 3, reserved: 0 },
      parked: 0,
    });
  });
});

/** Two orders wait for cups, and cups come while the first of them cannot be told. */
const receiveWhileDeaf = async (): Promise<void> => {
  clients.receive("cup", 1);
  for (const orderId of ["o1", "o2"]) clients.place(orderId, { cup: 2 });
  await settle(world, openProcessWith(world));
  for (const orderId of ["o1", "o2"]) clients.order(orderId, "ConfirmShortage", { choice: "wait" });
  await settle(world, openProcessWith(world));
  const from = world.actors.feed.length;
  clients.receive("cup", 9);
  const process = openProcessWith(world, {
    actor: async (streamId) => (streamId === "o1" ? noAnswer() : undefined),
  });
  await settle(world, process, from);
};

describe("what a stock item has to tell to an order whose actor does not answer", () => {
  test("waits for this order alone: others get their goods, and it gets its own when it answers", async () => {
    await receiveWhileDeaf();
    expect(["o1", "o2"].map((orderId) => clients.statusOf(orderId))).toEqual(["Placed", "Fulfilling"]);
    expect([...world.parked.records.values()]).toMatchObject([
      { streamId: "cup~berlin~for~o1", cause: "fault", reason: "cannot read o1: no answer" },
    ]);
    await openProcessWith(world).retryParked(never);
    await settle(world, openProcessWith(world));
    expect(["o1", "o2"].map((orderId) => clients.statusOf(orderId))).toEqual(["Fulfilling", "Fulfilling"]);
    expect({ stock: clients.stockOf("cup"), parked: world.parked.records.size }).toEqual({
      stock: { onHand: 10, reserved: 4 },
      parked: 0,
    });
  });

  test("keeps its order: what comes later for it waits behind", async () => {
    await receiveWhileDeaf();
    const [{ version } = { version: 0 }] = world.parked.records.values();
    world.clock.nowMs += 40 * 86_400_000;
    world.actors.wake();
    const from = world.actors.feed.findLastIndex(({ type }) => type === "BackorderFilled") + 1;
    const calls: string[] = [];
    const process = openProcessWith(world, { actor: async (streamId) => void calls.push(streamId) });
    await settle(world, process, from);
    expect(world.actors.feed.slice(from).map(({ type }) => type)).toContain("ReservationExpired");
    expect(calls).not.toContain("o1");
    expect([...world.parked.records.values()]).toMatchObject([{ version }]);
  });
});

describe("parked streams", () => {
  test("are each tried in their turn, however many there are", async () => {
    const count = 230;
    for (let index = 0; index < count; index += 1)
      await world.parked.park(`o${index}`, { version: 1, cause: "fault", reason: "no answer" });
    const orderIds = [...world.parked.records.keys()];
    for (const orderId of orderIds) clients.place(orderId, { cup: 1 });
    const tried = new Set<string>();
    const process = openProcess(world, async ({ streamId }) => {
      tried.add(streamId);
      throw new NotUnderstood("still not");
    });
    for (const expected of [100, 200, count]) {
      await process.retryParked(never);
      expect(tried.size).toBe(expected);
    }
  });
});

describe("the events of a batch", () => {
  test("are handled line by line; one whose handling fails by a mistake is tried a few times, and parks its line", async () => {
    clients.receive("cup", 5);
    for (const orderId of ["o1", "o2"]) clients.place(orderId, { cup: 1 });
    const handled: string[] = [];
    const process = openProcess(world, async ({ streamId, version }) => {
      handled.push(`${streamId}/${version}`);
      if (streamId === "o1") throw new TypeError("a mistake");
    });
    await process.handle({ range: "r", entries: entriesOf(world.actors.feed) }, never);
    expect(handled).toEqual(["cup~berlin/1", "o1/1", "o2/1", "o2/2", "o1/1", "o1/1"]);
    expect([...world.parked.records.values()]).toMatchObject([
      { streamId: "o1", version: 1, cause: "fault", reason: "TypeError: a mistake" },
    ]);
  });

  test("go on where a mistake does not happen again", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    const handle = createEventHandler(handlerParts(world));
    let mistakes = 0;
    const process = openProcess(world, async (event, signal) => {
      mistakes += 1;
      if (mistakes <= 2) throw new TypeError("a mistake");
      return handle(event, signal);
    });
    await settle(world, process);
    expect({ status: clients.statusOf("o1"), parked: world.parked.records.size }).toEqual({
      status: "Fulfilling",
      parked: 0,
    });
  });

  test("are left to the next owner of the range when the lease is lost", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    const lost = new AbortController();
    const process = openProcessWith(world, {
      actor: async () => {
        lost.abort(new Error("the lease is lost"));
        return noAnswer();
      },
    });
    const handling = process.handle({ range: "r", entries: entriesOf(world.actors.feed) }, lost.signal);
    await expect(handling).rejects.toThrow("the lease is lost");
  });
});
