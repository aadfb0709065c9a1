import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { processCommandId } from "../../actors/kernel/envelope.ts";
import { recordedEvent, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { stockStreamId } from "../../actors/kernel/stream-id.ts";
import { openContainers } from "../../services/platform/cosmos.ts";
import { createSidecar, type Sidecar } from "../../services/platform/sidecar.ts";
import { armFailpoint, processNamed, sharedStack, untilHit, waitFor } from "../support/stack.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

const location = "berlin";
/** A stream is woken no sooner than fifteen seconds after it asks for it, and then again every ten. */
const expiryMs = 60_000;

let fault: FaultTest;
let sidecar: Sidecar;
beforeAll(async () => {
  fault = await beginFaultTest("expiry");
  const { ports } = await processNamed("gateway-daprd");
  sidecar = createSidecar(z.int().parse(ports[0]));
});
afterAll(async () => {
  await sidecar.close();
  await fault.close();
});

const receive = async (sku: string, quantity: number): Promise<void> => {
  const body = { type: "ReceiveStock", receiptId: "receipt-1", quantity };
  const { httpStatus, text } = await fault.gateway.sendStockCommand(sku, location, "receive-1", body);
  if (httpStatus !== 200) throw new Error(`ReceiveStock of ${sku} was answered ${httpStatus}: ${text}`);
};

/** Reserves as the process manager does, for a few seconds, and repeats it until it is answered. */
const reserve = async (streamId: string, reservationId: string, quantity: number): Promise<void> => {
  const expiresAt = new Date(Date.now() + 5_000).toISOString();
  const command = {
    commandId: processCommandId(`${reservationId}/1`, "reserve"),
    type: "ReserveStock",
    data: { reservationId, quantity, expiresAt },
  };
  const answer = await sidecar.command("drive", "StockItem", streamId, command, { deadlineMs: 40_000 });
  expect(answer).toMatchObject({ ok: { events: [{ type: "StockReserved" }] } });
};

const storedEvents = async (streamId: string): Promise<RecordedEvent[]> => {
  const { cosmos } = sharedStack();
  const { events } = openContainers({
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_DATABASE: cosmos.database,
  });
  const found = await events.items.query<unknown>("SELECT * FROM c", { partitionKey: streamId }).fetchAll();
  return z
    .array(z.object({ value: z.unknown() }))
    .parse(found.resources)
    .flatMap(({ value }) => recordedEvent.safeParse(value).data ?? [])
    .toSorted((a, b) => a.version - b.version);
};

/** Waits until all units are available at this version: before any was reserved they were so too. */
const untilAllAvailable = async (sku: string, version: number): Promise<void> => {
  await waitFor(
    async () => {
      const stock = await fault.gateway.readStock(sku, location);
      return stock?.version === version && stock.available === 3;
    },
    { what: `${sku} to be available again at version ${version}`, timeoutMs: expiryMs },
  );
};

/** Stock of three units, and no command yet but their receipt. */
const stocked = async (name: string): Promise<{ sku: string; streamId: string }> => {
  const sku = `${fault.prefix}-${name}`;
  await receive(sku, 3);
  return { sku, streamId: stockStreamId(sku, location) };
};

/** Has the actor host killed at this point of a reservation of two units, which is repeated until it is answered. */
const killedWhileMade = async (failpoint: string): Promise<{ sku: string; streamId: string }> => {
  const item = await stocked(`made-${failpoint}`);
  armFailpoint(failpoint, item.streamId);
  await reserve(item.streamId, `${item.sku}~r1`, 2);
  await untilHit(failpoint);
  return item;
};

/** Makes two reservations, of two units and of one, and has the actor host killed at this point when it is woken for them. */
const killedWhenWoken = async (failpoint: string): Promise<{ sku: string; streamId: string }> => {
  const item = await stocked(`woken-${failpoint}`);
  await reserve(item.streamId, `${item.sku}~r1`, 2);
  await reserve(item.streamId, `${item.sku}~r2`, 1);
  armFailpoint(failpoint, item.streamId);
  return item;
};

describe("reservations whose time is over", () => {
  test("expire once, wherever the actor host was killed while it made them or was woken for them", async () => {
    // All of them wait at the same time. A failpoint is armed for one stream at a time, and nothing is killed between the two
    // reservations of those that are to be woken for both.
    const made = [];
    for (const failpoint of ["after-reminder", "after-append", "before-reply"])
      made.push(await killedWhileMade(failpoint));
    const wokenBefore = await killedWhenWoken("before-append");
    const wokenAfter = await killedWhenWoken("after-append");
    for (const failpoint of ["before-append", "after-append"]) await untilHit(failpoint, expiryMs);
    for (const { sku } of made) await untilAllAvailable(sku, 3);
    for (const { sku } of [wokenBefore, wokenAfter]) await untilAllAvailable(sku, 5);
    for (const { streamId } of made)
      expect(await storedEvents(streamId)).toMatchObject([
        { type: "StockReceived" },
        { type: "StockReserved", version: 2 },
        { type: "ReservationExpired", version: 3, by: "reminder", commandId: "reminder/2" },
      ]);
    for (const { sku, streamId } of [wokenBefore, wokenAfter])
      expect(await storedEvents(streamId)).toMatchObject([
        { type: "StockReceived" },
        { type: "StockReserved" },
        { type: "StockReserved" },
        { type: "ReservationExpired", by: "reminder", data: { reservationId: `${sku}~r1` } },
        { type: "ReservationExpired", by: "reminder", data: { reservationId: `${sku}~r2` } },
      ]);
  });
});
