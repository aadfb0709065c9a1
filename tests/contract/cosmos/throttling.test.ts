// Only the embedded endpoint has a throttle that can be switched.
import type { Container } from "@azure/cosmos";
import { afterEach, describe, expect, test } from "@jest/globals";
import { useEmbedded } from "./embedded-contract.ts";
import { WELL_KNOWN_KEY } from "./endpoint-under-test.ts";
import { sendSigned } from "./signed-request.ts";

const embedded = useEmbedded("--partitions", "2");

afterEach(async () => {
  await embedded.admin("PUT", "/throttling", { mode: "off" });
});

const throttle = async (requestUnitsPerSecond: number): Promise<void> => {
  const asked = { mode: "fixed", requestUnitsPerSecond };
  expect(await embedded.admin("PUT", "/throttling", asked)).toEqual({ status: 200, body: asked });
};

const createRaw = async ({ id: container }: Container, id: string, key: string): ReturnType<typeof sendSigned> =>
  sendSigned(embedded.url(), WELL_KNOWN_KEY, {
    method: "POST",
    path: `/dbs/${embedded.database}/colls/${container}/docs`,
    headers: { "x-ms-documentdb-partitionkey": JSON.stringify([key]) },
    body: JSON.stringify({ id, partitionKey: key }),
  });

describe("a throttled container", () => {
  test("refuses what comes too fast with 429, and says for how long", async () => {
    const container = await embedded.container();
    await throttle(0.1);
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => createRaw(container, `i${index}`, "p")),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    for (const { headers, text } of refused) {
      expect(headers.get("x-ms-substatus")).toBe("3200");
      expect(headers.get("x-ms-request-charge")).toBe("0");
      expect(Number(headers.get("x-ms-retry-after-ms"))).toBeGreaterThan(0);
      expect(JSON.parse(text)).toMatchObject({
        code: "429",
        message: expect.stringContaining("Request rate is large"),
      });
    }
    const { body } = await embedded.admin("GET", "/status");
    expect(body).toMatchObject({ throttledRequests: refused.length });
  });

  test("lets an SDK through that waits as it is told", async () => {
    const container = await embedded.container();
    // After what the first one cost, the next one has to wait for seconds, however long it takes to come.
    await throttle(1);
    let retries = 0;
    for (let index = 0; index < 2; index++) {
      const { headers } = await container.items.create({ id: `i${index}`, partitionKey: "p" });
      retries += Number(headers["x-ms-throttle-retry-count"]);
    }
    expect(retries).toBeGreaterThan(0);
  });

  test("refuses in the range that is exhausted and serves in the other", async () => {
    const container = await embedded.container();
    const rangeOf = async (key: string): Promise<string> =>
      (await createRaw(container, "probe", key)).headers.get("x-ms-session-token")?.split(":")[0] ?? "";
    const busyRange = await rangeOf("busy");
    let idle = 0;
    while ((await rangeOf(`idle${idle}`)) === busyRange) idle++;
    await throttle(0.1);
    expect((await createRaw(container, "a", "busy")).status).toBe(201);
    expect((await createRaw(container, "b", "busy")).status).toBe(429);
    expect((await createRaw(container, "a", `idle${idle}`)).status).toBe(201);
  });

  test("is held up in what concerns its items only", async () => {
    const container = await embedded.container();
    await throttle(0.001);
    expect((await createRaw(container, "a", "p")).status).toBe(201);
    expect((await createRaw(container, "b", "p")).status).toBe(429);
    expect((await container.read()).statusCode).toBe(200);
    expect((await container.readPartitionKeyRanges().fetchAll()).resources).toHaveLength(2);
  });

  test("is free again when the throttle is switched off", async () => {
    const container = await embedded.container();
    await throttle(0.001);
    await createRaw(container, "a", "p");
    expect((await createRaw(container, "b", "p")).status).toBe(429);
    await embedded.admin("PUT", "/throttling", { mode: "off" });
    expect((await createRaw(container, "b", "p")).status).toBe(201);
  });

  test("can be held to what it was provisioned with", async () => {
    const container = await embedded.container({ throughput: 400 });
    await embedded.admin("PUT", "/throttling", { mode: "provisioned" });
    const large = "x".repeat(100_000);
    const create = async (id: string): Promise<number> => {
      const answer = await sendSigned(embedded.url(), WELL_KNOWN_KEY, {
        method: "POST",
        path: `/dbs/${embedded.database}/colls/${container.id}/docs`,
        headers: { "x-ms-documentdb-partitionkey": '["p"]' },
        body: JSON.stringify({ id, partitionKey: "p", large }),
      });
      return answer.status;
    };
    const statuses = await Promise.all(Array.from({ length: 8 }, async (_, index) => create(`i${index}`)));
    expect(statuses).toContain(201);
    expect(statuses).toContain(429);
  });
});
