import { beforeEach, describe, expect, test } from "@jest/globals";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type Around, type MemoryWorld } from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
});

const run = async (around: Around = {}): Promise<void> => settle(world, openProcessWith(world, around));

describe("a managed order with enough stock", () => {
  test("goes its whole way, each step under an id of its own", async () => {
    clients.receive("cup", 5);
    clients.receive("pot", 2);
    clients.place("o1", { pot: 1, cup: 3 });
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    const [shipmentId = ""] = clients.packAll("o1", "s");
    await run();
    clients.order("o1", "RecordDelivery", { shipmentId });
    await run();
    expect(clients.orderOf("o1", "Completed").payment).toMatchObject({ authorisedMinor: 40, capturedMinor: 40 });
    expect([clients.stockOf("cup"), clients.stockOf("pot")]).toEqual([
      { onHand: 2, reserved: 0 },
      { onHand: 1, reserved: 0 },
    ]);
  });
});
