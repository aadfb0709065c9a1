import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { stuckOrder, type StuckOrder } from "../../services/platform/stuck-orders.ts";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { killProcess, sharedStack, waitFor } from "../support/stack.ts";
import { behave, behaveAgain, managedOrders, type ManagedOrders } from "./managed-order.ts";
import { openStandIn, type StandIn } from "./stand-in.ts";

const run = Date.now().toString(36);
const settleMs = 90_000;

let api: GatewayApi;
let orders: ManagedOrders;
let standIn: StandIn;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
  orders = managedOrders(api);
});
beforeEach(async () => {
  standIn = await openStandIn("process-manager", {
    STEP_LIMITS: "authorisation=2,customer=2,reservation=2,plan=2,capture=2,refund=2,void=2,release=2,cancel=2",
    WATCHDOG_INTERVAL_MS: "300",
    WATCHDOG_PAUSE_MS: "1000",
  });
});
afterEach(async () => {
  await behaveAgain();
  await standIn.close();
});
afterAll(async () => api.close());

const page = z.object({ items: z.array(stuckOrder), nextCursor: z.string().nullable() });

/** The stuck orders of this test, as the gateway lists them, a few at a time. */
const listStuck = async (prefix: string): Promise<StuckOrder[]> => {
  const found: StuckOrder[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${sharedStack().gateway}/v1/operations/stuck-orders?limit=2${more}`);
    const { items, nextCursor } = page.parse(await response.json());
    found.push(...items);
    cursor = nextCursor;
  }
  return found.filter(({ orderId }) => orderId.startsWith(prefix));
};

/** Whether its payment was asked for again: before that it may have waited for its goods, and nobody have asked at all. */
const isTriedInVain = ({ waits, attempts, lastFailure }: StuckOrder): boolean =>
  waits[0]?.step === "authorisation" && attempts > 0 && lastFailure !== null;

describe("a payment provider that is away", () => {
  test("holds up nobody's reservation; the orders that need it are shown, and go on by themselves when it is back", async () => {
    const [sku, prefix] = [`cup-unpaid-${run}`, `unpaid-${run}`];
    await orders.receive(sku, 100);
    await killProcess("simulated-provider", "SIGSTOP");
    const orderIds = Array.from({ length: 5 }, (_, index) => `${prefix}-${index}`);
    try {
      await Promise.all(orderIds.map(async (orderId) => orders.place(orderId, { [sku]: 1 })));
      await Promise.all(orderIds.map(async (orderId) => orders.untilStatus(orderId, "Reserved", settleMs)));
      await orders.untilStock(sku, { reserved: 5 }, settleMs);
      const stuck = await waitFor(
        async () => {
          const found = await listStuck(prefix);
          return found.length === 5 && found.every(isTriedInVain) && found;
        },
        { what: "the five orders to be shown with the reason", timeoutMs: settleMs },
      );
      expect(stuck[0]).toMatchObject({
        orderId: `${prefix}-0`,
        status: "Reserved",
        waits: [{ step: "authorisation", allowedSeconds: 2, owner: "payment-provider" }],
        lastFailure: { reason: expect.stringContaining("cannot call the payment provider") },
      });
      const ofProcessManager = await (await fetch(`${standIn.url}/stuck?limit=200`)).json();
      expect(JSON.stringify(ofProcessManager)).toContain(`${prefix}-4`);
      const isMeasured = async (): Promise<boolean> => {
        const metrics = await (await fetch(`${standIn.url}/metrics`)).text();
        return /process_stuck_orders\{step="authorisation".*\} [5-9]/.test(metrics);
      };
      await waitFor(isMeasured, { what: "the five orders to be counted", timeoutMs: settleMs });

      // Orders that come now are reserved all the same.
      await orders.place(`late-${run}`, { [sku]: 1 });
      await orders.untilStatus(`late-${run}`, "Reserved", settleMs);
    } finally {
      await killProcess("simulated-provider", "SIGCONT");
    }
    await Promise.all(orderIds.map(async (orderId) => orders.untilStatus(orderId, "Fulfilling", settleMs)));
    await waitFor(async () => (await listStuck(prefix)).length === 0, {
      what: "nobody to be shown any more",
      timeoutMs: settleMs,
    });
  });
});

describe("an order that nobody comes back to", () => {
  test("gets its pending payment by being asked for again, also if the watchdog is killed over it", async () => {
    const sku = `cup-pending-${run}`;
    await orders.receive(sku, 100);
    // What the provider has to tell by message is held back: whoever wants to know has to ask.
    for (const [index, point] of ["pm-after-claim", "pm-redriving"].entries()) {
      const orderId = `pending-${point}-${run}`;
      await behave({ rules: [{ on: "authorisation", orderIdPrefix: orderId, pending: true }], holdMessages: true });
      standIn.arm(point, orderId);
      await orders.place(orderId, { [sku]: 1 });
      await orders.untilStock(sku, { reserved: index + 1 }, settleMs);
      await standIn.untilAllHit(settleMs);
      await behaveAgain();
      await orders.untilStatus(orderId, "Fulfilling", settleMs);
      expect(await orders.balanceOf(orderId)).toMatchObject({ authorisedMinor: 100, voidedMinor: 0 });
    }
  });

  test("is given up when its customer does not decide, also if the watchdog is killed over it", async () => {
    const [cup, orderId] = [`cup-undecided-${run}`, `undecided-${run}`];
    await orders.receive(cup, 5);
    standIn.arm("pm-after-expire", orderId);
    await orders.place(orderId, { [cup]: 3, [`none-${run}`]: 1 });
    await orders.untilStatus(orderId, "Expired", settleMs);
    await orders.untilStock(cup, { onHand: 5, reserved: 0 }, settleMs);
    await standIn.untilAllHit(settleMs);
    expect((await api.readEvents(orderId)).filter(({ type }) => type === "CancellationRequested")).toHaveLength(1);
  });
});
