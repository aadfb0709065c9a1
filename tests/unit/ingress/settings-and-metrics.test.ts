import { describe, expect, test } from "@jest/globals";
import { createIngressMetrics } from "../../../services/ingress/metrics.ts";
import { readIngressSettings, redrivePolicyOf } from "../../../services/ingress/settings.ts";
import { createRegistry } from "../../../services/platform/metrics.ts";
import { aParkedStream } from "./parking/examples.ts";

const environment = {
  HTTP_PORT: "8115",
  APP_PORT: "8110",
  DAPR_HTTP_PORT: "8111",
  COSMOS_ENDPOINT: "http://127.0.0.1:8081",
  COSMOS_KEY: "key",
};

describe("the ingress's settings", () => {
  test("redrive parked streams without being asked, with a long wait, unless they say otherwise", () => {
    expect(redrivePolicyOf(readIngressSettings(environment))).toEqual({
      automatic: true,
      firstMs: 120_000,
      longestMs: 3_600_000,
      mostAttempts: 48,
    });
    const given = { PARKED_REDRIVE: "off", PARKED_REDRIVE_FIRST_MS: "5000", PARKED_REDRIVE_ATTEMPTS: "2" };
    expect(redrivePolicyOf(readIngressSettings({ ...environment, ...given }))).toMatchObject({
      automatic: false,
      firstMs: 5_000,
      mostAttempts: 2,
    });
  });

  test("name every mistake", () => {
    const wrong = { PARKED_REDRIVE: "yes", PARKED_SWEEP_MS: "1", COSMOS_KEY: "" };
    const read = (): unknown => readIngressSettings({ ...environment, ...wrong });
    for (const name of Object.keys(wrong)) expect(read).toThrow(name);
  });
});

describe("the ingress's metrics", () => {
  test("tell how much is parked, how long the oldest has been waiting, and what became of it", async () => {
    let nowMs = Date.parse("2026-01-02T00:00:00.000Z");
    const registry = createRegistry("ingress");
    const metrics = createIngressMetrics(registry, () => nowMs);
    const valueOf = async (name: string): Promise<number | undefined> =>
      (await registry.getSingleMetric(name)?.get())?.values[0]?.value;

    expect(await valueOf("ingress_parked_oldest_seconds")).toBe(0);
    metrics.parked([
      aParkedStream({ messages: 2, waitingSince: "2026-01-01T23:59:00.000Z" }),
      aParkedStream({ messages: 3, waitingSince: "2026-01-01T23:58:00.000Z" }),
    ]);
    nowMs += 5_000;
    expect(await valueOf("ingress_parked_streams")).toBe(2);
    expect(await valueOf("ingress_parked_messages")).toBe(5);
    expect(await valueOf("ingress_parked_oldest_seconds")).toBe(125);
    metrics.parked([]);
    expect(await valueOf("ingress_parked_messages")).toBe(0);
    expect(await valueOf("ingress_parked_oldest_seconds")).toBe(0);
    metrics.settled("accepted");
    expect(await valueOf("ingress_parked_settled_total")).toBe(1);
  });
});
