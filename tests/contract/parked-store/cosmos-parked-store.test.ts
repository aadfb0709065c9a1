import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createCosmosParkedStore } from "../../../services/ingress/parking/cosmos-store.ts";
import { ParkingUnavailable } from "../../../services/ingress/parking/store.ts";
import { openContainers, type OrderContainers } from "../../../services/platform/cosmos.ts";
import { startCosmosEndpoint, type CosmosEndpoint } from "../change-feed/cosmos-endpoint.ts";
import { describeParkedStore } from "./parked-store-contract.ts";

let endpoint: CosmosEndpoint;
let containers: OrderContainers;

beforeAll(async () => {
  endpoint = await startCosmosEndpoint();
  containers = await endpoint.newDatabase("parked");
});
afterAll(async () => endpoint.stop());

describeParkedStore("Cosmos DB", () => createCosmosParkedStore(containers.parked, "an instance"));

describe("Cosmos DB", () => {
  test("without the container is away, rather than empty", async () => {
    const { parked } = openContainers({ ...endpoint.settings, COSMOS_DATABASE: "absent" });
    const store = createCosmosParkedStore(parked, "an instance");
    await expect(store.claim("topic/0")).rejects.toBeInstanceOf(ParkingUnavailable);
    await expect(store.readStream("topic/0", "order-1")).rejects.toBeInstanceOf(ParkingUnavailable);
    await expect(store.listStreams({ after: undefined, limit: 1 })).rejects.toBeInstanceOf(ParkingUnavailable);
  });

  test("keeps audit entries for a while and the rest for ever", async () => {
    const { resources } = await containers.parked.items
      .query<{ value: { kind: string }; ttl?: number }>("SELECT * FROM c")
      .fetchAll();
    for (const { value, ttl } of resources)
      expect([value.kind, ttl]).toEqual([value.kind, value.kind === "audit" ? 7_776_000 : undefined]);
    expect(resources.some(({ value }) => value.kind === "audit")).toBe(true);
  });
});
