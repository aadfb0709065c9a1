import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { killProcess, sharedStack, waitFor } from "../support/stack.ts";
import { placeOrderOf } from "./place-order.ts";

const run = Date.now().toString(36);

let api: GatewayApi;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
});
afterAll(async () => api.close());

const placeOrder = placeOrderOf(`customer-unavailable-${run}`);

const get = async (path: string): Promise<Response> => fetch(`${sharedStack().gateway}${path}`);

const unreadyParts = async (): Promise<string[]> => {
  const { unready = [] } = (await (await get("/readyz")).json()) as { unready?: { name: string }[] };
  return unready.map(({ name }) => name);
};

/** Waits until exactly these parts are away: one that is only slow to answer is not. */
const untilUnready = async (...parts: readonly string[]): Promise<void> => {
  await waitFor(async () => (await unreadyParts()).join() === parts.join(), {
    what: `nothing to be away but ${parts.join()}`,
    timeoutMs: 20_000,
  });
};

/** Runs while a process of the stack hangs, and waits until the gateway is ready again. */
const whileHanging = async (name: string, run: () => Promise<void>): Promise<void> => {
  await killProcess(name, "SIGSTOP");
  try {
    await run();
  } finally {
    await killProcess(name, "SIGCONT");
    await waitFor(async () => api.isReady(), { what: "the gateway to be ready again", timeoutMs: 30_000 });
  }
};

describe("while the gateway's sidecar hangs", () => {
  const orderId = `hanging-${run}`;

  test("a command is a 503 that says when to repeat it, and repeating it is safe", async () => {
    await whileHanging("gateway-daprd", async () => {
      const reply = await api.sendOrderCommand(orderId, "place", placeOrder);
      expect(reply).toMatchObject({ httpStatus: 503, problem: { code: "Unavailable" } });
      expect(reply.retryAfterSeconds).toBeGreaterThan(0);
      await untilUnready("sidecar", "actor-host");
    });
    const repeated = await api.sendOrderCommand(orderId, "place", placeOrder);
    expect(repeated).toMatchObject({ httpStatus: 200, accepted: { orderId, version: 1, status: "Placed" } });
    expect(await api.readEvents(orderId)).toHaveLength(1);
  });
});

describe("while the database hangs", () => {
  test("a query is a 503, never a 404", async () => {
    await whileHanging("cosmos", async () => {
      const replies = await Promise.all(
        [`/v1/orders/any-${run}`, `/v1/orders/any-${run}/events`, "/v1/orders?status=Placed"].map(get),
      );
      for (const reply of replies) {
        expect(reply.status).toBe(503);
        expect(reply.headers.get("retry-after")).toBe("2");
        expect(await reply.json()).toMatchObject({ code: "Unavailable" });
      }
      expect(await unreadyParts()).toContain("snapshot-database");
    });
  });
});

describe("while Kafka hangs", () => {
  test("the gateway is ready and takes commands", async () => {
    await whileHanging("kafka", async () => {
      await untilUnready();
      const reply = await api.sendOrderCommand(`without-kafka-${run}`, "place", placeOrder);
      expect(reply.httpStatus).toBe(200);
    });
  });
});
