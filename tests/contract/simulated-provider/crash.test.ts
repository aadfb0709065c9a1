import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "../../support/wait-for.ts";
import {
  openSidecar,
  send,
  startProvider,
  type Published,
  type PublishingSidecar,
  type StartedProvider,
} from "./started-provider.ts";

const kills = 8;
const shortestRunMs = 20;
const longestRunMs = 250;

let directory: string;
let sidecar: PublishingSidecar;
let provider: StartedProvider;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "provider-crash-"));
  sidecar = await openSidecar();
  provider = await startProvider(directory, sidecar.port);
});
afterAll(async () => provider.stop());
afterAll(() => {
  sidecar.close();
  rmSync(directory, { recursive: true });
});

const authorise = (orderId: string, requestId = "a1") =>
  send(provider.url, "POST", "/payments/authorisations", { requestId, orderId, amountMinor: 900, currency: "EUR" });
const behave = (behaviour: object) => send(provider.url, "PUT", "/behaviour", behaviour);

const messagesOf = (orderId: string): Published[] => sidecar.published.filter(({ key }) => key === orderId);
const untilTold = async (orderId: string, count = 1): Promise<Published[]> =>
  waitFor(() => messagesOf(orderId).length >= count && messagesOf(orderId), {
    what: `${count} messages of ${orderId}`,
    timeoutMs: 10_000,
  });

/** Asks while the process is killed at the failpoint, and starts another one. */
const killedAt = async (failpoint: string, orderId: string): Promise<void> => {
  provider.arm(failpoint, orderId);
  await authorise(orderId).catch(() => undefined);
  await provider.untilDead();
  expect(provider.isArmed(failpoint)).toBe(false);
  await provider.start();
};

describe("a provider that is killed", () => {
  test.each([
    ["before a decision is committed, decides it when it is asked again", "provider-before-commit"],
    ["after a decision is committed, gives the same answer when it is asked again", "provider-after-commit"],
    ["after a message is sent, sends it again under the same id", "provider-after-publish"],
    ["after a message is removed, does not send it again", "provider-after-removal"],
  ])("%s", async (_what, failpoint) => {
    const orderId = `order-${failpoint}`;
    await behave({ pendingRate: 1, declineNext: 1 });
    await killedAt(failpoint, orderId);
    const { body } = await authorise(orderId);
    if (failpoint === "provider-before-commit" || failpoint === "provider-after-commit")
      expect([
        { status: "pending" },
        { status: "declined", code: "InsufficientFunds", retryable: true },
      ]).toContainEqual(body);
    await untilTold(orderId, failpoint === "provider-after-publish" ? 2 : 1);
    await waitFor(async () => (await authorise(orderId)).body["status"] === "declined", {
      what: "the outcome to be settled",
      timeoutMs: 5_000,
    });
    const events = messagesOf(orderId).map(({ event }) => event);
    expect(events).toHaveLength(failpoint === "provider-after-publish" ? 2 : 1);
    for (const event of events) expect(event).toEqual(events[0]);
    // It was decided once: the one decline was used up, and by this request.
    expect((await send(provider.url, "GET", "/behaviour")).body["declineNext"]).toBe(0);
    expect((await send(provider.url, "GET", `/ledger/${orderId}`)).body["authorisations"]).toHaveLength(1);
  });

  test("again and again in the middle of its work, has kept all that it answered, and tells all of it", async () => {
    await behave({ pendingRate: 0.5, declineRate: 0.2 });
    interface Answered {
      readonly orderId: string;
      readonly requestId: string;
      readonly status: unknown;
    }
    const answered: Answered[] = [];
    let asked = 0;
    const done = new AbortController();
    /** Asks one thing after another, each until it is answered. */
    const work = async (worker: number): Promise<void> => {
      while (!done.signal.aborted) {
        const orderId = `crash-${worker}`;
        const requestId = `a${(asked += 1)}`;
        const reply = await waitFor(
          async () => {
            const found = await authorise(orderId, requestId).catch(() => undefined);
            return found?.status === 200 && found;
          },
          { what: "an answer", timeoutMs: 20_000 },
        );
        answered.push({ orderId, requestId, status: reply.body["status"] });
      }
    };
    const workers = Array.from({ length: 6 }, (_, worker) => work(worker));
    try {
      // Some kills come before anything is answered, on a busy machine many.
      for (let kill = 0; kill < kills || answered.length <= kills; kill += 1) {
        await delay(randomInt(shortestRunMs, longestRunMs));
        await provider.kill();
        await provider.start();
      }
    } finally {
      done.abort();
    }
    await Promise.all(workers);

    await waitFor(async () => (await send(provider.url, "GET", "/ledger")).body["waitingMessages"] === 0, {
      what: "all messages to be sent",
      timeoutMs: 20_000,
    });
    for (const { orderId, requestId, status } of answered) {
      const { body } = await authorise(orderId, requestId);
      expect(["authorised", "declined"]).toContain(body["status"]);
      const messages = messagesOf(orderId).filter(({ event }) => event.data["requestId"] === requestId);
      // What was pending is told, whatever happened in between; what was decided is never decided otherwise.
      if (status === "pending") expect(messages.length).toBeGreaterThanOrEqual(1);
      else expect(body["status"]).toBe(status);
      expect(new Set(messages.map(({ event }) => JSON.stringify(event))).size).toBeLessThanOrEqual(1);
      for (const { event } of messages) expect(event.type).toBe(`payment.${String(body["status"])}`);
    }
  });

  test("and starts with a file that another process holds, says so and ends", async () => {
    await expect(startProvider(directory, sidecar.port)).rejects.toThrow(
      /SIMULATED_PROVIDER_DATA_DIR: .*ledger\.sqlite is in use by another process/,
    );
  });
});

describe("a provider that is asked to stop", () => {
  test("ends in good order, and does not wait for a Kafka that is silent", async () => {
    const orderId = "order-stopped";
    await behave({ pendingRate: 1 });
    sidecar.kafka = "is silent";
    await authorise(orderId);
    expect(await provider.stop()).toBe(0);
    expect(messagesOf(orderId)).toEqual([]);
    sidecar.kafka = "takes";
    await provider.start();
    expect(await untilTold(orderId)).toHaveLength(1);
  });
});
