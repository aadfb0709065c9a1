import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createDaprEventStore } from "../../../actors/event-store/dapr-event-store.ts";
import { createDaprStateApi, type DaprStateApi } from "../../../actors/event-store/dapr-state-api.ts";
import { StoreFault, type EventStore } from "../../../actors/event-store/event-store.ts";
import { freePort } from "../../support/free-port.ts";
import { waitFor } from "../../support/wait-for.ts";
import { startDaprAndCosmos, type DaprAndCosmos } from "./dapr-and-cosmos.ts";
import { aBatch, anEvent, aSnapshot, describeEventStore } from "./event-store-contract.ts";
import type { WatchedRequest } from "./watched-proxy.ts";

const limit = { timeoutMs: 60_000 };
const component = "event-store";

let running: DaprAndCosmos;
let state: DaprStateApi;
let store: EventStore;

beforeAll(async () => {
  running = await startDaprAndCosmos();
  state = createDaprStateApi({ daprHttpPort: running.daprHttpPort, component });
  store = createDaprEventStore(state);
});

afterAll(async () => state.close());
afterAll(async () => running.stop());

beforeEach(() => {
  running.proxy.treat(() => "forward");
  running.proxy.forget();
});

describeEventStore("the event store on Dapr and Cosmos DB", () => store);

const isBatch = ({ headers }: WatchedRequest): boolean => headers["x-ms-cosmos-is-batch-request"] !== undefined;
const isQuery = ({ headers }: WatchedRequest): boolean => headers["content-type"] === "application/query+json";
const newStreamId = (): string => `stream-${crypto.randomUUID()}`;

describe("what the component sends to Cosmos DB", () => {
  test("for an append is one atomic batch of the stream's partition", async () => {
    const streamId = newStreamId();
    await store.append(aBatch(streamId, 1), limit);
    expect(running.proxy.seen).toHaveLength(1);
    const [batch] = running.proxy.seen;
    expect(batch?.headers).toMatchObject({
      "x-ms-cosmos-batch-atomic": "True",
      "x-ms-documentdb-partitionkey": JSON.stringify([streamId]),
    });
    const operations = JSON.parse(batch?.body ?? "") as { operationType: string; ifMatch: string }[];
    expect(operations.map(({ operationType }) => operationType)).toEqual(["Upsert", "Upsert"]);
    for (const { ifMatch } of operations) expect(ifMatch).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("for a query is parameterised and goes to the stream's partition alone", async () => {
    const streamId = newStreamId();
    const commandId = `" OR 1=1 --`;
    await store.append(aBatch(streamId, 1, { events: [anEvent(streamId, 1, { commandId })] }), limit);
    running.proxy.forget();
    expect((await store.findCommand(streamId, commandId, limit)).events).toHaveLength(1);
    expect(await store.readEvents(streamId, 0, 10, limit)).toHaveLength(1);
    const queries = running.proxy.seen.filter(isQuery);
    expect(queries).toHaveLength(2);
    for (const { headers } of queries) {
      expect(headers["x-ms-documentdb-partitionkey"]).toBe(JSON.stringify([streamId]));
      expect(headers["x-ms-documentdb-query-enablecrosspartition"]).toBeUndefined();
    }
    expect(JSON.parse(queries[0]?.body ?? "")).toEqual({
      query: "SELECT * FROM c WHERE c['value']['commandId'] = @__param__0__",
      parameters: [{ name: "@__param__0__", value: commandId }],
    });
  });

  test("is items in the format that every consumer expects", async () => {
    const streamId = newStreamId();
    await store.append(aBatch(streamId, 1), limit);
    const [batch] = running.proxy.seen;
    const operations = JSON.parse(batch?.body ?? "") as { resourceBody: object }[];
    expect(operations[0]?.resourceBody).toMatchObject({
      id: `${streamId}~0000000001`,
      partitionKey: streamId,
      isBinary: false,
      value: anEvent(streamId, 1),
    });
    expect(operations[1]?.resourceBody).toMatchObject({ id: `${streamId}~snapshot`, value: aSnapshot(streamId, 1) });
  });
});

describe("an append whose answer is lost", () => {
  test("once is a conflict with itself, since the pipeline repeats it", async () => {
    const streamId = newStreamId();
    let lost = 0;
    running.proxy.treat((request) => (isBatch(request) && lost++ === 0 ? "loseAnswer" : "forward"));
    expect(await store.append(aBatch(streamId, 1), limit)).toEqual({ outcome: "conflict" });
    expect(await store.readEvent(streamId, 1, limit)).toEqual(anEvent(streamId, 1));
  });

  test("every time is of unknown outcome, and is stored", async () => {
    const streamId = newStreamId();
    running.proxy.treat((request) => (isBatch(request) ? "loseAnswer" : "forward"));
    // On a busy machine the time may be over before the first attempt has come to the endpoint.
    while (!running.proxy.seen.some(isBatch))
      await expect(store.append(aBatch(streamId, 1), { timeoutMs: 1_500 })).rejects.toMatchObject({
        name: "StoreFault",
        sent: true,
      });
    const stored = await waitFor(() => store.readEvent(streamId, 1, limit), { what: "the event", timeoutMs: 10_000 });
    expect(stored).toEqual(anEvent(streamId, 1));
  });
});

describe("a store that is away", () => {
  test("is a fault of every call, within its time", async () => {
    const streamId = newStreamId();
    // Nothing but their time ends these calls.
    running.proxy.treat(() => "ignore");
    const short = { timeoutMs: 700 };
    const calls = [
      store.readSnapshot(streamId, short),
      store.readEvent(streamId, 1, short),
      store.readEvents(streamId, 0, 10, short),
      store.readOutcome(streamId, "command", short),
      store.findCommand(streamId, "command", short),
      store.append(aBatch(streamId, 1), short),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result.status).toBe("rejected");
      expect(result.status === "rejected" && result.reason instanceof StoreFault).toBe(true);
    }
  });

  test("is asked again once it is back", async () => {
    const streamId = newStreamId();
    running.proxy.treat(() => "refuse");
    await expect(store.append(aBatch(streamId, 1), { timeoutMs: 300 })).rejects.toThrow(StoreFault);
    running.proxy.treat(() => "forward");
    const { outcome } = await store.append(aBatch(streamId, 1), limit);
    // The refused attempt may still be repeated by the pipeline, and then be the one that is stored.
    expect(["committed", "conflict"]).toContain(outcome);
    expect(await store.readEvent(streamId, 1, limit)).toEqual(anEvent(streamId, 1));
  });
});

describe("a sidecar that is away", () => {
  test("is a fault in which nothing was sent", async () => {
    const nobody = createDaprStateApi({ daprHttpPort: await freePort(), component });
    const orphan = createDaprEventStore(nobody);
    await expect(orphan.append(aBatch(newStreamId(), 1), limit)).rejects.toMatchObject({
      name: "StoreFault",
      sent: false,
    });
    await nobody.close();
  });
});

describe("calls at the same time", () => {
  test("are ten at the most, and all are answered", async () => {
    const streamIds = Array.from({ length: 60 }, newStreamId);
    let most = 0;
    const results = await Promise.all(
      streamIds.map(async (streamId) => {
        const result = await store.append(aBatch(streamId, 1), limit);
        most = Math.max(most, state.occupancy().running);
        return result.outcome;
      }),
    );
    expect(new Set(results)).toEqual(new Set(["committed"]));
    expect(most).toBeLessThanOrEqual(10);
    expect(state.occupancy()).toEqual({ running: 0, waiting: 0 });
  });
});
