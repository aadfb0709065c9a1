import { describe, expect, test } from "@jest/globals";
import { CloudEvent } from "cloudevents";
import {
  isPublishable,
  maxPublishedBytes,
  publishedBytes,
  toCloudEvent,
  topicOf,
} from "../../../actors/host/publication/cloud-event.ts";
import { orderEvent } from "./events.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("a published event", () => {
  test("has the id, type, subject and data of the stored one", () => {
    expect(toCloudEvent(orderEvent({ version: 7, traceparent }))).toEqual({
      specversion: "1.0",
      id: "order-1/7",
      source: "/orders/actor-host",
      type: "orders.event.OrderPlaced",
      subject: "order-1",
      time: "2026-01-02T03:04:05.678Z",
      datacontenttype: "application/json",
      version: 7,
      schemaversion: 1,
      commandid: "command-1",
      correlationid: "correlation-1",
      causationid: "causation-1",
      traceparent,
      data: { customerId: "c-1" },
    });
  });

  test.each([
    { name: "an order's", event: orderEvent({ traceparent }) },
    { name: "a stock item's", event: orderEvent({ streamType: "StockItem", streamId: "sku~north" }) },
    { name: "one with ids that no attribute may hold", event: orderEvent({ correlationId: "a\nb", causationId: "" }) },
  ])("is a valid CloudEvent: $name", ({ event }) => {
    const published = JSON.parse(JSON.stringify(toCloudEvent(event))) as Record<string, unknown>;
    expect(() => new CloudEvent(published, true)).not.toThrow();
  });

  test.each([
    { name: "a line feed", correlationId: "a\nb" },
    { name: "a lone surrogate", correlationId: "a\ud800" },
    { name: "nothing", correlationId: "" },
  ])("leaves out an id with $name", ({ correlationId }) => {
    expect(toCloudEvent(orderEvent({ correlationId }))).not.toHaveProperty("correlationid");
  });

  test.each(["01", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, traceparent.toUpperCase()])(
    "leaves out the invalid trace context %s",
    (invalid) => {
      expect(toCloudEvent(orderEvent({ traceparent: invalid }))).not.toHaveProperty("traceparent");
    },
  );

  test("goes to its stream type's topic", () => {
    expect([topicOf("Order"), topicOf("StockItem")]).toEqual(["order-events", "stock-events"]);
  });
});

/** How many bytes this text adds to an event. */
const sized = (text: string): number =>
  publishedBytes(orderEvent({ data: { text } })) - publishedBytes(orderEvent({ data: { text: "" } }));

describe("an event's size", () => {
  test("counts UTF-8 bytes", () => expect(sized("aé漢😀")).toBe(1 + 2 + 3 + 4));
  test("counts what the sidecar escapes", () => expect(sized("<>&")).toBe(18));

  test("is published up to the limit and no further", () => {
    const room = maxPublishedBytes - publishedBytes(orderEvent({ data: { text: "" } }));
    expect(isPublishable(orderEvent({ data: { text: "x".repeat(room) } }))).toBe(true);
    expect(isPublishable(orderEvent({ data: { text: "x".repeat(room + 1) } }))).toBe(false);
  });
});
