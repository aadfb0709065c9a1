import { beforeEach, describe, expect, test } from "@jest/globals";
import { waitingFor } from "../../../actors/order/waiting.ts";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type Around, type MemoryWorld } from "./memory-process.ts";
import { tellOne } from "./model/rest.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const run = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));

describe("a managed order that is cancelled", () => {
  test.each(["ReserveStock", "RecordReservation", "RecordAuthorisation", "ConfirmReservation", "PlanFulfilment"])(
    "just before %s gives back its stock and its money, once each",
    async (type) => {
      clients.receive("cup", 5);
      clients.place("o1", { cup: 3 });
      let cancelled = false;
      await run({
        actor: async (_, command) => {
          if (command?.type !== type || cancelled) return;
          cancelled = true;
          clients.order("o1", "RequestCancel", { reason: "changed my mind" });
        },
      });
      expect({ cancelled, status: clients.statusOf("o1") }).toEqual({ cancelled: true, status: "Cancelled" });
      expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 0 });
      expect(clients.moneyOf("o1")?.live ?? 0).toBe(0);
      expect(clients.typesOf("cup~berlin").filter((event) => event === "ReservationReleased")).toHaveLength(1);
    },
  );

  test("in part, after it was planned, keeps the rest", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    await run();
    clients.order("o1", "RequestCancel", { reason: "too many", lines: [{ lineId: "cup", quantity: 2 }] });
    await run();
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 1 });
    clients.packAll("o1", "s");
    await run();
    clients.order("o1", "RecordDelivery", { shipmentId: "s1" });
    await run();
    expect(clients.statusOf("o1")).toBe("Completed");
    expect(clients.stockOf("cup")).toEqual({ onHand: 4, reserved: 0 });
    expect(clients.moneyOf("o1")).toEqual({ captured: 10, refunded: 0, live: 0 });
  });

  test("in part, while it is being planned, is planned without that part", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 3 });
    let cancelled = false;
    await run({
      actor: async (_, command) => {
        if (command?.type !== "PlanFulfilment" || cancelled) return;
        cancelled = true;
        clients.order("o1", "RequestCancel", { reason: "too many", lines: [{ lineId: "cup", quantity: 2 }] });
      },
    });
    expect(clients.orderOf("o1", "Fulfilling").fulfilments).toMatchObject([{ lines: [{ planned: 1 }] }]);
    expect(clients.stockOf("cup")).toEqual({ onHand: 5, reserved: 1 });
  });

  test.each(["cup", "pot"])(
    "in part, of its %ss, while what it holds is being confirmed, keeps the rest",
    async (sku) => {
      clients.receive("cup", 5);
      clients.receive("pot", 5);
      clients.place("o1", { cup: 1, pot: 1 });
      let cancelled = false;
      await run({
        actor: async (streamId, command) => {
          if (command?.type !== "ConfirmReservation" || streamId !== `${sku}~berlin` || cancelled) return;
          cancelled = true;
          clients.order("o1", "RequestCancel", { reason: "too many", lines: [{ lineId: sku, quantity: 1 }] });
          // Another instance plans the order without these units, and has released them by now.
          await run();
        },
      });
      expect({ cancelled, status: clients.statusOf("o1") }).toEqual({ cancelled: true, status: "Fulfilling" });
      expect(clients.orderOf("o1", "Fulfilling").fulfilments).toMatchObject([{ lines: [{ planned: 1 }] }]);
      expect(clients.stockOf(sku)).toEqual({ onHand: 5, reserved: 0 });
      expect(["cup", "pot"].reduce((sum, each) => sum + (clients.stockOf(each).reserved ?? 0), 0)).toBe(1);
    },
  );

  test("before it was placed is refused when it comes, and late money for it is let go of", async () => {
    clients.order("o1", "RequestCancel", { reason: "changed my mind" });
    clients.place("o1", { cup: 1 });
    const [payments] = [world.provider.open(async () => undefined).payments];
    const request = { requestId: "o1~a1", orderId: "o1", amountMinor: 10, currency: "EUR" };
    const result = await payments.authorise(request);
    if (result.status !== "authorised") throw new Error(result.status);
    clients.order("o1", "RecordAuthorisation", { authorisationId: result.authorisationId, amountMinor: 10 });
    await run();
    expect({ status: clients.statusOf("o1"), live: clients.moneyOf("o1")?.live }).toEqual({
      status: "Withdrawn",
      live: 0,
    });
  });
});

describe("a managed order that loses its stock before it is paid for", () => {
  test("is rejected instead of being planned, and its money is let go of", async () => {
    clients.receive("cup", 5);
    clients.receive("pot", 5);
    clients.place("o1", { cup: 3, pot: 1 });
    let expired = false;
    await run({
      actor: async (_, command) => {
        if (command?.type !== "RecordAuthorisation" || expired) return;
        expired = true;
        world.clock.nowMs += 31 * 60_000;
        world.actors.wake();
      },
    });
    expect(clients.orderOf("o1", "Rejected").cause).toBe("reservationRejected");
    expect([clients.stockOf("cup"), clients.stockOf("pot")]).toEqual([
      { onHand: 5, reserved: 0 },
      { onHand: 5, reserved: 0 },
    ]);
    expect(clients.moneyOf("o1")?.live).toBe(0);
  });

  test("goes on if it gives up just these units while it is to be rejected for them", async () => {
    clients.receive("cup", 5);
    clients.receive("pot", 5);
    clients.place("o1", { cup: 3, pot: 1 });
    let expired = false;
    let cancelled = false;
    await run({
      actor: async (streamId, command) => {
        if (command?.type === "ConfirmReservation" && streamId === "cup~berlin" && !expired) {
          expired = true;
          world.actors.send("process-manager", "StockItem", "cup~berlin", {
            commandId: "process-manager/o1/0/by-mistake",
            type: "ReleaseStock",
            data: { reservationId: "o1~r1" },
          });
        }
        if (command?.type !== "RejectReservation" || cancelled) return;
        cancelled = true;
        clients.order("o1", "RequestCancel", { reason: "no cups", lines: [{ lineId: "cup", quantity: 3 }] });
      },
    });
    expect({ cancelled, status: clients.statusOf("o1") }).toEqual({ cancelled: true, status: "Fulfilling" });
    expect([clients.stockOf("cup").reserved, clients.stockOf("pot").reserved]).toEqual([0, 1]);
  });
});

describe("an authorisation that comes late", () => {
  test("for a request that was given up is let go of, and the one that counts stays", async () => {
    clients.receive("cup", 5);
    world.provider.behaviour = { ...world.provider.behaviour, declineNext: 1 };
    clients.place("o1", { cup: 3 });
    await run();
    clients.order("o1", "RequestAuthorisation");
    const late = { authorisationId: "late", amountMinor: 30, requestId: "o1~a1" };
    clients.order("o1", "RecordAuthorisation", late);
    await run();
    expect(world.provider.voids).toContainEqual({ orderId: "o1", authorisationId: "late" });
    expect({ live: clients.moneyOf("o1")?.live, status: clients.statusOf("o1") }).toEqual({
      live: 30,
      status: "Fulfilling",
    });
  });
});

describe("a carrier that is faster than the order", () => {
  test.each([
    ["delivered", "RecordDelivery", {}, "Completed"],
    ["failed to deliver", "RecordDeliveryFailure", { reason: "nobody at home" }, "Fulfilling"],
  ])("is heard when it has %s before the dispatch was recorded", async (_what, type, data, status) => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    await run();
    clients.packAll("o1", "s");
    const killedAfterBooking: Around = {
      actor: async (_streamId, command) => {
        if (command?.type === "DispatchShipment") throw new Error("killed");
      },
    };
    await run(killedAfterBooking);
    expect(clients.order("o1", type, { shipmentId: "s1", ...data })).toMatchObject({ ok: { events: [{}] } });
    await run();
    expect(clients.statusOf("o1")).toBe(status);
    expect(clients.typesOf("o1")).toEqual(
      expect.arrayContaining(["ShipmentDispatched", status === "Completed" ? "ShipmentDelivered" : "DeliveryFailed"]),
    );
  });
});

describe("a carrier that had a shipment before it was paid for", () => {
  test.each([
    ["delivered", "RecordDelivery", {}, "Completed"],
    ["failed to deliver", "RecordDeliveryFailure", { reason: "nobody at home" }, "Fulfilling"],
  ])(
    "and has %s it is not joined by another one, and counts once its dispatch is told",
    async (_, type, data, status) => {
      clients.receive("cup", 5);
      clients.place("o1", { cup: 3 });
      await run();
      world.provider.behaviour = { ...world.provider.behaviour, pendingRate: 1 };
      clients.packAll("o1", "s");
      await run();
      clients.order("o1", type, { shipmentId: "s1", ...data });
      while (tellOne(world, 0));
      const obstacles: string[] = [];
      await run({ onObstacle: (orderId, reason) => obstacles.push(`${orderId}: ${reason}`) });
      expect(obstacles).toEqual(["o1: shipment s1 is with a carrier already: its dispatch has to be told"]);
      expect(waitingFor(clients.orderOf("o1", "Fulfilling"), "")).toMatchObject([
        { what: "A carrier has told of shipment s1 already; its dispatch has to be told." },
      ]);
      clients.order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "own van", trackingNumber: "1" });
      await run();
      expect([clients.statusOf("o1"), world.provider.accounts.get("o1")?.shipments]).toEqual([status, []]);
      expect(clients.stockOf("cup")).toEqual({ onHand: 2, reserved: 0 });
    },
  );
});

describe("a carrier that refuses a shipment", () => {
  test("leaves it packed and paid, says so, and lets somebody else take it", async () => {
    clients.receive("cup", 5);
    clients.place("o1", { cup: 1 });
    await run();
    const { carrier } = world.provider.open(async () => undefined);
    await carrier.book({ orderId: "o1", shipmentId: "s1", lines: [{ lineId: "other", quantity: 1 }] });
    clients.packAll("o1", "s");
    const obstacles: string[] = [];
    await run({ onObstacle: (orderId, reason) => obstacles.push(`${orderId}: ${reason}`) });
    expect(obstacles).toEqual(["o1: the carrier refuses shipment s1: ShipmentIdReused"]);
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([{ status: "Packed" }]);
    clients.order("o1", "DispatchShipment", { shipmentId: "s1", carrier: "Hare", trackingNumber: "T1" });
    await run();
    expect(clients.stockOf("cup")).toEqual({ onHand: 4, reserved: 0 });
  });
});
