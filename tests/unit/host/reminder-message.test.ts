import { describe, expect, test } from "@jest/globals";
import { encodeReminderRequest } from "../../../actors/host/reminder-message.ts";

/** A text field as it stands in the message. */
const text = (number: number, value: string): string =>
  Buffer.from([number * 8 + 2, value.length, ...Buffer.from(value)]).toString("hex");

describe("the message that sets a reminder", () => {
  test("has the fields that Dapr's actors.proto and common.proto number", () => {
    const message = encodeReminderRequest({
      actorType: "StockItem",
      actorId: "a~b",
      name: "wake",
      dueAt: "2026-01-01T00:00:00.000Z",
      redeliverySeconds: 10,
      maxRedeliveries: 300,
    });
    expect(message.toString("hex")).toBe(
      text(1, "StockItem") +
        text(2, "a~b") +
        text(3, "wake") +
        text(4, "2026-01-01T00:00:00.000Z") +
        // overwrite = true; failure_policy { constant { interval { seconds: 10 } max_retries: 300 } }
        ["4001", "4a09", "1207", "0a02", "080a", "10ac02"].join(""),
    );
  });

  test("takes ids as long as they may be", () => {
    const actorId = "x".repeat(257);
    const message = encodeReminderRequest({
      actorType: "",
      actorId,
      name: "",
      dueAt: "",
      redeliverySeconds: 0,
      maxRedeliveries: 0,
    });
    expect(message.subarray(2, 5 + 257).toString("hex")).toBe(`128102${Buffer.from(actorId).toString("hex")}`);
  });
});
