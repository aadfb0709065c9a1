import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { agreeable, behaviour, behaviourText } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { chanceOf, pickFrom } from "../../../services/simulated-provider/behaviour/chance.ts";
import { readSimulatedProviderSettings } from "../../../services/simulated-provider/settings.ts";

const mistakesIn = (value: unknown): string[] =>
  (behaviour.safeParse(value).error?.issues ?? []).map(({ path }) => path.join("."));

const messagesOf = (text: string): string[] =>
  (behaviourText.safeParse(text).error?.issues ?? []).map(({ message }) => message);

describe("a behaviour", () => {
  test("agrees to everything at once unless told otherwise", () => {
    expect(agreeable).toMatchObject({
      declineRate: 0,
      captureDeclineRate: 0,
      declineNext: 0,
      pendingRate: 0,
      lostAnswerRate: 0,
      answerDelayMs: { least: 0, most: 0 },
      messageDelayMs: { least: 0, most: 0 },
      duplicateRate: 0,
      reorderRate: 0,
      holdMessages: false,
      deliverAfterMs: null,
      rules: [],
    });
  });

  test("is bounded", () => {
    const day = 24 * 60 * 60 * 1_000;
    expect(
      mistakesIn({
        seed: 2 ** 32,
        declineRate: 1.01,
        pendingRate: -0.1,
        declineNext: 1_000_001,
        answerDelayMs: { least: 0, most: 60_001 },
        messageDelayMs: { least: 0, most: day + 1 },
        reorderWithinMs: 0,
        deliveryAttempts: 6,
        declineCode: "no funds",
        rules: Array.from({ length: 101 }, () => ({ on: "refund" })),
      }),
    ).toEqual([
      "seed",
      "declineRate",
      "declineCode",
      "declineNext",
      "rules",
      "pendingRate",
      "answerDelayMs.most",
      "messageDelayMs.most",
      "reorderWithinMs",
      "deliveryAttempts",
    ]);
    expect(
      mistakesIn({ deliverAfterMs: { least: day, most: day }, answerDelayMs: { least: 60_000, most: 60_000 } }),
    ).toEqual([]);
  });

  test("has no span that ends before it begins, and no member that nobody knows", () => {
    expect(mistakesIn({ messageDelayMs: { least: 2, most: 1 } })).toEqual(["messageDelayMs"]);
    expect(mistakesIn({ declineRates: 1 })).toEqual([""]);
    expect(mistakesIn({ rules: [{ on: "refund", decline: { code: "No", retryable: true } }] })).toEqual(["rules.0"]);
  });

  test("can be written as text, whose mistakes are named", () => {
    expect(behaviourText.parse('{"declineNext": 3}')).toEqual({ ...agreeable, declineNext: 3 });
    expect(messagesOf("{")).toEqual([expect.stringContaining("JSON")]);
    expect(messagesOf('{"seed": -1, "rules": 1}')).toEqual([
      expect.stringMatching(/^seed .*>=0/),
      expect.stringMatching(/^rules .*array/),
    ]);
  });
});

describe("the settings of the simulated provider", () => {
  const required = { HTTP_PORT: "1", DAPR_HTTP_PORT: "2" };

  test("have a directory and an agreeable behaviour by default, also where a variable is empty", () => {
    const expected = {
      SIMULATED_PROVIDER_DATA_DIR: ".data/simulated-provider",
      SIMULATED_PROVIDER_BEHAVIOUR: agreeable,
    };
    expect(readSimulatedProviderSettings(required)).toMatchObject(expected);
    expect(readSimulatedProviderSettings({ ...required, SIMULATED_PROVIDER_BEHAVIOUR: "" })).toMatchObject(expected);
  });

  test("name what is wrong with the behaviour", () => {
    expect(() => readSimulatedProviderSettings({ ...required, SIMULATED_PROVIDER_BEHAVIOUR: '{"seed": "x"}' })).toThrow(
      /SIMULATED_PROVIDER_BEHAVIOUR: seed /,
    );
  });
});

describe("a chance", () => {
  test("follows from the seed and from what it is drawn for", () => {
    const chance = chanceOf(7, "decline", "o1");
    expect(chanceOf(7, "decline", "o1")).toBe(chance);
    expect(chanceOf(8, "decline", "o1")).not.toBe(chance);
    expect(chanceOf(7, "decline", "o2")).not.toBe(chance);
    // Parts are not merely joined.
    expect(chanceOf(7, "ab", "c")).not.toBe(chanceOf(7, "a", "bc"));
  });

  test("is spread evenly from 0 to 1", () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const tenth = Math.floor(chanceOf(1, draw) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(850);
    expect(Math.max(...tenths)).toBeLessThan(1_150);
    expect(tenths).toHaveLength(10);
  });

  test("falls on each number of a span, its ends included", () => {
    const span = { least: 3, most: 5 };
    expect([0, 0.34, 0.67, 0.999_999].map((chance) => pickFrom(span, chance))).toEqual([3, 4, 5, 5]);
    expect(pickFrom({ least: 0, most: 0 }, 0.9)).toBe(0);
  });
});

describe("the table of settings in the documentation", () => {
  test("has every member of a behaviour, with its default", () => {
    const text = readFileSync("docs/simulated-provider.md", "utf8");
    const rows = [...text.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm)];
    const documented = rows.map(([, name, value]) => [name, JSON.parse(value ?? "")]);
    expect(Object.fromEntries(documented)).toEqual(agreeable);
    expect(documented).toHaveLength(Object.keys(agreeable).length);
  });

  test("is followed by an example that is valid", () => {
    const [, example] = /```json\n([^`]+)```/.exec(readFileSync("docs/simulated-provider.md", "utf8")) ?? [];
    expect(behaviourText.parse(example).rules).toHaveLength(5);
  });
});
