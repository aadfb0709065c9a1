import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JSONObject } from "@azure/cosmos";
import { setUpCosmos } from "../../../deploy/setup/cosmos.ts";
import { eventItemId, snapshotItemId, type RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { openContainers, type OrderContainers } from "../../../services/platform/cosmos.ts";
import { endEmbedded, startEmbedded, WELL_KNOWN_KEY } from "../cosmos/endpoint-under-test.ts";

export interface CosmosEndpoint {
  readonly settings: { COSMOS_ENDPOINT: string; COSMOS_KEY: string; COSMOS_DATABASE: string };
  /** New containers of a database of their own. */
  newDatabase(name: string): Promise<OrderContainers>;
  /** Splits the range of the database's events that holds the most items, between the streams in it. */
  splitEvents(database: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the embedded Cosmos endpoint on a free port, with data of its own. */
export const startCosmosEndpoint = async (): Promise<CosmosEndpoint> => {
  const directory = await mkdtemp(join(tmpdir(), "change-feed-"));
  const running = await startEmbedded(directory, 0, "--admin-port", "0");
  const [endpoint, key] = [running.url, WELL_KNOWN_KEY];
  const settings = { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: "orders" };
  return {
    settings,
    newDatabase: async (database) => {
      await setUpCosmos({ endpoint, key, database }, Date.now() + 120_000);
      return openContainers({ ...settings, COSMOS_DATABASE: database });
    },
    splitEvents: async (database) => {
      const response = await fetch(new URL("splits", running.admin), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ database, container: "events", at: "keys" }),
      });
      if (response.status !== 201)
        throw new Error(`the split was answered ${response.status}: ${await response.text()}`);
    },
    stop: async () => {
      await endEmbedded(running, "SIGTERM");
      await rm(directory, { recursive: true });
    },
  };
};

/** The same content in the type that the SDK's batch takes. */
const asJson = (content: object): JSONObject => JSON.parse(JSON.stringify(content)) as JSONObject;

/** Commits events of one stream as an actor host does: insert-only, together with the snapshot. */
export const commit = async ({ events }: OrderContainers, recorded: readonly RecordedEvent[]): Promise<void> => {
  const first = recorded[0];
  if (first === undefined) return;
  const partitionKey = first.streamId;
  const snapshot = { kind: "snapshot", streamType: first.streamType, streamId: partitionKey, version: recorded.length };
  const response = await events.items.batch(
    [
      ...recorded.map((event) => ({
        operationType: "Create" as const,
        resourceBody: {
          id: eventItemId(partitionKey, event.version),
          partitionKey,
          isBinary: false,
          value: asJson(event),
        },
      })),
      {
        operationType: "Upsert" as const,
        resourceBody: { id: snapshotItemId(partitionKey), partitionKey, isBinary: false, value: asJson(snapshot) },
      },
    ],
    partitionKey,
  );
  if (response.code !== 200) throw new Error(`the commit was answered ${response.code}`);
};
