import { describe, expect, test } from "@jest/globals";
import { noCommands } from "../../../actors/host/recent-commands.ts";
import { createStreamMemory } from "../../../actors/host/stream-memory.ts";

const aStream = (version: number) => ({
  version,
  state: version,
  recent: noCommands,
  updatedAt: undefined,
  condition: { kind: "unread" } as const,
  reminderAt: undefined,
});

describe("the memory of a host", () => {
  test("keeps the streams used last", () => {
    const memory = createStreamMemory<number>(2);
    memory.set("a", aStream(1));
    memory.set("b", aStream(2));
    expect(memory.get("a")?.version).toBe(1);
    memory.set("c", aStream(3));
    expect(memory.get("b")).toBeUndefined();
    expect(memory.get("a")?.version).toBe(1);
    expect(memory.get("c")?.version).toBe(3);
    expect(memory.size()).toBe(2);
  });

  test("forgets what is dropped", () => {
    const memory = createStreamMemory<number>(2);
    memory.set("a", aStream(1));
    memory.drop("a");
    expect(memory.get("a")).toBeUndefined();
  });
});
