import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PublishEntry } from "../../../actors/host/publication/publication-ports.ts";
import { createBulkPublisher } from "../../../actors/host/publication/publish-bulk.ts";
import type { Watermark } from "../../../actors/host/publication/watermark.ts";
import { createWatermarkStore, type WatermarkStore } from "../../../actors/host/publication/watermark-store.ts";

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

// Answers as daprd 1.18 does; the tests on the running stack talk to daprd itself.
let server: Server;
let port: number;
let received: Received[];
let answer: { status: number; body?: string };
const openClients: Array<{ readonly close: () => Promise<void> }> = [];

beforeEach(async () => {
  received = [];
  answer = { status: 204 };
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      received.push({ method: request.method, url: request.url, body });
      return response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  for (const client of openClients.splice(0)) await client.close();
  server.close();
  await once(server, "close");
});

const entries = [
  { streamId: "order-1", version: 3, bodies: ['{"id":"order-1/3","data":{"text":"<é>"}}'] },
  { streamId: "sku~north", version: 9, bodies: ['{"id":"sku~north/9"}'] },
];

const publish = async (published: readonly PublishEntry[] = entries): Promise<readonly string[]> => {
  const publisher = createBulkPublisher(port, "event-publisher");
  openClients.push(publisher);
  return [...(await publisher.publishBulk("order-events", published))];
};

describe("a bulk", () => {
  test("is sent raw, each entry with its stream as the key and its CloudEvent as it is", async () => {
    await expect(publish()).resolves.toEqual([]);
    const [request] = received;
    expect([request?.method, request?.url]).toEqual([
      "POST",
      "/v1.0/publish/bulk/event-publisher/order-events?metadata.rawPayload=true",
    ]);
    const contentType = "application/cloudevents+json";
    expect(JSON.parse(request?.body ?? "")).toEqual([
      {
        entryId: "order-1",
        contentType,
        metadata: { partitionKey: "order-1", "content-type": contentType },
        event: { id: "order-1/3", data: { text: "<é>" } },
      },
      {
        entryId: "sku~north",
        contentType,
        metadata: { partitionKey: "sku~north", "content-type": contentType },
        event: { id: "sku~north/9" },
      },
    ]);
  });

  test("names the streams whose event was not acknowledged", async () => {
    const failedEntries = [{ entryId: "sku~north", error: "kafka: broker away" }];
    answer = { status: 500, body: JSON.stringify({ failedEntries, errorCode: "ERR_PUBSUB_PUBLISH_MESSAGE" }) };
    await expect(publish()).resolves.toEqual(["sku~north"]);
  });

  describe("with an event that has two bodies", () => {
    const event = { streamId: "order-1", version: 3, bodies: ['{"id":"order-1/3"}', '{"id":"order-1/3/v2"}'] };

    test("holds both, each under an id of its own and with the stream as the key", async () => {
      await publish([event]);
      expect(JSON.parse(received[0]?.body ?? "")).toMatchObject([
        { entryId: "order-1", metadata: { partitionKey: "order-1" }, event: { id: "order-1/3" } },
        { entryId: "order-1#1", metadata: { partitionKey: "order-1" }, event: { id: "order-1/3/v2" } },
      ]);
    });

    test("names its stream if either was not acknowledged", async () => {
      const failedEntries = [{ entryId: "order-1#1", error: "kafka: broker away" }];
      answer = { status: 500, body: JSON.stringify({ failedEntries, errorCode: "ERR_PUBSUB_PUBLISH_MESSAGE" }) };
      await expect(publish([event])).resolves.toEqual(["order-1"]);
    });
  });

  test.each([
    { what: "no entry", body: JSON.stringify({ failedEntries: [], errorCode: "ERR_PUBSUB_PUBLISH_MESSAGE" }) },
    { what: "an entry that was not sent", body: JSON.stringify({ failedEntries: [{ entryId: "order-2" }] }) },
    { what: "something else", body: JSON.stringify({ errorCode: "ERR_PUBSUB_NOT_FOUND", message: "not found" }) },
    { what: "no JSON", body: "Internal Server Error" },
  ])("fails as a whole when a refusal names $what", async ({ body }) => {
    answer = { status: 500, body };
    await expect(publish()).rejects.toThrow("the sidecar answered 500");
  });

  test("fails as a whole when the sidecar is away", async () => {
    const publisher = createBulkPublisher(1, "event-publisher");
    openClients.push(publisher);
    await expect(publisher.publishBulk("order-events", entries)).rejects.toThrow("ECONNREFUSED");
  });
});

const store = (): WatermarkStore => {
  const opened = createWatermarkStore(port, "watermarks");
  openClients.push(opened);
  return opened;
};

describe("a watermark", () => {
  const value: Watermark = {
    kind: "watermark",
    hostEpoch: "019b7b3c-8c00-7000-8000-000000000001",
    heartbeatAt: "2026-01-01T00:00:00.000Z",
    through: 12,
    except: [4, 9],
  };
  test("is one item under its epoch, in a partition of its own", async () => {
    await store().writeWatermark(value);
    expect(received[0]).toMatchObject({ method: "POST", url: "/v1.0/state/watermarks" });
    expect(JSON.parse(received[0]?.body ?? "")).toEqual([
      { key: value.hostEpoch, value, metadata: { partitionKey: value.hostEpoch } },
    ]);
  });

  test("is read back as it was written", async () => {
    answer = { status: 200, body: JSON.stringify(value) };
    await expect(store().readWatermark(value.hostEpoch)).resolves.toEqual(value);
    expect(received[0]).toMatchObject({
      method: "GET",
      url: `/v1.0/state/watermarks/${value.hostEpoch}?consistency=strong&metadata.partitionKey=${value.hostEpoch}`,
    });
  });

  test("of an epoch that never wrote one is not there", async () => {
    await expect(store().readWatermark(value.hostEpoch)).resolves.toBeUndefined();
  });

  test("that means something else is refused", async () => {
    answer = { status: 200, body: JSON.stringify({ ...value, through: "12" }) };
    await expect(store().readWatermark(value.hostEpoch)).rejects.toThrow("through");
  });

  test("is not taken for written when the store refuses it", async () => {
    answer = { status: 500, body: "away" };
    await expect(store().writeWatermark(value)).rejects.toThrow("the sidecar answered 500: away");
  });
});
