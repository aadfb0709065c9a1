import { randomUUID } from "node:crypto";
import { type Container, type ContainerRequest, CosmosClient, type Database } from "@azure/cosmos";
import { afterAll, beforeAll } from "@jest/globals";
import { type EndpointUnderTest, openEndpointUnderTest } from "./endpoint-under-test.ts";

/** What a contract test works with; the members exist once the tests run. */
export interface Contract {
  readonly endpoint: () => EndpointUnderTest;
  readonly client: () => CosmosClient;
  readonly database: () => Database;
  /** Makes a container of its own with the partition key /partitionKey. */
  readonly container: (more?: Partial<ContainerRequest>) => Promise<Container>;
}

/** Opens a client that asks for nothing in the background. */
export const openClient = ({ url, key }: Pick<EndpointUnderTest, "url" | "key">): CosmosClient =>
  new CosmosClient({ endpoint: url, key, connectionPolicy: { enableBackgroundEndpointRefreshing: false } });

/** Opens the endpoint for a file of tests, with a database of its own. */
export const useContract = (): Contract => {
  let endpoint: EndpointUnderTest;
  let client: CosmosClient;
  let database: Database;

  beforeAll(async () => {
    endpoint = await openEndpointUnderTest();
    client = openClient(endpoint);
    database = (await client.databases.create({ id: `contract-${randomUUID()}` })).database;
  });

  // Two hooks: the endpoint is ended also when its database cannot be deleted.
  afterAll(async () => {
    await database.delete();
    client.dispose();
  });
  afterAll(async () => endpoint.close());

  return {
    endpoint: () => endpoint,
    client: () => client,
    database: () => database,
    container: async (more = {}) => {
      const id = `items-${randomUUID()}`;
      const request = { id, partitionKey: { paths: ["/partitionKey"] }, ...more };
      return (await database.containers.create(request)).container;
    },
  };
};

/** Sorts texts. */
export const byText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/** Waits for an error and gives its status code and substatus. */
export const refusalOf = async (promise: Promise<unknown>): Promise<{ code: unknown; substatus: unknown }> => {
  try {
    await promise;
  } catch (error) {
    if (typeof error !== "object" || error === null || !("code" in error)) throw error;
    return { code: error.code, substatus: "substatus" in error ? error.substatus : undefined };
  }
  throw new Error("Nothing was refused.");
};
