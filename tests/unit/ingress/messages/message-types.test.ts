import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { orderCommandSchemas, orderProcessCommandSchemas } from "../../../../actors/order/schemas.ts";
import { stockItemProcessCommandSchemas } from "../../../../actors/stock-item/schemas.ts";
import { classify, type Classified } from "../../../../services/ingress/classify.ts";
import { withMessageTable } from "../../../../services/ingress/messages/document.ts";
import { messageTypes } from "../../../../services/ingress/messages/message-types.ts";
import { placeOrderEvent, recordOf } from "../messages.ts";

const reported = (type: string, data: object, more: object = {}): object => ({
  specversion: "1.0",
  id: "7",
  source: "/back-end",
  type,
  subject: "order-1",
  data,
  ...more,
});

const receipt = { receiptId: "receipt-1", sku: "tea", location: "berlin", quantity: 10 };
const received = (more: object = {}): object => reported("inventory.received", receipt, { subject: "tea", ...more });

const whyNot = (classified: Classified): string =>
  classified.kind === "deadLetter" ? `${classified.reason.cause}: ${classified.reason.detail}` : "a command";

const idOf = (source: string): unknown => {
  const classified = classify(recordOf(reported("carrier.delivered", { shipmentId: "s-1" }, { source })));
  return classified.kind === "command" && classified.envelope.commandId;
};

describe("a message of a back end", () => {
  test.each<[string, string, object]>([
    ["warehouse.dispatched", "DispatchShipment", { shipmentId: "s-1", carrier: "Hare", trackingNumber: "T1" }],
    ["carrier.delivered", "RecordDelivery", { shipmentId: "s-1" }],
    ["payment.authorised", "RecordAuthorisation", { authorisationId: "a-1", amountMinor: 900 }],
    ["marketplace.order", "PlaceOrder", placeOrderEvent.data],
  ])("of type %s is %s to the order that it is about", (type, commandType, data) => {
    expect(classify(recordOf(reported(type, data)))).toEqual({
      kind: "command",
      streamType: "Order",
      streamId: "order-1",
      messageType: type,
      envelope: { commandId: "/back-end#7", type: commandType, data, by: "ingress" },
    });
  });

  test("that goods came is ReceiveStock to the stock item that its data name", () => {
    expect(classify(recordOf(received(), "tea~berlin"))).toEqual({
      kind: "command",
      streamType: "StockItem",
      streamId: "tea~berlin",
      messageType: "inventory.received",
      envelope: {
        commandId: "/back-end#7",
        type: "ReceiveStock",
        data: { receiptId: "receipt-1", quantity: 10 },
        by: "ingress",
      },
    });
  });

  test.each([undefined, "anything at all", 7])("whose data name the stream may have the subject %p", (subject) => {
    expect(whyNot(classify(recordOf(received({ subject }), "tea~berlin")))).toBe("a command");
  });

  test("has another command id than the same number of another source", () => {
    expect([idOf("/a"), idOf("/b"), idOf("/a")]).toEqual(["/a#7", "/b#7", "/a#7"]);
  });

  test.each([
    ["an id of the process manager's", { source: "process-manager/x" }],
    ["a source and an id that are too long together", { source: `/${"s".repeat(253)}`, id: "12" }],
    ["a source that is no ASCII", { source: "/büro" }],
  ])("is dead-lettered with %s", (_case, more) => {
    const classified = classify(recordOf(reported("carrier.delivered", { shipmentId: "s-1" }, more)));
    expect(whyNot(classified)).toMatch(/^InvalidEvent: source#id: /);
  });

  test("may have a source and an id of 256 characters together", () => {
    const more = { source: `/${"s".repeat(252)}`, id: "12" };
    expect(whyNot(classify(recordOf(reported("carrier.delivered", { shipmentId: "s-1" }, more))))).toBe("a command");
  });

  test("is dead-lettered unless its key is what orders it", () => {
    expect(whyNot(classify(recordOf(received(), "tea")))).toBe("KeyMismatch: the key is not tea~berlin");
    expect(whyNot(classify(recordOf(received(), null)))).toBe("a command");
  });

  test("is dead-lettered with every wrong field of its data named", () => {
    const data = { receiptId: "", sku: "a~b", location: "berlin", quantity: 0, colour: "green" };
    const why = whyNot(classify(recordOf(reported("inventory.received", data), "tea~berlin")));
    expect(why).toMatch(/^InvalidCommand: /);
    for (const field of ["receiptId: ", "sku: ", "quantity: ", "colour: "]) expect(why).toContain(field);
    expect(why).not.toContain("location: ");
  });
});

describe("the table of message types", () => {
  test("has every command of an order that anyone may send", () => {
    for (const type of Object.keys(orderCommandSchemas))
      expect(messageTypes[`orders.command.${type}`]).toMatchObject({ streamType: "Order", commandType: type });
  });

  test("has no command of the process manager", () => {
    const itsOwn = [...Object.keys(orderProcessCommandSchemas), ...Object.keys(stockItemProcessCommandSchemas)];
    const possible = Object.values(messageTypes).map(({ commandType }) => commandType);
    expect(possible.filter((type) => itsOwn.includes(type))).toEqual([]);
  });

  test("is what the documentation says; `npm run docs:messages` writes it", () => {
    const document = readFileSync("docs/kafka-api.md", "utf8");
    expect(document).toBe(withMessageTable(document, messageTypes));
  });

  test("finds no place in a document without its marks", () => {
    expect(() => withMessageTable("# Kafka", messageTypes)).toThrow("there is no place for the table");
  });
});
