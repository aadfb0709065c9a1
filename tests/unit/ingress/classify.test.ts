import { describe, expect, test } from "@jest/globals";
import { CloudEvent, HTTP } from "cloudevents";
import { classify, largestMessageBytes, type Classified } from "../../../services/ingress/classify.ts";
import { orderId, placeOrderEvent, recordOf } from "./messages.ts";

const linesFrom = (locations: number) =>
  Array.from({ length: locations }, (_, index) => ({
    ...placeOrderEvent.data.lines[0],
    lineId: `line-${index}`,
    location: `location-${index}`,
  }));

/** Why a message is dead-lettered, or undefined if it is a command. */
const causeOf = (classified: Classified): string | undefined =>
  classified.kind === "deadLetter" ? classified.reason.cause : undefined;

const detailOf = (classified: Classified): string => (classified.kind === "deadLetter" ? classified.reason.detail : "");

describe("a CloudEvent that carries a command", () => {
  test("becomes the command, under the event's id", () => {
    expect(classify(recordOf(placeOrderEvent))).toEqual({
      kind: "command",
      streamType: "Order",
      streamId: orderId,
      messageType: "orders.command.PlaceOrder",
      envelope: { commandId: "command-1", type: "PlaceOrder", data: placeOrderEvent.data, by: "ingress" },
    });
  });

  test("may be without a key", () => {
    expect(causeOf(classify(recordOf(placeOrderEvent, null)))).toBeUndefined();
  });

  test("may have the optional attributes and any extension", () => {
    const classified = classify(
      recordOf({
        ...placeOrderEvent,
        time: "2024-05-01T10:00:00Z",
        datacontenttype: "application/json; charset=utf-8",
        dataschema: "https://example.com/schema",
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        correlationid: "c-1",
        causationid: "e-9",
        region: "eu",
        retries: 3,
      }),
    );
    expect(classified).toMatchObject({
      envelope: {
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        correlationId: "c-1",
        causationId: "e-9",
      },
    });
  });

  test("keeps its command when an extension is of no use", () => {
    const classified = classify(recordOf({ ...placeOrderEvent, correlationid: 7, traceparent: "x".repeat(200) }));
    expect(classified).toMatchObject({ kind: "command" });
    expect(classified).not.toHaveProperty("envelope.correlationId");
    expect(classified).not.toHaveProperty("envelope.traceparent");
  });

  test("is accepted as the CloudEvents library writes it", () => {
    const { data, ...attributes } = placeOrderEvent;
    const event = new CloudEvent({ ...attributes, specversion: "1.0", data, correlationid: "c-1" });
    const { body } = HTTP.structured(event);
    expect(classify(recordOf(String(body)))).toMatchObject({ kind: "command", envelope: { correlationId: "c-1" } });
  });
});

describe("a message that can never succeed", () => {
  test.each<[string, string | Uint8Array | object]>([
    ["NotJson", "not json"],
    ["NotJson", ""],
    ["NotJson", '{"specversion":"1.0",'],
    ["NotUtf8", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
    ["InvalidEvent", "null"],
    ["InvalidEvent", "[]"],
    ["InvalidEvent", {}],
    ["InvalidEvent", { ...placeOrderEvent, specversion: "0.3" }],
    ["InvalidEvent", { ...placeOrderEvent, id: "" }],
    ["InvalidEvent", { ...placeOrderEvent, id: "é" }],
    ["InvalidEvent", { ...placeOrderEvent, source: undefined }],
    ["InvalidEvent", { ...placeOrderEvent, subject: "../order" }],
    ["InvalidEvent", { ...placeOrderEvent, type: undefined }],
    ["InvalidEvent", { ...placeOrderEvent, subject: undefined }],
    ["InvalidEvent", { ...placeOrderEvent, datacontenttype: "application/xml" }],
    ["InvalidEvent", { ...placeOrderEvent, data: "text" }],
    ["InvalidEvent", { ...placeOrderEvent, data: undefined, data_base64: "e30=" }],
    ["UnknownType", { ...placeOrderEvent, type: "PlaceOrder" }],
    ["UnknownType", { ...placeOrderEvent, type: "toString" }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command.BurnOrder" }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command." }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command.constructor" }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command.RecordShortage" }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command.CompleteCancel" }],
    ["UnknownType", { ...placeOrderEvent, type: "orders.command.ReserveStock" }],
    ["InvalidCommand", { ...placeOrderEvent, data: {} }],
    ["InvalidCommand", { ...placeOrderEvent, data: { ...placeOrderEvent.data, gift: true } }],
    ["InvalidCommand", { ...placeOrderEvent, data: { ...placeOrderEvent.data, lines: linesFrom(65) } }],
    ["TooLarge", "x".repeat(largestMessageBytes + 1)],
  ])("because of %s: %.60j", (cause, value) => {
    expect(causeOf(classify(recordOf(value)))).toBe(cause);
  });

  test.each(["order-2", "", Uint8Array.of(0xff)])("because its key is not the order: %p", (key) => {
    expect(causeOf(classify(recordOf(placeOrderEvent, key)))).toBe("KeyMismatch");
  });

  test("names every wrong attribute, and every wrong field", () => {
    const attributes = detailOf(classify(recordOf({ ...placeOrderEvent, id: "", subject: "a/b" })));
    expect(attributes).toContain("id: ");
    expect(attributes).toContain("subject: ");
    const fields = detailOf(classify(recordOf({ ...placeOrderEvent, data: { currency: "eur", lines: [] } })));
    for (const field of ["customerId", "currency", "fulfilment", "lines"]) expect(fields).toContain(`${field}: `);
  });
});
