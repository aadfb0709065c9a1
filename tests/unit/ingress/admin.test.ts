import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import express from "express";
import { addParkedRoutes } from "../../../services/ingress/admin/parked-routes.ts";
import { createParkedClient, type ParkedClient } from "../../../services/ingress/cli/client.ts";
import { auditLine, messageLine, reportLines, streamLine } from "../../../services/ingress/cli/lines.ts";
import { leased, withMessage } from "../../../services/ingress/parking/parked-stream.ts";
import type { Redriver } from "../../../services/ingress/parking/redriver.ts";
import { ParkingUnavailable, type ParkedStore } from "../../../services/ingress/parking/store.ts";
import { RedriveUnderWay } from "../../../services/ingress/parking/stream-lease.ts";
import { listen, type RunningServer } from "../../../services/platform/http-server.ts";
import { SidecarUnavailable } from "../../../services/platform/sidecar.ts";
import { createMemoryParkedStore, noParkedItems, type ParkedItems } from "../../support/memory-parked-store.ts";
import { aParkedMessage, aParkedStream, parkedAt } from "./parking/examples.ts";

const silent = () => undefined as never;
const nowMs = Date.parse(parkedAt) + 500;
const policy = { automatic: true, firstMs: 60_000, longestMs: 600_000, mostAttempts: 5 };

let items: ParkedItems;
let store: ParkedStore;
let server: RunningServer;
let url: string;
let client: ParkedClient;
let redrives: Redriver;
let asked: unknown[];

beforeEach(async () => {
  items = noParkedItems();
  store = createMemoryParkedStore(items);
  asked = [];
  redrives = {
    redrive: async (streamId, by) => {
      asked.push({ streamId, by });
      return streamId === "order-1" ? { streamId, settled: [], left: 0, stoppedBy: null } : undefined;
    },
    discard: async (streamId, messageId, reason, by) => {
      asked.push({ streamId, messageId, reason, by });
      return streamId === "order-1" ? aParkedMessage(17, "broken") : undefined;
    },
  };
  const app = express();
  addParkedRoutes(app, {
    store: { ...store, listStreams: async (page) => store.listStreams(page) },
    redriver: {
      redrive: async (...given) => redrives.redrive(...given),
      discard: async (...given) => redrives.discard(...given),
    },
    policy,
    nowMs: () => nowMs,
    logger: { error: silent, warn: silent, info: silent, debug: silent },
  });
  server = await listen(app, 0);
  url = `http://127.0.0.1:${server.port}`;
  client = createParkedClient(url);
});
afterEach(async () => server.close(100));

const park = (streamId: string, ...offsets: readonly number[]): void => {
  for (const [index, offset] of offsets.entries()) {
    const message = aParkedMessage(offset, index === 0 ? "broken" : null, streamId);
    const key = `${message.partition} ${streamId}`;
    items.messages.set(message.messageId, message);
    items.streams.set(key, { stream: withMessage(items.streams.get(key)?.stream, message), etag: String(offset) });
  }
};

const post = async (
  path: string,
  body: string,
  type = "application/json",
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { "content-type": type }, body });
  return { status: response.status, body: await response.json() };
};

describe("what is parked", () => {
  test("is listed page by page", async () => {
    expect(await client.list({ limit: 10 })).toEqual({ streams: [], nextAfter: null });
    for (const streamId of ["order-1", "order-2", "order-3"]) park(streamId, 17);
    const first = await client.list({ limit: 2 });
    expect(first.streams.map(({ streamId }) => streamId)).toEqual(["order-1", "order-2"]);
    const second = await client.list({ limit: 2, after: first.nextAfter ?? "" });
    expect([second.streams.map(({ streamId }) => streamId), second.nextAfter]).toEqual([["order-3"], null]);
  });

  test("is shown with its messages, page by page", async () => {
    park("order-1", 17, 20, 31);
    const first = await client.show("order-1", { limit: 2 });
    expect(first.streams).toEqual([
      {
        streamType: "Order",
        streamId: "order-1",
        partition: "order-commands/3",
        messages: 3,
        waitingSince: parkedAt,
        fault: { reason: "broken", at: parkedAt },
        firstMessageId: "order-commands/3/17",
        failedRedrives: 0,
        nextRedriveAt: "2026-01-02T03:05:05.000Z",
        heldBy: null,
      },
    ]);
    expect(first.messages.map(({ messageId, reason }) => [messageId, reason])).toEqual([
      ["order-commands/3/17", "broken"],
      ["order-commands/3/20", null],
    ]);
    const second = await client.show("order-1", { limit: 2, after: first.nextAfter ?? "" });
    expect(second.messages.map(({ commandId }) => commandId)).toEqual(["command-31"]);
  });

  test("tells who holds it, and when it is not tried again", async () => {
    const stream = leased(aParkedStream({ attempts: 5 }), "id", "me", nowMs + 1);
    items.streams.set("x", { stream, etag: "1" });
    expect((await client.list({ limit: 1 })).streams).toMatchObject([{ heldBy: "me", nextRedriveAt: null }]);
  });

  test("is a problem if there is nothing of the stream", async () => {
    await expect(client.show("tea~berlin", { limit: 1 })).rejects.toThrow("Nothing of tea~berlin is parked.");
    const response = await fetch(`${url}/parked/tea~berlin`);
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await response.json()).toEqual({
      type: "urn:order-processor:problem:not-parked",
      title: "Nothing of this is parked",
      status: 404,
      detail: "Nothing of tea~berlin is parked.",
      instance: "/parked/tea~berlin",
      errors: [],
    });
  });
});

describe("an operator", () => {
  test("redrives a stream", async () => {
    expect(await client.redrive("order-1", "me")).toEqual({
      streamId: "order-1",
      settled: [],
      left: 0,
      stoppedBy: null,
    });
    expect(asked).toEqual([{ streamId: "order-1", by: "me" }]);
    await expect(client.redrive("order-2", "me")).rejects.toThrow("Nothing of order-2 is parked.");
  });

  test("discards a message", async () => {
    const message = { messageId: "order-commands/3/17", reason: "came twice", by: "me" };
    expect(await client.discard("order-1", message)).toMatchObject({ commandId: "command-17" });
    expect(asked).toEqual([{ streamId: "order-1", ...message }]);
    await expect(client.discard("order-2", message)).rejects.toThrow("of order-2 is not parked");
  });

  test.each([
    ["redrive", {}, ["by"]],
    ["redrive", { by: "" }, ["by"]],
    ["redrive", { by: "me", force: true }, ["force"]],
    ["discard", { by: "me" }, ["messageId", "reason"]],
    ["discard", { by: "me", messageId: "m", reason: "x".repeat(301) }, ["reason"]],
  ])("is told every field of a %s that is wrong: %j", async (action, body, fields) => {
    const answer = await post(`/parked/order-1/${action}`, JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, body: { type: "urn:order-processor:problem:invalid" } });
    const { errors } = answer.body as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).toSorted()).toEqual(fields);
    expect(asked).toEqual([]);
  });

  test("is refused what is no JSON", async () => {
    expect(await post("/parked/order-1/redrive", "{}", "text/plain")).toMatchObject({ status: 415 });
    expect(await post("/parked/order-1/redrive", "{")).toMatchObject({ status: 400 });
    expect(await post("/parked/order-1/redrive", JSON.stringify({ by: "x".repeat(20_000) }))).toMatchObject({
      status: 400,
    });
  });

  test.each([
    [new RedriveUnderWay("you redrive it"), 409],
    [new ParkingUnavailable("no store"), 503],
    [new SidecarUnavailable("no Kafka"), 503],
    [new TypeError("a bug"), 500],
  ])("is told when it cannot be done: %p", async (error, status) => {
    redrives = {
      ...redrives,
      redrive: async () => {
        throw error;
      },
    };
    expect(await post("/parked/order-1/redrive", '{"by": "me"}')).toMatchObject({ status });
  });

  test.each(["/parked?limit=0", "/parked?limit=501", "/parked?limt=1", "/parked/order-1?after=", "/parked-audit?x=1"])(
    "is told that a query is wrong: %s",
    async (path) => {
      expect((await fetch(`${url}${path}`)).status).toBe(400);
    },
  );

  test("is told that there is no such route", async () => {
    expect((await fetch(`${url}/parked/order-1/resend`)).status).toBe(404);
    expect((await fetch(`${url}/parked`, { method: "DELETE" })).status).toBe(404);
  });
});

const entryOf = (sortKey: string, streamId: string) => ({
  ...aParkedMessage(17, null),
  kind: "audit" as const,
  streamId,
  sortKey,
  at: parkedAt,
  by: "me",
  action: "discard" as const,
  result: "discarded" as const,
  reason: "came twice",
  contentHash: "hash",
});

describe("the audit", () => {
  test("is told newest first, page by page, of all or of one stream", async () => {
    items.audit.push(entryOf("1", "order-1"), entryOf("2", "order-2"), entryOf("3", "order-1"));
    const first = await client.audit({ limit: 2 });
    expect(first.entries.map(({ streamId }) => streamId)).toEqual(["order-1", "order-2"]);
    const second = await client.audit({ limit: 2, after: first.nextAfter ?? "" });
    expect(second.entries.map(({ streamId }) => streamId)).toEqual(["order-1"]);
    const ofOne = await client.audit({ limit: 2, streamId: "order-2" });
    expect(ofOne).toMatchObject({
      entries: [{ by: "me", result: "discarded", reason: "came twice" }],
      nextAfter: null,
    });
    expect(ofOne.entries[0]).not.toHaveProperty("contentHash");
  });
});

describe("the command line prints", () => {
  test("a line for each thing", async () => {
    park("order-1", 17, 20);
    const { streams, messages } = await client.show("order-1", { limit: 10 });
    expect(streams.map(streamLine)).toEqual([
      `order-1  2 waiting since ${parkedAt}  again at 2026-01-02T03:05:05.000Z  broken`,
    ]);
    const [stream] = streams;
    if (stream === undefined) throw new Error("nothing is parked");
    expect(streamLine({ ...stream, nextRedriveAt: null })).toContain("  only by hand  ");
    expect(streamLine({ ...stream, heldBy: "me" })).toContain("  held by me  ");
    expect(messages.map(messageLine)).toEqual([
      `order-commands/3/17  orders.command.PlaceOrder  command-17  ${parkedAt}  broken`,
      `order-commands/3/20  orders.command.PlaceOrder  command-20  ${parkedAt}  behind the one before`,
    ]);
    expect(auditLine(entryOf("1", "order-1"))).toBe(
      `${parkedAt}  me  discard  order-1  order-commands/3/17  orders.command.PlaceOrder  discarded  came twice`,
    );
    const report = {
      streamId: "order-1",
      settled: [
        { messageId: "m/1", result: "accepted" as const, reason: null },
        { messageId: "m/2", result: "deadLettered" as const, reason: "Rejected: No." },
      ],
      left: 1,
      stoppedBy: { messageId: "m/3", reason: "broken" },
    };
    expect(reportLines(report)).toEqual([
      "m/1  accepted",
      "m/2  deadLettered  Rejected: No.",
      "m/3  fault  broken",
      "2 settled, 1 left",
    ]);
  });
});
