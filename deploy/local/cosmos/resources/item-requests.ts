import { consistentCharge } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { errorBody } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { consistencyOf, header, isSet, jsonBody, objectBody, type WireRequest } from "../http/request.ts";
import type { Container, LocatedKey } from "../storage/catalogue.ts";
import { checkItemId } from "./item-document.ts";
import { type ItemOperation, type ItemResult, operateOnItem } from "./items.ts";
import { checkDocumentKey, locateHeaderKey } from "./key-location.ts";
import { parsePatch } from "./patch.ts";

/** Tells whether the client wants no item back from a write. */
export const wantsMinimal = (request: WireRequest): boolean =>
  header(request, "prefer")?.toLowerCase().includes("return=minimal") === true;

const answerOf = (container: Container, key: LocatedKey, result: ItemResult, minimal: boolean): Answer => {
  const failed = result.status >= 400;
  const body = failed ? errorBody(result.status, result.message ?? "") : (result.body ?? "");
  return {
    status: result.status,
    body: minimal && !failed ? "" : body,
    charge: result.charge,
    container,
    ranges: [key.range],
    ...(result.etag === undefined ? {} : { etag: result.etag }),
    ...(result.lsn === undefined ? {} : { itemLsn: result.lsn }),
  };
};

const run = (endpoint: Endpoint, container: Container, request: WireRequest, operation: ItemOperation): Answer => {
  const key = locateHeaderKey(container, header(request, "x-ms-documentdb-partitionkey"));
  if (operation.document !== undefined) checkDocumentKey(container, key, operation.document);
  const turn = { catalogue: endpoint.catalogue, nowMs: endpoint.now(), lsn: undefined };
  const result = operateOnItem(turn, container, key, operation);
  if (operation.kind !== "read") return answerOf(container, key, result, wantsMinimal(request));
  const charge = consistentCharge(result.charge, consistencyOf(endpoint, request));
  return answerOf(container, key, { ...result, charge }, false);
};

const conditions = (request: WireRequest): Pick<ItemOperation, "ifMatch" | "ifNoneMatch"> => ({
  ifMatch: header(request, "if-match"),
  ifNoneMatch: header(request, "if-none-match"),
});

/** Creates or upserts an item (`POST .../docs`). */
export const postItem = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const document = objectBody(request);
  const id = checkItemId(document["id"]);
  const kind = isSet(request, "x-ms-documentdb-is-upsert") ? "upsert" : "create";
  return run(endpoint, container, request, { kind, id, document, ...conditions(request) });
};

/** Replaces an item (`PUT .../docs/{id}`); the new one may have another id. */
export const putItem = (endpoint: Endpoint, container: Container, id: string, request: WireRequest): Answer => {
  const document = objectBody(request);
  checkItemId(document["id"]);
  return run(endpoint, container, request, { kind: "replace", id, document, ...conditions(request) });
};

/** Patches an item (`PATCH .../docs/{id}`). */
export const patchItem = (endpoint: Endpoint, container: Container, id: string, request: WireRequest): Answer =>
  run(endpoint, container, request, {
    kind: "patch",
    id,
    patch: parsePatch(jsonBody(request)),
    ...conditions(request),
  });

/** Reads an item (`GET .../docs/{id}`). */
export const getItem = (endpoint: Endpoint, container: Container, id: string, request: WireRequest): Answer =>
  run(endpoint, container, request, { kind: "read", id, ...conditions(request) });

/** Deletes an item (`DELETE .../docs/{id}`). */
export const deleteItem = (endpoint: Endpoint, container: Container, id: string, request: WireRequest): Answer =>
  run(endpoint, container, request, { kind: "delete", id, ...conditions(request) });
