import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDaprReminders } from "../../../actors/host/dapr-reminders.ts";
import type { ActorHost } from "../../../actors/host/actor-host.ts";
import { createDaprServerHost } from "../../../actors/host/dapr-server-host.ts";
import { StoreFault } from "../../../actors/event-store/event-store.ts";
import { waitFor } from "../../support/wait-for.ts";
import { startDaprWithScheduler, type DaprWithScheduler } from "./dapr-with-scheduler.ts";

const timeoutMs = 60_000;
const limit = { timeoutMs };

interface Delivery {
  readonly actorId: string;
  readonly reminder: string;
  readonly at: number;
}

const deliveries: Delivery[] = [];
/** How many deliveries of each actor's reminder fail before one is taken. */
const failures = new Map<string, number>();
let dapr: DaprWithScheduler;
let host: ActorHost;
let opened: ReturnType<typeof createDaprReminders>;

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
const deliveredTo = (actorId: string): Delivery[] => deliveries.filter((delivery) => delivery.actorId === actorId);
const setReminder = async (actorId: string, dueAt: string): Promise<void> =>
  opened.reminders.set("StockItem", actorId, dueAt, limit);

beforeAll(async () => {
  dapr = await startDaprWithScheduler();
  const log = { error: () => undefined, warn: () => undefined };
  host = createDaprServerHost({
    appPort: dapr.appPort,
    appHost: "127.0.0.1",
    daprHttpPort: dapr.daprHttpPort,
    log,
  });
  host.register("StockItem", {
    handle: async () => ({ ok: {} }),
    woken: async (actorId, reminder) => {
      deliveries.push({ actorId, reminder, at: Date.now() });
      if (actorId === "renewed~berlin" && deliveredTo(actorId).length < 3) await setReminder(actorId, inSeconds(1));
      const left = failures.get(actorId) ?? 0;
      failures.set(actorId, left - 1);
      return left > 0 ? { error: { kind: "fault", code: "Busy", message: "not now" } } : { ok: {} };
    },
    deactivated: () => undefined,
  });
  await host.start();
  opened = createDaprReminders(dapr.daprGrpcPort, { everySeconds: 1, most: 1_000 });
  // The sidecar refuses reminders until it has joined its scheduler and placement.
  await waitFor(
    async () =>
      setReminder("first~berlin", inSeconds(0)).then(
        () => true,
        () => false,
      ),
    {
      what: `the sidecar to take reminders:\n${dapr.output()}`,
      timeoutMs,
    },
  );
});

afterAll(() => opened.close());
afterAll(async () => host.stop());
afterAll(async () => dapr.stop());

describe("a reminder", () => {
  test("comes when it is due, under its name, and then no more", async () => {
    const dueAt = inSeconds(2);
    await setReminder("once~berlin", dueAt);
    await waitFor(() => deliveredTo("once~berlin").length > 0, { what: "the reminder", timeoutMs });
    const [delivery] = deliveredTo("once~berlin");
    expect(delivery).toMatchObject({ reminder: "wake" });
    expect(delivery?.at).toBeGreaterThanOrEqual(Date.parse(dueAt));
    await setReminder("after~berlin", inSeconds(3));
    await waitFor(() => deliveredTo("after~berlin").length > 0, { what: "a later reminder", timeoutMs });
    expect(deliveredTo("once~berlin")).toHaveLength(1);
  });

  test("that is overdue comes at once", async () => {
    await setReminder("overdue~berlin", inSeconds(-3_600));
    await waitFor(() => deliveredTo("overdue~berlin").length === 1, { what: "the reminder", timeoutMs });
  });

  test("takes the place of the one before", async () => {
    await setReminder("moved~berlin", inSeconds(3_600));
    await setReminder("moved~berlin", inSeconds(1));
    await waitFor(() => deliveredTo("moved~berlin").length === 1, { what: "the reminder", timeoutMs });
  });

  test("comes again and again until it is taken, more often than Dapr would by itself", async () => {
    failures.set("again~berlin", 7);
    await setReminder("again~berlin", inSeconds(0));
    await waitFor(() => deliveredTo("again~berlin").length === 8, { what: "eight deliveries", timeoutMs });
    await setReminder("after-again~berlin", inSeconds(3));
    await waitFor(() => deliveredTo("after-again~berlin").length > 0, { what: "a later reminder", timeoutMs });
    expect(deliveredTo("again~berlin")).toHaveLength(8);
  });

  test("that is set anew while it is taken comes again", async () => {
    await setReminder("renewed~berlin", inSeconds(0));
    await waitFor(() => deliveredTo("renewed~berlin").length === 3, { what: "three deliveries", timeoutMs });
  });

  test("cannot be set without a sidecar, and that is said in time", async () => {
    const away = createDaprReminders(1);
    const set = away.reminders.set("StockItem", "away~berlin", inSeconds(1), { timeoutMs: 300 });
    await expect(set).rejects.toThrow(StoreFault);
    await expect(set).rejects.toMatchObject({ sent: false });
    away.close();
  });
});
