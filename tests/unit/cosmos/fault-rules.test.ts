import { describe, expect, test } from "@jest/globals";
import { type FaultRule, parseFaultRule } from "../../../deploy/local/cosmos/admin/fault-rule.ts";
import { createFaultRules, isFor, type Target } from "../../../deploy/local/cosmos/admin/fault-rules.ts";
import type { JsonObject } from "../../../deploy/local/cosmos/json.ts";

const TOO_MANY: JsonObject = { kind: "answer", status: 429 };

const rule = (more: JsonObject = {}): FaultRule => parseFaultRule({ effect: TOO_MANY, ...more });

const target = (more: Partial<Target> = {}): Target => ({
  operation: "create",
  database: "d",
  container: "c",
  ranges: () => ["0"],
  ...more,
});

describe("a fault rule", () => {
  test("is for every request when it says nothing else", () => {
    expect(isFor(rule(), target())).toBe(true);
    expect(isFor(rule(), target({ operation: "metadata", database: undefined, container: undefined }))).toBe(true);
  });

  test.each<[JsonObject, Partial<Target>]>([
    [{ operations: ["read", "query"] }, { operation: "create" }],
    [{ database: "d" }, { database: "e" }],
    [{ container: "c" }, { container: undefined }],
    [{ range: "1" }, { ranges: () => ["0", "2"] }],
  ])("that says %j is not for %j", (said, other) => {
    expect(isFor(rule(said), target(other))).toBe(false);
  });

  test("is for a request that touches its range among others", () => {
    expect(isFor(rule({ range: "1" }), target({ ranges: () => ["0", "1"] }))).toBe(true);
  });

  test("has the substatus and the wait that Azure gives", () => {
    expect(rule().effect).toMatchObject({ status: 429, substatus: 3200, retryAfterMs: 100 });
    expect(rule({ effect: { kind: "answer", status: 410 } }).effect).toMatchObject({ substatus: 1002 });
    expect(rule({ effect: { kind: "answer", status: 403, substatus: 1008 } }).effect).toMatchObject({
      substatus: 1008,
    });
    expect(rule({ effect: { kind: "answer", status: 503 } }).effect).toMatchObject({
      substatus: 0,
      retryAfterMs: undefined,
    });
  });

  test.each<[string, JsonObject]>([
    ["effect", { effect: undefined }],
    ["effect.kind", { effect: { kind: "explode" } }],
    ["effect.status", { effect: { kind: "answer" } }],
    ["effect.status", { effect: { kind: "answer", status: 200 } }],
    ["effect.when", { effect: { kind: "drop" } }],
    ["effect.ms", { effect: { kind: "latency" } }],
    ["effect.ms", { effect: { kind: "latency", ms: -1 } }],
    ["effect.jitterMs", { effect: { kind: "latency", ms: 1, jitterMs: 0.5 } }],
    ["effect.status", { effect: { kind: "cutAnswer", status: 500 } }],
    ["operations", { operations: [] }],
    ["operations", { operations: ["create", "explode"] }],
    ["operations", { operations: "create" }],
    ["database", { database: 5 }],
    ["range", { range: "" }],
    ["rate", { rate: 0 }],
    ["rate", { rate: 1.1 }],
    ["times", { times: 0 }],
    ["seed", { seed: -1 }],
    ["colour", { colour: "red" }],
  ])("is refused with the name of the member that is wrong: %s", (field, said) => {
    expect(() => rule(said)).toThrow(expect.objectContaining({ status: 400, field }));
  });
});

const strikesOf = (seed: number): string => {
  const rules = createFaultRules();
  rules.add(rule({ rate: 0.3, seed }));
  return Array.from({ length: 1_000 }, () => (rules.strike(target()) === undefined ? "." : "x")).join("");
};

const strikesAmongOthers = (others: number): boolean[] => {
  const rules = createFaultRules();
  rules.add(rule({ rate: 0.5, seed: 3, operations: ["create"] }));
  return Array.from({ length: 50 }, () => {
    for (let index = 0; index < others; index++) rules.strike(target({ operation: "read" }));
    return rules.strike(target()) !== undefined;
  });
};

const unexpectedLookUp = (): string[] => {
  throw new Error("looked up");
};

describe("fault rules in force", () => {
  test("strike as often as they may, and count it", () => {
    const rules = createFaultRules();
    rules.add(rule({ times: 2 }));
    const struck = [1, 2, 3].map(() => rules.strike(target()) !== undefined);
    expect(struck).toEqual([true, true, false]);
    expect(rules.list()).toMatchObject([{ times: 2, hits: 2 }]);
  });

  test("strike at about their rate, the same requests in every run with the same seed", () => {
    expect(strikesOf(1)).toBe(strikesOf(1));
    expect(strikesOf(1)).not.toBe(strikesOf(2));
    const strikes = strikesOf(1).replaceAll(".", "").length;
    expect(strikes).toBeGreaterThan(250);
    expect(strikes).toBeLessThan(350);
  });

  test("draw no number for requests that they are not for", () => {
    expect(strikesAmongOthers(0)).toEqual(strikesAmongOthers(3));
  });

  test("add up their latencies, up to the first that does something else", () => {
    const rules = createFaultRules();
    rules.add(rule({ effect: { kind: "latency", ms: 20 } }));
    rules.add(rule({ effect: { kind: "latency", ms: 10, jitterMs: 5 }, seed: 9 }));
    rules.add(rule({ effect: { kind: "drop", when: "afterCommit" } }));
    rules.add(rule({ effect: { kind: "latency", ms: 1_000 } }));
    const fault = rules.strike(target());
    expect(fault?.effect).toEqual({ kind: "drop", when: "afterCommit" });
    expect(fault?.latencyMs).toBeGreaterThanOrEqual(30);
    expect(fault?.latencyMs).toBeLessThanOrEqual(35);
    expect(rules.list().map(({ hits }) => hits)).toEqual([1, 1, 1, 0]);
  });

  test("look ranges up only when one of them names a range", () => {
    const rules = createFaultRules();
    rules.add(rule({ operations: ["read"], range: "0" }));
    expect(rules.strike(target({ ranges: unexpectedLookUp }))).toBeUndefined();
    expect(() => rules.strike(target({ operation: "read", ranges: unexpectedLookUp }))).toThrow("looked up");
  });

  test("can be taken away one by one or all at once", () => {
    const rules = createFaultRules();
    const { id } = rules.add(rule());
    rules.add(rule());
    rules.add(rule());
    expect(rules.remove(id)).toBe(true);
    expect(rules.remove(id)).toBe(false);
    expect(rules.clear()).toBe(2);
    expect(rules.isEmpty()).toBe(true);
    expect(rules.strike(target())).toBeUndefined();
  });
});
