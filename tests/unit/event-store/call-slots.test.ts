import { describe, expect, test } from "@jest/globals";
import { createCallSlots, NoFreeSlot } from "../../../actors/event-store/call-slots.ts";

const held = () => Promise.withResolvers<void>();

describe("call slots", () => {
  test("run no more tasks at a time than there are slots, in the order of arrival", async () => {
    const slots = createCallSlots(2);
    const gates = [held(), held(), held()];
    const started: number[] = [];
    const tasks = gates.map(async (gate, index) =>
      slots.run(1_000, async () => {
        started.push(index);
        await gate.promise;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    expect(slots.occupancy()).toEqual({ running: 2, waiting: 1 });
    gates[1]?.resolve();
    await tasks[1];
    expect(started).toEqual([0, 1, 2]);
    gates[0]?.resolve();
    gates[2]?.resolve();
    await Promise.all(tasks);
    expect(slots.occupancy()).toEqual({ running: 0, waiting: 0 });
  });

  test("give up a task that got no slot in time, without starting it", async () => {
    const slots = createCallSlots(1);
    const gate = held();
    const first = slots.run(1_000, async () => gate.promise);
    let started = false;
    const second = slots.run(5, async () => {
      started = true;
    });
    await expect(second).rejects.toThrow(NoFreeSlot);
    gate.resolve();
    await first;
    expect(started).toBe(false);
    expect(slots.occupancy()).toEqual({ running: 0, waiting: 0 });
  });

  test("free the slot of a task that failed", async () => {
    const slots = createCallSlots(1);
    const failing = slots.run(1_000, async () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await slots.run(1_000, async () => "next")).toBe("next");
  });
});
