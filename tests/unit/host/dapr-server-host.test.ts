import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ActorHost } from "../../../actors/host/actor-host.ts";
import { createDaprServerHost } from "../../../actors/host/dapr-server-host.ts";

/** The calls that a sidecar makes, against a host that believes to have one. */
const calls: { actorId: string; method: string; body: unknown }[] = [];
const woken: { actorId: string; reminder: string }[] = [];
const deactivated: string[] = [];
const logged: string[] = [];
let sidecar: Server;
let host: ActorHost;
let appPort: number;

const listening = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
};

const call = async (method: string, path: string, body?: string, contentType = "application/json") => {
  const response = await fetch(`http://127.0.0.1:${appPort}${path}`, {
    method,
    ...(body === undefined ? {} : { body, headers: { "content-type": contentType } }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text };
};

beforeAll(async () => {
  sidecar = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ id: "test" }));
  });
  const daprHttpPort = await listening(sidecar);
  const probe = createServer();
  appPort = await listening(probe);
  probe.close();
  await once(probe, "close");
  host = createDaprServerHost({
    appPort,
    appHost: "127.0.0.1",
    daprHttpPort,
    log: {
      error: (message) => logged.push(message),
      warn: (message) => logged.push(message),
    },
  });
  host.register("Order", {
    handle: async (actorId, method, body) => {
      calls.push({ actorId, method, body });
      return { ok: { actorId, method } };
    },
    woken: async (actorId, reminder) => {
      woken.push({ actorId, reminder });
      return actorId === "later"
        ? { error: { kind: "fault", code: "Busy", message: "not now" } }
        : { ok: { streamId: actorId } };
    },
    deactivated: (actorId) => void deactivated.push(actorId),
  });
  await host.start();
});

afterAll(async () => {
  await host.stop();
  sidecar.closeAllConnections();
  sidecar.close();
});

describe("a host behind the sidecar", () => {
  test("offers its types and their times", async () => {
    const { body } = await call("GET", "/dapr/config");
    expect(body).toMatchObject({ entities: ["Order"], actorIdleTimeout: "2m", drainRebalancedActors: true });
  });

  test.each(["execute", "drive", "read", "flush"])("answers the method %s", async (method) => {
    const answer = await call("PUT", `/actors/Order/sku.1~store_2/method/${method}`, JSON.stringify({ a: [1] }));
    expect(answer).toEqual({ status: 200, body: { ok: { actorId: "sku.1~store_2", method } } });
    expect(calls.at(-1)).toEqual({ actorId: "sku.1~store_2", method, body: { a: [1] } });
  });

  test("has no other method, above all none that the SDK's actor class happens to have", async () => {
    for (const method of ["onDeactivateInternal", "constructor", "saveStateInternal", "nothing"]) {
      const answer = await call("PUT", `/actors/Order/o/method/${method}`, "{}");
      expect(answer).toMatchObject({ status: 200, body: { error: { kind: "invalid", code: "UnknownMethod" } } });
    }
  });

  test("answers a body that is not JSON", async () => {
    const answer = await call("PUT", "/actors/Order/o/method/execute", "{");
    expect(answer).toMatchObject({ status: 200, body: { error: { kind: "invalid", code: "UnreadableBody" } } });
  });

  test("takes reminders, and has those delivered again that it could not take", async () => {
    expect(await call("PUT", "/actors/Order/sku.1~store_2/method/remind/wake", "{}")).toEqual({
      status: 200,
      body: { ok: { streamId: "sku.1~store_2" } },
    });
    expect(woken.at(-1)).toEqual({ actorId: "sku.1~store_2", reminder: "wake" });
    expect((await call("PUT", "/actors/Order/o/method/remind/other", "")).status).toBe(200);
    expect(woken.at(-1)).toEqual({ actorId: "o", reminder: "other" });
    expect((await call("PUT", "/actors/Order/later/method/remind/wake", "{}")).status).toBe(500);
    expect((await call("PUT", "/actors/Unknown/o/method/remind/wake", "{}")).status).toBe(500);
    expect(await call("PUT", "/actors/Order/o/method/wake", "{}")).toMatchObject({
      body: { error: { code: "UnknownMethod" } },
    });
  });

  test("is told when an actor is gone, also of one that only a reminder brought here", async () => {
    await call("PUT", "/actors/Order/gone/method/read", "{}");
    expect((await call("DELETE", "/actors/Order/gone")).status).toBe(200);
    expect(deactivated).toEqual(["gone"]);
    expect((await call("DELETE", "/actors/Order/never")).status).toBe(200);
    expect((await call("DELETE", "/actors/Order/gone")).status).toBe(200);
    expect(deactivated).toEqual(["gone", "never", "gone"]);
    expect(logged).toEqual([]);
  });

  test("listens on the loopback address alone", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others)
      await expect(fetch(`http://${address}:${appPort}/healthz`)).rejects.toThrow("fetch failed");
  });
});
