import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OrderContainers } from "../../../services/platform/cosmos.ts";
import type { ListEntry, StreamDocument } from "../../../services/projector/projection/documents.ts";
import {
  createProjectionStore,
  type ProjectionStore,
} from "../../../services/projector/projection/projection-store.ts";
import { startCosmosEndpoint, type CosmosEndpoint } from "./cosmos-endpoint.ts";

let endpoint: CosmosEndpoint;
let containers: OrderContainers;
let store: ProjectionStore;

beforeAll(async () => {
  endpoint = await startCosmosEndpoint();
  containers = await endpoint.newDatabase("projection");
  store = createProjectionStore(containers);
});

afterAll(async () => endpoint.stop());

const documentOf = (streamId: string, version: number): StreamDocument => ({
  streamId,
  streamType: "Order",
  version,
  updatedAt: "2026-01-01T00:00:00.000Z",
  stateVersion: 1,
  state: { status: "NotPlaced" },
  view: null,
});

const entryOf = (orderId: string, version: number, deleted: boolean): ListEntry => ({
  orderId,
  status: "Placed",
  version,
  customerId: "c",
  channel: null,
  currency: "EUR",
  currencyExponent: 2,
  totalMinor: 1,
  fulfilment: "managed",
  placedAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  sortKey: `2026-01-01T00:00:00.000Z~${orderId}`,
  deleted,
});

describe("the document of a stream", () => {
  test("is written once by those who found none, and once by those who found the same", async () => {
    expect(await store.readDocument("o1")).toBeUndefined();
    const first = await Promise.all([1, 2, 3].map(async () => store.writeDocument(documentOf("o1", 1), undefined)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const found = await store.readDocument("o1");
    expect(found?.content).toEqual(documentOf("o1", 1));
    const next = await Promise.all([1, 2, 3].map(async () => store.writeDocument(documentOf("o1", 2), found?.etag)));
    expect(next.filter(Boolean)).toHaveLength(1);
    expect((await store.readDocument("o1"))?.content.version).toBe(2);
  });

  test("has the item format that any app with a sidecar reads", async () => {
    await store.writeDocument(documentOf("o2", 1), undefined);
    const { resource } = await containers.snapshots.item("o2", "o2").read();
    expect(resource).toMatchObject({ id: "o2", partitionKey: "o2", isBinary: false, value: documentOf("o2", 1) });
  });
});

describe("an entry of a list", () => {
  test("is one per order and list, and expires only once the order has left the list", async () => {
    const list = "status:Placed";
    expect(await store.writeEntry({ list, entry: entryOf("o1", 1, false) }, undefined)).toBe(true);
    expect(await store.writeEntry({ list, entry: entryOf("o1", 2, true) }, undefined)).toBe(false);
    const found = await store.readEntry(list, "o1");
    expect(found?.content).toEqual(entryOf("o1", 1, false));
    const { resource: live } = await containers.views.item("o1", list).read();
    expect(live).not.toHaveProperty("ttl");
    expect(await store.writeEntry({ list, entry: entryOf("o1", 2, true) }, found?.etag)).toBe(true);
    expect(await store.writeEntry({ list, entry: entryOf("o1", 3, true) }, found?.etag)).toBe(false);
    const { resource: left } = await containers.views.item("o1", list).read();
    expect(left).toMatchObject({ ttl: 86_400, value: { deleted: true, version: 2 } });
    expect(await store.readEntry("customer:c", "o1")).toBeUndefined();
  });
});
