import type { IndexUse } from "./index-use.ts";

/** No index here is worth less than another. */
const IMPACT = "High";

const single = (path: string): object => ({
  FilterExpression: "",
  IndexSpec: path,
  FilterPreciseSet: true,
  IndexPreciseSet: true,
  IndexImpactScore: IMPACT,
});

const composite = (paths: readonly string[]): object => ({
  IndexSpecs: paths,
  IndexPreciseSet: true,
  IndexImpactScore: IMPACT,
});

/**
 * Writes index metrics as the header `x-ms-cosmos-index-utilization` carries them for `x-ms-cosmos-populateindexmetrics`:
 * JSON in base64 (`get_index_metrics_info` of azure-cosmos for Python decodes it, and azcosmos hands it on).
 */
export const indexMetrics = ({ used, missing, usedComposites, missingComposites }: IndexUse): string => {
  const metrics = {
    UtilizedSingleIndexes: used.map(single),
    PotentialSingleIndexes: missing.map(single),
    UtilizedCompositeIndexes: usedComposites.map(composite),
    PotentialCompositeIndexes: missingComposites.map(composite),
  };
  return Buffer.from(JSON.stringify(metrics)).toString("base64");
};

/**
 * Writes index metrics as the same header carries them for `x-ms-cosmos-populateindexmetrics-V2`: JSON, percent-encoded
 * (`decodeAndParseJSONString` of @azure/cosmos decodes it).
 */
export const indexMetrics2 = ({ used, missing, usedComposites, missingComposites }: IndexUse): string => {
  const metrics = {
    Utilized: {
      SingleIndexes: used.map((path) => ({ IndexSpec: path })),
      CompositeIndexes: usedComposites.map((paths) => ({ IndexSpecs: paths })),
    },
    Potential: {
      SingleIndexes: missing.map((path) => ({ IndexSpec: path, IndexImpactScore: IMPACT })),
      CompositeIndexes: missingComposites.map((paths) => ({ IndexSpecs: paths, IndexImpactScore: IMPACT })),
    },
  };
  return encodeURIComponent(JSON.stringify(metrics));
};
