import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { processCommandId } from "../../actors/kernel/envelope.ts";
import { recordedEvent, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { stockStreamId } from "../../actors/kernel/stream-id.ts";
import { openContainers } from "../../services/platform/cosmos.ts";
import { createSidecar, type Sidecar } from "../../services/platform/sidecar.ts";
import { armFailpoint, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
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

const hostPid = async (): Promise<number> => {
  const { pid } = await processNamed("actor-host");
  if (pid === null) throw new Error("the actor host does not run");
  return pid;
};

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

const untilAvailable = async (sku: string, available: number): Promise<void> => {
  await waitFor(async () => (await fault.gateway.readStock(sku, location))?.available === available, {
    what: `${available} of ${sku} to be available`,
    timeoutMs: expiryMs,
  });
};

describe("a reservation whose time is over", () => {
  test.each(["after-reminder", "after-append", "before-reply"])(
    "expires although the actor host was killed %s",
    async (failpoint) => {
      const sku = `${fault.prefix}-${failpoint}`;
      const streamId = stockStreamId(sku, location);
      await receive(sku, 3);
      const pid = await hostPid();
      armFailpoint(failpoint, streamId);
      await reserve(streamId, `${sku}~r1`, 2);
      await untilRestarted("actor-host", pid);
      await untilAvailable(sku, 1);
      await untilAvailable(sku, 3);
      expect(await storedEvents(streamId)).toMatchObject([
        { type: "StockReceived" },
        { type: "StockReserved", version: 2 },
        { type: "ReservationExpired", version: 3, by: "reminder", commandId: "reminder/2" },
      ]);
    },
  );

  test.each(["before-append", "after-append"])(
    "expires once although the actor host is killed %s when it is woken",
    async (failpoint) => {
      const sku = `${fault.prefix}-woken-${failpoint}`;
      const streamId = stockStreamId(sku, location);
      await receive(sku, 3);
      await reserve(streamId, `${sku}~r1`, 2);
      await reserve(streamId, `${sku}~r2`, 1);
      const pid = await hostPid();
      armFailpoint(failpoint, streamId);
      await untilRestarted("actor-host", pid, expiryMs);
      await untilAvailable(sku, 3);
      expect(await storedEvents(streamId)).toMatchObject([
        { type: "StockReceived" },
        { type: "StockReserved" },
        { type: "StockReserved" },
        { type: "ReservationExpired", by: "reminder", data: { reservationId: `${sku}~r1` } },
        { type: "ReservationExpired", by: "reminder", data: { reservationId: `${sku}~r2` } },
      ]);
    },
  );
});
