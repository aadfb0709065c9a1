import type { Endpoint } from "../endpoint.ts";
import { isSet, type WireRequest } from "../http/request.ts";
import type { Json } from "../json.ts";
import type { Container } from "../storage/catalogue.ts";
import { integer } from "../storage/rows.ts";

const KIBIBYTE = 1024;

/** The limits of an account and of a container, as Azure writes them; sizes in kibibytes, -1 for none. */
const ACCOUNT_QUOTA = "databases=1000;collections=5000;users=500000;permissions=2000000;";
const CONTAINER_QUOTA =
  "functions=50;storedProcedures=100;triggers=25;documentSize=2048;documentsSize=-1;documentsCount=-1;collectionSize=-1;";

const asked = (request: WireRequest): boolean => isSet(request, "x-ms-documentdb-populatequotainfo");

/** What there may be in the account and what there is, if a read of a database asks for it. */
export const accountQuotaHeaders = ({ catalogue }: Endpoint, request: WireRequest): Record<string, string> => {
  if (!asked(request)) return {};
  const databases = [...catalogue.databases.values()];
  const collections = databases.reduce((sum, { containers }) => sum + containers.size, 0);
  return {
    "x-ms-resource-quota": ACCOUNT_QUOTA,
    "x-ms-resource-usage": `databases=${databases.length};collections=${collections};users=0;permissions=0;`,
  };
};

/** What there may be in a container and what there is, if a read of it asks: then all its items are counted. */
export const containerQuotaHeaders = (
  { now }: Endpoint,
  container: Container,
  request: WireRequest,
): Record<string, string> => {
  if (!asked(request)) return {};
  const row = container.items
    .prepare(
      "SELECT count(*) AS items, coalesce(sum(octet_length(body)), 0) AS bytes FROM $table WHERE expires IS NULL OR expires > ?",
    )
    .get(now());
  const size = Math.ceil(integer(row ?? {}, "bytes") / KIBIBYTE);
  const used = `documentSize=0;documentsSize=${size};documentsCount=${integer(row ?? {}, "items")};collectionSize=${size};`;
  return {
    "x-ms-resource-quota": CONTAINER_QUOTA,
    "x-ms-resource-usage": `functions=0;storedProcedures=0;triggers=0;${used}`,
    // Every write is indexed before it is answered.
    "x-ms-documentdb-collection-index-transformation-progress": "100",
  };
};

/** What each range of a container holds, if a read of the container asks: then all its items are counted. */
export const rangeStatistics = (container: Container, request: WireRequest): Json | undefined => {
  if (!isSet(request, "x-ms-documentdb-populatepartitionstatistics")) return undefined;
  const count = container.items.prepare(
    "SELECT count(*) AS items, count(DISTINCT pk) AS keys, coalesce(sum(octet_length(body)), 0) AS bytes FROM $table WHERE range = ?",
  );
  return container.ranges.map(({ id, key }) => {
    const row = count.get(key) ?? {};
    return {
      id,
      sizeInKB: Math.ceil(integer(row, "bytes") / KIBIBYTE),
      documentCount: integer(row, "items"),
      sampledDistinctPartitionKeyCount: integer(row, "keys"),
      // Azure names the keys that hold much; none does here.
      partitionKeys: [],
    };
  });
};
