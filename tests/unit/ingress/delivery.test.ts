import { createServer } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createDeliveryApp, deliveryRoute, largestHeaderBytes } from "../../../services/ingress/app.ts";
import { recordOfDelivery } from "../../../services/ingress/delivery.ts";
import type { Handled, RecordHandler } from "../../../services/ingress/handle-record.ts";
import type { KafkaRecord } from "../../../services/ingress/kafka-record.ts";

const silent = () => undefined as never;
const logger = { error: silent, warn: silent, info: silent, debug: silent };

/** What the sidecar sends for a record: the bytes in a CloudEvent, the rest in headers. */
const wrapped = (value: Uint8Array): string =>
  JSON.stringify({
    id: "made-up",
    specversion: "1.0",
    datacontenttype: "application/octet-stream",
    source: "Dapr",
    type: "com.dapr.event.sent",
    topic: "order-commands",
    pubsubname: "command-subscriber",
    data_base64: Buffer.from(value).toString("base64"),
  });

const headersOf = (key?: string): Record<string, string> => ({
  "content-type": "application/cloudevents+json",
  __topic: "order-commands",
  __partition: "3",
  __offset: "17",
  __timestamp: "1714557600000",
  pubsubname: "command-subscriber",
  ...(key === undefined ? {} : { __key: key }),
});

const broken = async (): Promise<Handled> => {
  throw new TypeError("a bug");
};

interface Delivered {
  readonly status: number;
  readonly body: unknown;
  readonly records: KafkaRecord[];
}

/** Delivers over HTTP, as the sidecar does, to an app whose handler answers as given. */
const deliver = async (
  body: string,
  headers: Record<string, string>,
  { handle, path = deliveryRoute }: { handle?: () => Promise<Handled>; path?: string } = {},
): Promise<Delivered> => {
  const records: KafkaRecord[] = [];
  const recording: RecordHandler = async (record) => {
    records.push(record);
    return handle === undefined ? "done" : handle();
  };
  const server = createServer({ maxHeaderSize: largestHeaderBytes }, createDeliveryApp(recording, logger));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
    return { status: response.status, body: await response.json(), records };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe("a delivery of the sidecar", () => {
  test("becomes the record as it stands in Kafka, byte by byte", async () => {
    const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const { status, body, records } = await deliver(wrapped(value), headersOf("order-1"));
    expect([status, body]).toEqual([200, { status: "SUCCESS" }]);
    expect(records).toEqual([
      { topic: "order-commands", partition: 3, offset: "17", key: Buffer.from("order-1"), value: Buffer.from(value) },
    ]);
  });

  test.each<[string, Uint8Array]>([
    ["a+b%2Bc", Buffer.from("a b+c")],
    ["%0A%00%FF%fe", Buffer.from([0x0a, 0x00, 0xff, 0xfe])],
    ["%E2%82%AC", Buffer.from("€")],
    ["", Buffer.alloc(0)],
    ["100%", Buffer.from("100%")],
  ])("may have the escaped key %j", (escaped, key) => {
    expect(recordOfDelivery({ data_base64: "" }, headersOf(escaped)).key).toEqual(key);
  });

  test("may have no key", () => {
    expect(recordOfDelivery({ data_base64: "" }, headersOf()).key).toBeUndefined();
  });

  test("may be as large as Kafka allows, with a key as large", async () => {
    const { status, records } = await deliver(wrapped(Buffer.alloc(1024 * 1024)), headersOf("%00".repeat(1024 * 1024)));
    expect(status).toBe(200);
    expect(records.map(({ value, key }) => [value.byteLength, key?.byteLength])).toEqual([[1024 * 1024, 1024 * 1024]]);
  });

  test("is asked for again if its record must come again", async () => {
    const { status, body } = await deliver(wrapped(Buffer.from("x")), headersOf(), { handle: async () => "redeliver" });
    expect([status, body]).toEqual([503, { status: "RETRY" }]);
  });

  test("is asked for again after a bug", async () => {
    const { status, body } = await deliver(wrapped(Buffer.from("x")), headersOf(), { handle: broken });
    expect([status, body]).toEqual([500, { status: "RETRY" }]);
  });

  test.each<[string, string, Record<string, string>, string]>([
    ["not of a raw subscription", "{}", headersOf(), deliveryRoute],
    ["no JSON", "{", headersOf(), deliveryRoute],
    ["without its place", wrapped(Buffer.from("x")), { "content-type": "application/json" }, deliveryRoute],
    ["to another route", wrapped(Buffer.from("x")), headersOf(), "/order-command"],
  ])("is never taken for done or dropped when it is %s", async (_case, body, headers, path) => {
    const delivered = await deliver(body, headers, { path });
    expect(delivered.status).toBe(500);
    expect(delivered.body).toEqual({ status: "RETRY" });
    expect(delivered.records).toEqual([]);
  });
});
