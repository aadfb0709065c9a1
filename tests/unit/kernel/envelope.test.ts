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
