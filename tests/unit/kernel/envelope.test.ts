import { describe, expect, test } from "@jest/globals";
import {
  outsideEnvelope,
  processCommandId,
  processEnvelope,
  reminderCommandId,
} from "../../../actors/kernel/envelope.ts";

const nestedIn = (depth: number): object => {
  let nested = {};
  for (let level = 0; level < depth; level += 1) nested = { nested };
  return nested;
};

const longEventId = (version: number): string => `${"s".repeat(128)}~${"l".repeat(128)}~63/${version}`;

const issuesOf = (data: object): unknown[] =>
  outsideEnvelope.safeParse({ commandId: "id", type: "Open", data }).error?.issues.map(({ path }) => path) ?? [];

describe("the fields of a command", () => {
  test.each([0, 1, 32])("may be nested %i deep", (depth) => {
    expect(issuesOf(nestedIn(depth))).toEqual([]);
  });

  // Whatever recurses into fields, the hash of the request for one, would run out of stack.
  test.each([33, 100_000])("may not be nested %i deep", (depth) => {
    expect(issuesOf(nestedIn(depth))).toEqual([["data"]]);
  });
});

describe("a command id of the process manager", () => {
  const command = { commandId: processCommandId("order-1/1", "reserve"), type: "Open", data: {} };

  test("names the event and the step", () => {
    expect(command.commandId).toBe("process-manager/order-1/1/reserve");
  });

  test("names an event by its hash whose id is too long, and another one by another hash", () => {
    const [first, second] = [
      processCommandId(longEventId(1), "allocate"),
      processCommandId(longEventId(2), "allocate"),
    ];
    expect(first).toMatch(/^process-manager\/[\w-]{22}\/allocate$/);
    expect(first).toBe(processCommandId(longEventId(1), "allocate"));
    expect(second).not.toBe(first);
    const sent = { ...command, commandId: first, causationId: longEventId(1) };
    expect(processEnvelope.safeParse(sent).success).toBe(true);
    const longest = "e".repeat(256 - "process-manager//allocate".length);
    expect(processCommandId(longest, "allocate")).toBe(`process-manager/${longest}/allocate`);
  });

  test("is for the process manager alone, and it has no other", () => {
    expect(outsideEnvelope.safeParse(command).success).toBe(false);
    expect(processEnvelope.safeParse(command).success).toBe(true);
    expect(processEnvelope.safeParse({ ...command, commandId: "mine" }).success).toBe(false);
  });
});

describe("a command id of a reminder", () => {
  const command = { commandId: reminderCommandId(7), type: "Open", data: {} };

  test("names the version in which something is due", () => {
    expect(command.commandId).toBe("reminder/7");
  });

  test("is for nobody who sends commands", () => {
    expect(outsideEnvelope.safeParse(command).success).toBe(false);
    expect(processEnvelope.safeParse(command).success).toBe(false);
  });
});
