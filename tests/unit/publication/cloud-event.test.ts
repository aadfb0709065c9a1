import { describe, expect, test } from "@jest/globals";
import { CloudEvent } from "cloudevents";
import {
  bodiesBy,
  isPublishable,
  maxPublishedBytes,
  publishedBytes,
  toCloudEvent,
  topicOf,
} from "../../../actors/host/publication/cloud-event.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { bodiesAsStored, formOf, orderEvent } from "./events.ts";

const published = (changes: Partial<RecordedEvent>) => {
  const event = orderEvent(changes);
  return toCloudEvent(event, formOf(event));
};

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("a published event", () => {
  test("has the id, subject and time of the stored one, and the type and data of its public form", () => {
    const form = { type: "OrderPlaced", version: 1, dataschema: "urn:test:1", data: { customer: "c-1" } };
    expect(toCloudEvent(orderEvent({ version: 7, schemaVersion: 3, traceparent }), form)).toEqual({
      specversion: "1.0",
      id: "order-1/7",
      source: "/orders/actor-host",
      type: "orders.event.OrderPlaced",
      subject: "order-1",
      time: "2026-01-02T03:04:05.678Z",
      datacontenttype: "application/json",
      dataschema: "urn:test:1",
      version: 7,
      schemaversion: 1,
      commandid: "command-1",
      correlationid: "correlation-1",
      causationid: "causation-1",
      traceparent,
      data: { customer: "c-1" },
    });
  });

  test("in a later version of its public form is another event beside the first", () => {
    const event = orderEvent({ version: 7 });
    const [first, second] = bodiesBy(() => [formOf(event), { ...formOf(event, 2), data: { name: "Ann" } }])(event);
    expect(JSON.parse(first ?? "")).toEqual(toCloudEvent(event, formOf(event)));
    expect(JSON.parse(second ?? "")).toEqual({
      ...toCloudEvent(event, formOf(event)),
      id: "order-1/7/v2",
      type: "orders.event.OrderPlaced.v2",
      dataschema: "urn:test:OrderPlaced:2",
      schemaversion: 2,
      data: { name: "Ann" },
    });
  });

  test.each([
    { name: "an order's", event: orderEvent({ traceparent }) },
    { name: "a stock item's", event: orderEvent({ streamType: "StockItem", streamId: "sku~north" }) },
    { name: "one with ids that no attribute may hold", event: orderEvent({ correlationId: "a\nb", causationId: "" }) },
  ])("is a valid CloudEvent: $name", ({ event }) => {
    const attributes = JSON.parse(JSON.stringify(toCloudEvent(event, formOf(event)))) as Record<string, unknown>;
    expect(() => new CloudEvent(attributes, true)).not.toThrow();
  });

  test.each([
    { name: "a line feed", correlationId: "a\nb" },
    { name: "a lone surrogate", correlationId: "a\ud800" },
    { name: "nothing", correlationId: "" },
  ])("leaves out an id with $name", ({ correlationId }) => {
    expect(published({ correlationId })).not.toHaveProperty("correlationid");
  });

  test.each(["01", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, traceparent.toUpperCase()])(
    "leaves out the invalid trace context %s",
    (invalid) => {
      expect(published({ traceparent: invalid })).not.toHaveProperty("traceparent");
    },
  );

  test("goes to its stream type's topic", () => {
    expect([topicOf("Order"), topicOf("StockItem")]).toEqual(["order-events", "stock-events"]);
  });
});

const bodiesOf = (text: string): readonly string[] => bodiesAsStored(orderEvent({ data: { text } }));

const sizeOf = (text: string): number => bodiesOf(text).reduce((sum, body) => sum + publishedBytes(body), 0);

/** How many bytes this text adds to an event. */
const sized = (text: string): number => sizeOf(text) - sizeOf("");

describe("an event's size", () => {
  test("counts UTF-8 bytes", () => expect(sized("aé漢😀")).toBe(1 + 2 + 3 + 4));
  test("counts what the sidecar escapes", () => expect(sized("<>&")).toBe(18));

  test("is published up to the limit and no further", () => {
    const room = maxPublishedBytes - sizeOf("");
    expect(isPublishable(bodiesOf("x".repeat(room)))).toBe(true);
    expect(isPublishable(bodiesOf("x".repeat(room + 1)))).toBe(false);
  });

  test("has room for each of its bodies, and none may be larger", () => {
    const largest = "x".repeat(maxPublishedBytes);
    expect(isPublishable([largest, largest])).toBe(true);
    expect(isPublishable([largest, `${largest}x`])).toBe(false);
  });
});
