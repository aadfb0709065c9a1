import type { Endpoint } from "../endpoint.ts";
import { badRequest, Refusal } from "../errors.ts";
import { readChangeFeed, wantsAllVersions } from "../feed/change-feed.ts";
import { isQuery, listItems, queryDocuments, queryItems } from "../query/query-requests.ts";
import { readAccount } from "../resources/account.ts";
import { runBatch } from "../resources/batch.ts";
import { runBulk } from "../resources/bulk.ts";
import {
  containerDocuments,
  createContainer,
  deleteContainer,
  findOwner,
  readContainer,
  readRanges,
  replaceContainer,
} from "../resources/containers.ts";
import { createDatabase, databaseDocuments, deleteDatabase, readDatabase } from "../resources/databases.ts";
import { listAnswer } from "../resources/feed-lists.ts";
import { offerDocuments, readOffer, replaceOffer } from "../resources/offers.ts";
import { deletePartition } from "../resources/partition-deletion.ts";
import { deleteItem, getItem, patchItem, postItem, putItem } from "../resources/item-requests.ts";
import type { Container } from "../storage/catalogue.ts";
import { absentResource } from "./absent-resources.ts";
import type { Answer } from "./answer.ts";
import { header, isSet, type WireRequest } from "./request.ts";
import { checkSession } from "./session-tokens.ts";

/** How a request is served. */
export interface Handling {
  /** Whether it may write: then it runs in the group's transaction. */
  readonly writes: boolean;
  /** @param undo takes back what has been written so far */
  readonly run: (undo: () => void) => Answer;
}

const reads = (run: () => Answer): Handling => ({ writes: false, run });
const writes = (run: (undo: () => void) => Answer): Handling => ({ writes: true, run });

const notAllowed = (request: WireRequest): Refusal =>
  new Refusal(405, `The method ${request.method} is not supported for /${request.path.join("/")}.`);

const routeDatabases = (endpoint: Endpoint, request: WireRequest): Handling => {
  if (request.method === "GET") return reads(() => listAnswer("", "Databases", databaseDocuments(endpoint)));
  if (request.method !== "POST") throw notAllowed(request);
  if (!isQuery(request)) return writes(() => createDatabase(endpoint, request));
  return reads(() => listAnswer("", "Databases", queryDocuments(endpoint, databaseDocuments(endpoint), request)));
};

const routeDatabase = (endpoint: Endpoint, request: WireRequest, id: string): Handling => {
  if (request.method === "GET") return reads(() => readDatabase(endpoint, id, request));
  if (request.method === "DELETE") return writes(() => deleteDatabase(endpoint, id, request));
  throw notAllowed(request);
};

const routeContainers = (endpoint: Endpoint, request: WireRequest, database: string): Handling => {
  if (request.method === "POST" && !isQuery(request)) return writes(() => createContainer(endpoint, database, request));
  if (request.method !== "GET" && request.method !== "POST") throw notAllowed(request);
  return reads(() => {
    const { rid, documents } = containerDocuments(endpoint, database);
    const wanted = request.method === "POST" ? queryDocuments(endpoint, documents, request) : documents;
    return listAnswer(rid, "DocumentCollections", wanted);
  });
};

const routeContainer = (endpoint: Endpoint, request: WireRequest, database: string, id: string): Handling => {
  if (request.method === "GET") return reads(() => readContainer(endpoint, database, id, request));
  if (request.method === "PUT") return writes(() => replaceContainer(endpoint, database, id, request));
  if (request.method === "DELETE") return writes(() => deleteContainer(endpoint, database, id, request));
  throw notAllowed(request);
};

const routeItems = (endpoint: Endpoint, request: WireRequest, database: string, container: string): Handling => {
  const owner = (): Container => findOwner(endpoint, database, container, request);
  const readOwner = (): Container => {
    const found = owner();
    checkSession(endpoint, found, request);
    return found;
  };
  if (request.method === "GET") {
    // The first reader of all versions turns their log on.
    if (wantsAllVersions(request)) return writes(() => readChangeFeed(endpoint, readOwner(), request));
    if (header(request, "a-im") !== undefined) return reads(() => readChangeFeed(endpoint, readOwner(), request));
    return reads(() => listItems(endpoint, readOwner(), request));
  }
  if (request.method !== "POST") throw notAllowed(request);
  if (isQuery(request)) return reads(() => queryItems(endpoint, readOwner(), request));
  if (isSet(request, "x-ms-cosmos-is-batch-request")) {
    if (!isSet(request, "x-ms-cosmos-batch-atomic")) return writes(() => runBulk(endpoint, owner(), request));
    return writes((undo) => runBatch(endpoint, owner(), request, undo));
  }
  return writes(() => postItem(endpoint, owner(), request));
};

const routeItem = (
  endpoint: Endpoint,
  request: WireRequest,
  database: string,
  container: string,
  id: string,
): Handling => {
  const owner = (): Container => findOwner(endpoint, database, container, request);
  if (request.method === "GET") {
    return reads(() => {
      const found = owner();
      checkSession(endpoint, found, request);
      return getItem(endpoint, found, id, request);
    });
  }
  if (request.method === "PUT") return writes(() => putItem(endpoint, owner(), id, request));
  if (request.method === "PATCH") return writes(() => patchItem(endpoint, owner(), id, request));
  if (request.method === "DELETE") return writes(() => deleteItem(endpoint, owner(), id, request));
  throw notAllowed(request);
};

const routeOffers = (endpoint: Endpoint, request: WireRequest, rid: string | undefined): Handling => {
  if (rid === undefined) {
    if (request.method === "GET") return reads(() => listAnswer("", "Offers", offerDocuments(endpoint)));
    if (request.method !== "POST" || !isQuery(request)) throw notAllowed(request);
    return reads(() => listAnswer("", "Offers", queryDocuments(endpoint, offerDocuments(endpoint), request)));
  }
  if (request.method === "GET") return reads(() => readOffer(endpoint, rid));
  if (request.method === "PUT") return writes(() => replaceOffer(endpoint, rid, request));
  throw notAllowed(request);
};

/**
 * Finds what serves a request.
 * @throws Refusal (400 or 405) when nothing does
 */
export const route = (endpoint: Endpoint, request: WireRequest): Handling => {
  const [dbs, database, colls, container, kind, id] = request.path;
  const { length } = request.path;
  if (length === 0 && request.method === "GET") return reads(() => readAccount(endpoint, request));
  if (dbs === "offers" && length <= 2) return routeOffers(endpoint, request, database);
  if (dbs === "dbs") {
    if (database === undefined) return routeDatabases(endpoint, request);
    if (length === 2) return routeDatabase(endpoint, request, database);
    if (colls === "colls") {
      if (container === undefined) return routeContainers(endpoint, request, database);
      if (length === 4) return routeContainer(endpoint, request, database, container);
      if (kind === "docs" && length === 5) return routeItems(endpoint, request, database, container);
      if (kind === "docs" && id !== undefined && length === 6) {
        return routeItem(endpoint, request, database, container, id);
      }
      if (kind === "operations" && id === "partitionkeydelete" && length === 6 && request.method === "POST") {
        return writes(() => deletePartition(endpoint, findOwner(endpoint, database, container, request), request));
      }
      if (kind === "pkranges" && length === 5 && request.method === "GET") {
        return reads(() => readRanges(findOwner(endpoint, database, container, request), request));
      }
    }
  }
  const absent = absentResource(endpoint, request);
  if (absent !== undefined) return reads(absent);
  throw badRequest(`This endpoint does not serve ${request.method} /${request.path.join("/")}.`);
};
