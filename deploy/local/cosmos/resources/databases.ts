import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { notFound, Refusal } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { objectBody, type WireRequest } from "../http/request.ts";
import type { JsonObject } from "../json.ts";
import type { Database } from "../storage/catalogue.ts";
import { databaseRid, databaseSelf, etagOf } from "../storage/resource-ids.ts";
import { metadataId } from "./metadata-ids.ts";
import { contentAskedFor } from "./offer-content.ts";
import { checkIfMatch, unlessKnown } from "./preconditions.ts";
import { accountQuotaHeaders } from "./quota.ts";

/** Finds a database. @throws Refusal (404) when there is none of that name */
export const findDatabase = ({ catalogue }: Endpoint, id: string, substatus = 0): Database => {
  const database = catalogue.databases.get(id);
  if (database === undefined) throw notFound(`Database '${id}' does not exist.`, substatus);
  return database;
};

/** A database cannot be changed. */
const DATABASE_VERSION = 1;

const describe = ({ rid, id, ts }: Database): JsonObject => {
  const wireRid = databaseRid(rid);
  return {
    id,
    _rid: wireRid,
    _self: databaseSelf(rid),
    _etag: etagOf(rid, DATABASE_VERSION),
    _colls: "colls/",
    _users: "users/",
    _ts: ts,
  };
};

const answer = (status: number, database: Database): Answer => ({
  status,
  body: JSON.stringify(describe(database)),
  etag: etagOf(database.rid, DATABASE_VERSION),
  charge: SMALL_CHARGE,
});

/** All databases, as documents. */
export const databaseDocuments = ({ catalogue }: Endpoint): JsonObject[] =>
  [...catalogue.databases.values()].map(describe);

/** Creates a database, with a throughput that its containers share if one is asked for. @throws Refusal (409) when it exists */
export const createDatabase = (endpoint: Endpoint, request: WireRequest): Answer => {
  const id = metadataId(objectBody(request));
  const content = contentAskedFor(request);
  if (endpoint.catalogue.databases.has(id)) throw new Refusal(409, `Database '${id}' already exists.`);
  const { catalogue, now } = endpoint;
  const ts = Math.floor(now() / 1000);
  const created = catalogue.createDatabase(id, ts);
  if (content !== undefined) catalogue.offers.create(databaseSelf(created.rid), content, ts);
  return answer(201, created);
};

/** Reads a database, unless the client has it already. */
export const readDatabase = (endpoint: Endpoint, id: string, request: WireRequest): Answer =>
  unlessKnown(request, {
    ...answer(200, findDatabase(endpoint, id)),
    headers: accountQuotaHeaders(endpoint, request),
  });

/** Deletes a database with all that is in it. @throws Refusal (412) when If-Match names another version */
export const deleteDatabase = (endpoint: Endpoint, id: string, request: WireRequest): Answer => {
  const database = findDatabase(endpoint, id);
  checkIfMatch(request, etagOf(database.rid, DATABASE_VERSION));
  endpoint.catalogue.deleteDatabase(database);
  return { status: 204, body: "", charge: SMALL_CHARGE };
};
