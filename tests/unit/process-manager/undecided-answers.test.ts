import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createHttpCarrier } from "../../../services/process-manager/carrier/http-carrier.ts";
import { createEventHandler } from "../../../services/process-manager/handle-event.ts";
import { createHttpPaymentProvider } from "../../../services/process-manager/payment/http-payment-provider.ts";
import { createProviderClient, type ProviderClient } from "../../../services/process-manager/provider-client.ts";
import { listen, type RunningServer } from "../../../services/platform/http-server.ts";
import { clientsOf, type Clients } from "./clients.ts";
import {
  createMemoryWorld,
  handlerParts,
  openProcess,
  openProcessWith,
  settle,
  type MemoryWorld,
} from "./memory-process.ts";
import { createMemoryStuck } from "./memory-watch.ts";
import { openWatchdog } from "./model/rest.ts";

let server: RunningServer;
let client: ProviderClient;
let world: MemoryWorld;
let clients: Clients;

beforeEach(async () => {
  server = await listen((_request, response) => response.writeHead(401).end("{}"), 0);
  client = createProviderClient(`http://127.0.0.1:${server.port}`, { attemptMs: 5_000, deadlineMs: 600 });
  world = createMemoryWorld();
  clients = clientsOf(world);
  clients.receive("cup", 5);
  clients.place("o1", { cup: 1 });
});
afterEach(async () => {
  await Promise.all([client.close(), server.close(100)]);
});

/** Our key for the provider and the carrier has been rotated. */
const settleLockedOut = async (from = 0): Promise<void> => {
  const parts = {
    ...handlerParts(world),
    payments: createHttpPaymentProvider(client),
    carrier: createHttpCarrier(client),
  };
  await settle(world, openProcess(world, createEventHandler(parts)), from);
};

/** The key is right again, and the watchdog looks on ten minutes later. */
const letIn = async (): Promise<void> => {
  const from = world.actors.feed.length;
  world.clock.nowMs += 600_000;
  await openWatchdog(world, createMemoryStuck()).sweep(new AbortController().signal);
  await settle(world, openProcessWith(world), from);
};

describe("a provider that answers 401", () => {
  test("ends no order that waits for its authorisation", async () => {
    await settleLockedOut();
    expect(clients.statusOf("o1")).toBe("Reserved");
    await letIn();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
  });

  test("declines no capture", async () => {
    await settle(world, openProcessWith(world));
    clients.packAll("o1", "s");
    await settleLockedOut();
    expect(clients.typesOf("o1").at(-1)).toBe("CaptureRequested");
    await letIn();
    expect(clients.orderOf("o1", "Fulfilling").shipments).toMatchObject([{ status: "Dispatched" }]);
  });
});
