import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, notFound, Refusal, SUBSTATUS } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { header, objectBody, type WireRequest } from "../http/request.ts";
import type { JsonObject } from "../json.ts";
import type { Container } from "../storage/catalogue.ts";
import { containerRid, databaseRid, databaseSelf, etagOf } from "../storage/resource-ids.ts";
import { containerDefinition } from "./container-definition.ts";
import { findDatabase } from "./databases.ts";
import { expireAnew } from "./expiry.ts";
import { matchesEtag } from "./items.ts";
import { metadataId } from "./metadata-ids.ts";
import { contentAskedFor, DEFAULT_CONTENT, mostPerSecond } from "./offer-content.ts";
import { rangesAtFirst } from "./throughput-ranges.ts";
import { checkIfMatch, unlessKnown } from "./preconditions.ts";
import { containerQuotaHeaders, rangeStatistics } from "./quota.ts";
import { retentionMsOf } from "./versions.ts";

/**
 * Finds a container.
 * @throws Refusal (404) when it or its database is not there; with substatus 1003 when it is wanted as an owner
 */
export const findContainer = (endpoint: Endpoint, database: string, id: string, substatus = 0): Container => {
  const container = findDatabase(endpoint, database, SUBSTATUS.ownerNotFound).containers.get(id);
  if (container === undefined) throw notFound(`Container '${id}' does not exist in database '${database}'.`, substatus);
  return container;
};

/**
 * Finds the container that a request for items is about.
 * @throws Refusal (404, substatus 1003) when it is not there, (400, substatus 1024) when the client means, by its `_rid`, one
 * that had the same name before
 */
export const findOwner = (endpoint: Endpoint, database: string, id: string, request: WireRequest): Container => {
  const container = findContainer(endpoint, database, id, SUBSTATUS.ownerNotFound);
  const meant = header(request, "x-ms-cosmos-intended-collection-rid");
  if (meant !== undefined && meant !== containerRid(container.database.rid, container.rid)) {
    throw badRequest(`The container '${id}' has another _rid than '${meant}'.`, SUBSTATUS.incorrectContainerRid);
  }
  return container;
};

const describe = (container: Container): JsonObject => ({
  id: container.id,
  ...container.definition,
  _rid: containerRid(container.database.rid, container.rid),
  _ts: container.ts,
  _self: container.self,
  _etag: etagOf(container.rid, container.version),
  _docs: "docs/",
  _sprocs: "sprocs/",
  _triggers: "triggers/",
  _udfs: "udfs/",
  _conflicts: "conflicts/",
});

/** Names what a container lies in: SDKs tell by it whether a session token came with the container itself or with its items. */
const ownerHeaders = ({ database }: Container): Record<string, string> => ({
  "x-ms-alt-content-path": `dbs/${encodeURIComponent(database.id)}`,
  "x-ms-content-path": databaseRid(database.rid),
});

const answer = (status: number, container: Container, more: JsonObject = {}): Answer => ({
  status,
  body: JSON.stringify({ ...describe(container), ...more }),
  etag: etagOf(container.rid, container.version),
  charge: SMALL_CHARGE,
  container,
  ranges: container.ranges,
  headers: ownerHeaders(container),
});

/** All containers of a database, as documents, and the database's `_rid`. */
export const containerDocuments = (endpoint: Endpoint, database: string): { rid: string; documents: JsonObject[] } => {
  const parent = findDatabase(endpoint, database, SUBSTATUS.ownerNotFound);
  return { rid: databaseRid(parent.rid), documents: [...parent.containers.values()].map(describe) };
};

/** The first version of the API whose clients know of a second version of the hashing. */
const KNOWS_SECOND_HASHING = "2018-12-31";

const hashingKnown = (request: WireRequest): 1 | 2 =>
  (header(request, "x-ms-version") ?? KNOWS_SECOND_HASHING) < KNOWS_SECOND_HASHING ? 1 : 2;

/** Creates a container. @throws Refusal (409) when it exists */
export const createContainer = (endpoint: Endpoint, database: string, request: WireRequest): Answer => {
  const parent = findDatabase(endpoint, database, SUBSTATUS.ownerNotFound);
  const sent = objectBody(request);
  const id = metadataId(sent);
  const definition = containerDefinition(sent, hashingKnown(request));
  const askedFor = contentAskedFor(request);
  if (parent.containers.has(id)) throw new Refusal(409, `Container '${id}' already exists.`);
  const { catalogue, settings, now } = endpoint;
  const ts = Math.floor(now() / 1000);
  const ranges = rangesAtFirst(askedFor === undefined ? undefined : mostPerSecond(askedFor), settings.partitions);
  const created = catalogue.createContainer(parent, id, definition, ts, ranges);
  const { offers } = catalogue;
  const isShared = offers.byOwner.has(databaseSelf(parent.rid));
  if (askedFor !== undefined || !isShared) offers.create(created.self, askedFor ?? DEFAULT_CONTENT, ts);
  const keepsVersions = (retentionMsOf(definition) ?? 0) > 0;
  return answer(201, keepsVersions ? catalogue.keepVersions(created, ts * 1000) : created);
};

/** Reads a container's definition, unless the client has it already. */
export const readContainer = (endpoint: Endpoint, database: string, id: string, request: WireRequest): Answer => {
  const container = findContainer(endpoint, database, id);
  return unlessKnown(request, {
    ...answer(200, container, { statistics: rangeStatistics(container, request) }),
    headers: { ...ownerHeaders(container), ...containerQuotaHeaders(endpoint, container, request) },
  });
};

/**
 * Replaces a container's definition; a new default time to live counts from each item's last write.
 * @throws Refusal (400) when the partition key or the unique keys would change, (412) when If-Match names another version
 */
export const replaceContainer = (endpoint: Endpoint, database: string, id: string, request: WireRequest): Answer => {
  const container = findContainer(endpoint, database, id);
  const sent = objectBody(request);
  if (metadataId(sent) !== id) throw badRequest("A container's id cannot be changed.");
  checkIfMatch(request, etagOf(container.rid, container.version));
  const definition = containerDefinition(sent, container.key.version);
  if (JSON.stringify(definition["partitionKey"]) !== JSON.stringify(container.definition["partitionKey"])) {
    throw badRequest("A container's partition key cannot be changed.");
  }
  if (JSON.stringify(definition["uniqueKeyPolicy"]) !== JSON.stringify(container.definition["uniqueKeyPolicy"])) {
    throw badRequest("A container's unique keys cannot be changed.");
  }
  const replaced = endpoint.catalogue.replaceContainer(container, definition, Math.floor(endpoint.now() / 1000));
  if (replaced.defaultTtlS !== container.defaultTtlS) expireAnew(endpoint, replaced);
  const retentionMs = retentionMsOf(definition);
  if (retentionMs === undefined) return answer(200, replaced);
  if (retentionMs === 0) return answer(200, endpoint.catalogue.dropVersions(replaced));
  // What happened earlier in this second is not in the log.
  return answer(200, endpoint.catalogue.keepVersions(replaced, Math.ceil(endpoint.now() / 1000) * 1000));
};

/** Deletes a container with its items. @throws Refusal (412) when If-Match names another version */
export const deleteContainer = (endpoint: Endpoint, database: string, id: string, request: WireRequest): Answer => {
  const container = findContainer(endpoint, database, id);
  checkIfMatch(request, etagOf(container.rid, container.version));
  endpoint.catalogue.deleteContainer(container);
  return { status: 204, body: "", charge: SMALL_CHARGE };
};

/** Lists the ranges of a container, unless the client has them already. */
export const readRanges = (container: Container, request: WireRequest): Answer => {
  // The ranges change only by a split, which makes new ones with new keys.
  const etag = etagOf(
    container.rid,
    container.ranges.reduce((highest, { key }) => Math.max(highest, key), 0),
  );
  const shared = { charge: SMALL_CHARGE, etag, container, ranges: container.ranges };
  const known = header(request, "if-none-match");
  if (known !== undefined && matchesEtag(known, etag)) return { status: 304, body: "", ...shared };
  const rid = containerRid(container.database.rid, container.rid);
  const ranges = container.ranges.map(({ id, key, min, max, parents }) => ({
    _rid: `${rid.slice(0, -1)}${id}AAAA=`,
    id,
    _etag: etagOf(container.rid, key),
    minInclusive: min,
    maxExclusive: max,
    ridPrefix: Number(id),
    _self: `${container.self}pkranges/${id}/`,
    throughputFraction: 1 / container.ranges.length,
    status: "online",
    parents,
    _ts: container.ts,
  }));
  const body = JSON.stringify({ _rid: rid, PartitionKeyRanges: ranges, _count: ranges.length });
  return { status: 200, body, headers: { "x-ms-item-count": String(ranges.length) }, ...shared };
};
