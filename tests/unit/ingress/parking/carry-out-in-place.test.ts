import { describe, expect, test } from "@jest/globals";
import type { CommandAnswer, ErrorKind } from "../../../../actors/kernel/answer.ts";
import { createCarryOut, type CarriedOut } from "../../../../services/ingress/carry-out.ts";
import { classify, type MessageCommand } from "../../../../services/ingress/classify.ts";
import { createCarryOutInPlace } from "../../../../services/ingress/parking/carry-out-in-place.ts";
import { createFaultJudge } from "../../../../services/ingress/parking/fault-judge.ts";
import { createOutageProbe } from "../../../../services/ingress/parking/outage-probe.ts";
import { SidecarUnavailable } from "../../../../services/platform/sidecar.ts";
import { placeOrderEvent, recordOf } from "../messages.ts";

const record = recordOf(placeOrderEvent);
const command = (): MessageCommand => {
  const classified = classify(record);
  if (classified.kind !== "command") throw new Error("no command");
  return classified;
};

const accepted = {
  ok: { streamId: "order-1", version: 1, status: "Placed", events: [], replayed: false },
} satisfies CommandAnswer;
const error = (kind: ErrorKind): CommandAnswer => ({ error: { kind, code: "Code", message: "Why." } });

const carryOut = async (answer: () => CommandAnswer): Promise<CarriedOut> =>
  createCarryOut({ command: async () => answer() })(command(), { deadlineMs: 1 });

describe("a command's answer", () => {
  test("is an outcome, now or before", async () => {
    expect(await carryOut(() => accepted)).toEqual({ kind: "done", outcome: "accepted" });
    const replayed = { ok: { ...accepted.ok, replayed: true } };
    expect(await carryOut(() => replayed)).toEqual({ kind: "done", outcome: "replayed" });
  });

  test.each<[Exclude<ErrorKind, "fault">, string]>([
    ["invalid", "InvalidCommand"],
    ["rejected", "Rejected"],
    ["commandIdReused", "CommandIdReused"],
    ["versionConflict", "VersionConflict"],
    ["unknownStream", "UnknownStream"],
  ])("is a refusal for ever if it is %s", async (kind, cause) => {
    expect(await carryOut(() => error(kind))).toEqual({ kind: "refused", reason: { cause, detail: "Code: Why." } });
  });

  test("is no outcome if there is a fault or no answer", async () => {
    expect(await carryOut(() => error("fault"))).toEqual({ kind: "fault", reason: "Why." });
    const none = await carryOut(() => {
      throw new SidecarUnavailable("connection refused");
    });
    expect(none).toEqual({ kind: "fault", reason: "connection refused" });
  });
});

/** Carries one command out among results of its attempts and of the probes, in the order in which they are asked for. */
const attempt = async (
  results: readonly CarriedOut["kind"][],
  probes: readonly (string | undefined)[],
  othersFault = false,
): Promise<{ result: CarriedOut | string; deadlines: number[]; probed: number }> => {
  const deadlines: number[] = [];
  let probed = 0;
  const judge = createFaultJudge(() => 0);
  if (othersFault) judge.observed("another", "fault");
  const carryOutInPlace = createCarryOutInPlace({
    carryOut: async (_command, { deadlineMs }) => {
      deadlines.push(deadlineMs);
      const kind = results[deadlines.length - 1];
      if (kind === "done") return { kind, outcome: "accepted" };
      return kind === "refused"
        ? { kind, reason: { cause: "Rejected", detail: "No." } }
        : { kind: "fault", reason: `fault ${deadlines.length}` };
    },
    probe: async () => {
      probed += 1;
      return probes[probed - 1];
    },
    judge,
    commandMs: 10_000,
    monotonicMs: () => 0,
  });
  const result = await carryOutInPlace(record, command()).catch((thrown: unknown) => {
    if (thrown instanceof SidecarUnavailable) return thrown.message;
    throw thrown;
  });
  return { result, deadlines, probed };
};

describe("a command that is carried out in place", () => {
  test("needs no probe if it has an outcome", async () => {
    expect(await attempt(["done"], [])).toMatchObject({ result: { kind: "done" }, deadlines: [10_000], probed: 0 });
    expect(await attempt(["refused"], [])).toMatchObject({ result: { kind: "refused" }, probed: 0 });
  });

  test("is tried once more when the probe finds nothing wrong, since the outage may just have ended", async () => {
    expect(await attempt(["fault", "done"], [undefined])).toEqual({
      result: { kind: "done", outcome: "accepted" },
      deadlines: [10_000, 5_000],
      probed: 1,
    });
  });

  test("has a fault of its own if it faults between two probes that find nothing wrong", async () => {
    const { result, probed } = await attempt(["fault", "fault"], [undefined, undefined]);
    expect([result, probed]).toEqual([{ kind: "fault", reason: "fault 2" }, 2]);
  });

  test.each([
    ["before", ["no store"], "fault 1 (no store)"],
    ["after", [undefined, "no store"], "fault 2 (no store)"],
  ])("waits for a part that is away %s it was tried again", async (_when, probes, reason) => {
    expect((await attempt(["fault", "fault"], probes)).result).toBe(reason);
  });

  test("waits while others fault too and none succeeds", async () => {
    const { result } = await attempt(["fault", "fault"], [undefined, undefined], true);
    expect(result).toBe("fault 2 (and no other command succeeds)");
  });

  test("does so over several deliveries for a bounded time", async () => {
    let now = 0;
    const judge = createFaultJudge(() => now);
    const carryOutInPlace = createCarryOutInPlace({
      carryOut: async () => {
        judge.observed("another", "fault");
        return { kind: "fault", reason: "no" };
      },
      probe: async () => undefined,
      judge,
      commandMs: 10_000,
      monotonicMs: () => now,
    });
    for (now = 0; now < 60_000; now += 20_000)
      await expect(carryOutInPlace(record, command())).rejects.toBeInstanceOf(SidecarUnavailable);
    expect(await carryOutInPlace(record, command())).toEqual({ kind: "fault", reason: "no" });
    const next = { ...record, offset: "18" };
    await expect(carryOutInPlace(next, command())).rejects.toBeInstanceOf(SidecarUnavailable);
  });
});

const probeOf = (parts: { health?: Error; read?: Error }, asked: string[] = []) =>
  createOutageProbe({
    checkHealth: async () => {
      if (parts.health !== undefined) throw parts.health;
    },
    read: async (streamType, streamId) => {
      asked.push(`${streamType} ${streamId}`);
      if (parts.read !== undefined) throw parts.read;
      return { error: { kind: "unknownStream", code: "UnknownStream", message: "nothing" } };
    },
  });

describe("the probe", () => {
  test("goes the whole way to the store, for each type of stream", async () => {
    const asked: string[] = [];
    const probe = probeOf({}, asked);
    expect([await probe("Order"), await probe("StockItem")]).toEqual([undefined, undefined]);
    expect(asked).toEqual(["Order readiness-probe", "StockItem readiness-probe~readiness-probe"]);
  });

  test("tells what is away", async () => {
    expect(await probeOf({ health: new Error("503") })("Order")).toBe("sidecar: 503");
    expect(await probeOf({ read: new Error("no store") })("Order")).toBe("actors: no store");
  });
});
