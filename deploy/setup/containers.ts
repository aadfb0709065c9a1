import { type ContainerDefinition, type IndexingPolicy, PartitionKeyDefinitionVersion } from "@azure/cosmos";

/** Every container has the same partition key, since Dapr's state component knows no other. */
export const PARTITION_KEY = "/partitionKey";

const indexOnly = (...paths: string[]): IndexingPolicy => ({
  automatic: true,
  indexingMode: "consistent",
  includedPaths: paths.map((path) => ({ path })),
  excludedPaths: [{ path: "/*" }, { path: '/"_etag"/?' }],
});

const container = (id: string, ...indexed: string[]): ContainerDefinition => ({
  id,
  partitionKey: { paths: [PARTITION_KEY], version: PartitionKeyDefinitionVersion.V2 },
  // Nothing expires unless an item says so itself.
  defaultTtl: -1,
  indexingPolicy: indexOnly(...indexed),
});

/**
 * The containers of the database. An indexed path makes every write dearer, so only those that a query
 * filters or sorts by are indexed; point reads, batches and the change feed need none.
 */
export const CONTAINERS: readonly ContainerDefinition[] = [
  container("events", "/value/commandId/?", "/value/version/?", "/value/kind/?"),
  container("snapshots", "/value/waiting/*"),
  container("views", "/value/sortKey/?", "/value/deleted/?", "/value/status/?"),
  container("leases"),
];
