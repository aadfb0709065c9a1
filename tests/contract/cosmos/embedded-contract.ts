import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container, ContainerRequest, CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll } from "@jest/globals";
import { openClient } from "./contract-test.ts";
import { type EmbeddedProcess, endEmbedded, startEmbedded, WELL_KNOWN_KEY } from "./endpoint-under-test.ts";

/** What the admin endpoint answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a test of the embedded endpoint's own switches works with; the members exist once the tests run. */
export interface EmbeddedContract {
  readonly url: () => string;
  readonly adminUrl: () => string;
  readonly client: () => CosmosClient;
  /** The id of the database that the containers are in. */
  readonly database: string;
  /** Makes a container of its own with the partition key /partitionKey. */
  readonly container: (more?: Partial<ContainerRequest>) => Promise<Container>;
  /** Asks the admin endpoint. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<AdminAnswer>;
}

/** Starts an embedded endpoint with an admin endpoint for a file of tests. */
export const useEmbedded = (...args: string[]): EmbeddedContract => {
  const database = `embedded-${randomUUID()}`;
  let directory: string;
  let running: EmbeddedProcess;
  let client: CosmosClient;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "cosmos-switches-"));
    running = await startEmbedded(directory, 0, "--admin-port", "0", ...args);
    client = openClient({ url: running.url, key: WELL_KNOWN_KEY });
    await client.databases.create({ id: database });
  });

  afterAll(() => client.dispose());
  afterAll(async () => {
    await endEmbedded(running, "SIGTERM");
    await rm(directory, { recursive: true });
  });

  const adminUrl = (): string => {
    if (running.admin === undefined) throw new Error("The endpoint has no admin endpoint.");
    return running.admin;
  };

  return {
    url: () => running.url,
    adminUrl,
    client: () => client,
    database,
    container: async (more = {}) => {
      const request = { id: `items-${randomUUID()}`, partitionKey: { paths: ["/partitionKey"] }, ...more };
      return (await client.database(database).containers.create(request)).container;
    },
    admin: async (method, path, body) => {
      const response = await fetch(new URL(path, adminUrl()), {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },
  };
};
