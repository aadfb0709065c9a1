import type { Endpoint } from "../endpoint.ts";
import { SMALL_CHARGE } from "../charges.ts";
import type { Answer } from "../http/answer.ts";
import type { WireRequest } from "../http/request.ts";

/** What the SDKs read to learn which parts of a query they may leave to the endpoint. */
const QUERY_ENGINE = {
  maxSqlQueryInputLength: 262_144,
  maxJoinsPerSqlQuery: 10,
  maxLogicalAndPerSqlQuery: 500,
  maxLogicalOrPerSqlQuery: 500,
  maxUdfRefPerSqlQuery: 0,
  maxInExpressionItemsCount: 16_000,
  queryMaxInMemorySortDocumentCount: 500,
  maxQueryRequestTimeoutFraction: 0.9,
  sqlAllowNonFiniteNumbers: false,
  sqlAllowAggregateFunctions: true,
  sqlAllowSubQuery: true,
  sqlAllowScalarSubQuery: true,
  allowNewKeywords: true,
  sqlAllowLike: true,
  sqlAllowGroupByClause: true,
  maxSpatialQueryCells: 12,
  spatialMaxGeometryPointCount: 256,
  sqlDisableQueryILOptimization: false,
  sqlDisableFilterPlanOptimization: false,
  sqlAllowTop: true,
};

/** Describes the account. The endpoint it names is the one the client used, so that the client comes back to it. */
export const readAccount = ({ settings }: Endpoint, request: WireRequest): Answer => {
  const locations = [{ name: settings.region, databaseAccountEndpoint: `${request.origin}/` }];
  const body = {
    _self: "",
    id: "embedded",
    _rid: "embedded.local",
    media: "//media/",
    addresses: "//addresses/",
    _dbs: "//dbs/",
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    continuousBackupEnabled: false,
    enableNRegionSynchronousCommit: false,
    enablePerPartitionFailoverBehavior: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 1 },
    userConsistencyPolicy: { defaultConsistencyLevel: settings.consistency },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 1, asyncReplication: false },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: JSON.stringify(QUERY_ENGINE),
  };
  return { status: 200, body: JSON.stringify(body), charge: SMALL_CHARGE };
};
