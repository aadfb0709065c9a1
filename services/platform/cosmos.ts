import { CosmosClient, type Container, type Database } from "@azure/cosmos";

export interface CosmosSettings {
  readonly COSMOS_ENDPOINT: string;
  readonly COSMOS_KEY: string;
  readonly COSMOS_DATABASE: string;
}

/** The containers of the design; `leases` also holds the publication watermarks, `parked` the messages that wait. */
export interface OrderContainers {
  readonly database: Database;
  readonly events: Container;
  readonly snapshots: Container;
  readonly views: Container;
  readonly leases: Container;
  readonly parked: Container;
}

/** Opens the containers without any request; they are created by the setup step, never by a service. */
export const openContainers = (settings: CosmosSettings): OrderContainers => {
  const client = new CosmosClient({
    endpoint: settings.COSMOS_ENDPOINT,
    key: settings.COSMOS_KEY,
    connectionPolicy: {
      requestTimeout: 5_000,
      enableEndpointDiscovery: false,
      retryOptions: { maxRetryAttemptCount: 5, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 5 },
    },
  });
  const database = client.database(settings.COSMOS_DATABASE);
  return {
    database,
    events: database.container("events"),
    snapshots: database.container("snapshots"),
    views: database.container("views"),
    leases: database.container("leases"),
    parked: database.container("parked-messages"),
  };
};
