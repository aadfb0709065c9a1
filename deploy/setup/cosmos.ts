import { type Container, CosmosClient, type ContainerDefinition, ErrorResponse } from "@azure/cosmos";
import { CONTAINERS, PARTITION_KEY } from "./containers.ts";
import { Hopeless, untilReady } from "./until-ready.ts";

const REQUEST_TIMEOUT_MS = 5_000;

export interface CosmosTarget {
  readonly endpoint: string;
  readonly key: string;
  readonly database: string;
}

/**
 * Creates the database and its containers where they are absent, and brings their indexing policies up to date.
 *
 * @param deadline when to stop waiting for the endpoint, in milliseconds since the epoch
 * @returns what was created or changed, one short phrase each
 * @throws Hopeless for a wrong key or a container with another partition key; Error when the endpoint stays away
 */
export const setUpCosmos = async (target: CosmosTarget, deadline: number): Promise<string[]> => {
  const client = new CosmosClient({
    endpoint: target.endpoint,
    key: target.key,
    connectionPolicy: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      enableEndpointDiscovery: false,
      enableBackgroundEndpointRefreshing: false,
    },
  });
  const attempt = <Result>(what: string, request: () => Promise<Result>): Promise<Result> =>
    untilReady(what, deadline, () => request().catch(giveUpIfRefused));
  try {
    const created = await attempt(`database ${target.database}`, () =>
      client.databases.createIfNotExists({ id: target.database }),
    );
    const changes = created.statusCode === 201 ? [`database ${target.database}`] : [];
    for (const definition of CONTAINERS) {
      const { container, resource, statusCode } = await attempt(`container ${definition.id}`, () =>
        created.database.containers.createIfNotExists(definition),
      );
      if (statusCode === 201) changes.push(`container ${definition.id}`);
      else if (await bringUpToDate(container, resource, definition)) changes.push(`indexing of ${definition.id}`);
    }
    return changes;
  } finally {
    client.dispose();
  }
};

const bringUpToDate = async (
  container: Container,
  found: ContainerDefinition | undefined,
  wanted: ContainerDefinition,
): Promise<boolean> => {
  const paths = found?.partitionKey?.paths ?? [];
  if (paths.length !== 1 || paths[0] !== PARTITION_KEY) {
    throw new Hopeless(`container ${wanted.id} has the partition key ${paths.join()}, it must be ${PARTITION_KEY}`);
  }
  if (indexedPaths(found) === indexedPaths(wanted) && found?.defaultTtl === wanted.defaultTtl) return false;
  await container.replace(wanted);
  return true;
};

const indexedPaths = (definition: ContainerDefinition | undefined): string =>
  (definition?.indexingPolicy?.includedPaths ?? [])
    .map(({ path }) => path)
    .sort()
    .join();

// A refusal is an answer: the endpoint is there, and asking again gives the same.
const giveUpIfRefused = (error: unknown): never => {
  if (error instanceof ErrorResponse && (error.code === 400 || error.code === 401 || error.code === 403)) {
    throw new Hopeless(`the endpoint refused the request with ${error.code}: ${error.message}`, { cause: error });
  }
  throw error;
};
