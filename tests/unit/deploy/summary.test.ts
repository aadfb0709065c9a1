import { describe, expect, test } from "@jest/globals";
import { summaryText } from "../../../deploy/local/launcher/summary.ts";

const view = (name: string, startMs: number | null) =>
  ({ name, pid: 1, state: "ready", restarts: 0, ports: [], startMs }) as const;

describe("the summary of a start", () => {
  const text = summaryText({
    gateway: 8080,
    cosmos: "http://127.0.0.1:8081",
    hasExplorer: true,
    brokers: ["127.0.0.1:8082"],
    simulatedProvider: "http://127.0.0.1:8155",
    admin: 8083,
    dataDir: "/project/.data",
    totalMs: 12_345,
    artifacts: [{ name: "Dapr runtime", origin: "built", ms: 180_000 }],
    processes: [
      view("kafka", 2_049),
      view("asleep", null),
      ...Array.from({ length: 20 }, (_, i) => view(`app-${i}`, 500)),
    ],
  });

  test("says where everything is", () => {
    expect(text).toContain("API        http://127.0.0.1:8080/v1/orders");
    expect(text).toContain("Cosmos DB  http://127.0.0.1:8081 (to look at: http://127.0.0.1:8081/_explorer/)");
    expect(text).toContain("Kafka      127.0.0.1:8082");
    expect(text).toContain("Provider   http://127.0.0.1:8155 (simulated payments and carrier)");
    expect(text).toContain("Data       /project/.data");
  });

  test("says where the time went, of what was started", () => {
    expect(text).toContain("ready after 12.3 s.");
    expect(text).toContain("Time       Dapr runtime built 180.0 s, kafka 2.0 s, app-0 0.5 s");
    expect(text).not.toContain("asleep");
  });

  test("fits a terminal", () => {
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
