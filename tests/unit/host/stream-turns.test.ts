import { describe, expect, test } from "@jest/globals";
import { createStreamTurns } from "../../../actors/host/stream-turns.ts";

const held = () => Promise.withResolvers<void>();

describe("the turns of a stream", () => {
  test("run one at a time, in the order of arrival, beside those of other streams", async () => {
    const turns = createStreamTurns({ turnMs: 60_000, maxPendingPerStream: 10 });
    const gate = held();
    const order: string[] = [];
    const first = turns.run("a", async () => {
      await gate.promise;
      order.push("a1");
    });
    const second = turns.run("a", async () => void order.push("a2"));
    await turns.run("b", async () => void order.push("b1"));
    expect(turns.pending()).toBe(2);
    gate.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(["b1", "a1", "a2"]);
    expect(turns.pending()).toBe(0);
  });

  test("go on after one that failed", async () => {
    const turns = createStreamTurns({ turnMs: 60_000, maxPendingPerStream: 10 });
    const failing = turns.run("a", async () => {
      throw new Error("broken");
    });
    const next = turns.run("a", async () => "next");
    await expect(failing).rejects.toThrow("broken");
    expect(await next).toBe("next");
  });

  test("are refused when too many wait, or when they have waited too long", async () => {
    const turns = createStreamTurns({ turnMs: 20, maxPendingPerStream: 2 });
    const gate = held();
    const first = turns.run("a", async () => gate.promise);
    const second = turns.run("a", async () => "too late");
    await expect(turns.run("a", async () => "too many")).rejects.toMatchObject({ code: "Busy" });
    const timer = setTimeout(() => gate.resolve(), 40);
    await expect(second).rejects.toMatchObject({ code: "Busy" });
    await first;
    clearTimeout(timer);
  });

  test("are refused once the host stops, which waits for those under way", async () => {
    const turns = createStreamTurns({ turnMs: 60_000, maxPendingPerStream: 10 });
    const gate = held();
    let ended = false;
    const first = turns.run("a", async () => {
      await gate.promise;
      ended = true;
    });
    const waiting = expect(turns.run("a", async () => undefined)).rejects.toMatchObject({ code: "ShuttingDown" });
    await Promise.resolve();
    const stopped = turns.stop();
    await expect(turns.run("b", async () => undefined)).rejects.toMatchObject({ code: "ShuttingDown" });
    expect(ended).toBe(false);
    gate.resolve();
    await stopped;
    expect(ended).toBe(true);
    await Promise.all([first, waiting]);
  });
});
