import { SMALL_CHARGE, totalCharge } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, Refusal } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { header, jsonBody, type WireRequest } from "../http/request.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Container, LocatedKey } from "../storage/catalogue.ts";
import { checkItemId } from "./item-document.ts";
import { wantsMinimal } from "./item-requests.ts";
import { type ItemOperation, type ItemResult, operateOnItem, type Turn } from "./items.ts";
import { checkDocumentKey, locateHeaderKey } from "./key-location.ts";
import { parsePatch } from "./patch.ts";

const LARGEST_BATCH = 100;

const KINDS: ReadonlyMap<Json | undefined, ItemOperation["kind"]> = new Map([
  ["Create", "create"],
  ["Upsert", "upsert"],
  ["Replace", "replace"],
  ["Patch", "patch"],
  ["Delete", "delete"],
  ["Read", "read"],
]);

const optionalText = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** Reads the operations of a batch. @throws Refusal (400) when there are none, more than 100, or something else */
export const parseOperations = (body: Json): JsonObject[] => {
  if (!Array.isArray(body)) throw badRequest("A batch must be an array of operations.");
  if (body.length === 0) throw badRequest("Batch request has no operations.");
  if (body.length > LARGEST_BATCH)
    throw badRequest(`Batch request has more operations than what is supported. It may have ${LARGEST_BATCH}.`);
  return body.map((operation) => {
    if (!isObject(operation)) throw badRequest("Every operation of a batch must be an object.");
    return operation;
  });
};

/** Reads one operation of a batch. @throws Refusal (400) when it is malformed or its item has another partition key */
const parseOperation = (container: Container, key: LocatedKey, sent: JsonObject): ItemOperation => {
  const kind = KINDS.get(sent["operationType"]);
  if (kind === undefined)
    throw badRequest(`The operation type ${JSON.stringify(sent["operationType"])} is not supported.`);
  const conditions = { ifMatch: optionalText(sent["ifMatch"]), ifNoneMatch: optionalText(sent["ifNoneMatch"]) };
  if (kind === "read" || kind === "delete") return { kind, id: checkItemId(sent["id"]), ...conditions };
  if (kind === "patch") {
    return { kind, id: checkItemId(sent["id"]), patch: parsePatch(sent["resourceBody"]), ...conditions };
  }
  const document = sent["resourceBody"];
  if (!isObject(document)) throw badRequest(`The operation ${kind} needs an object in 'resourceBody'.`);
  const own = checkItemId(document["id"]);
  // What is replaced may get another id.
  const id = kind === "replace" && sent["id"] !== undefined ? checkItemId(sent["id"]) : own;
  checkDocumentKey(container, key, document);
  return { kind, id, document, ...conditions };
};

/** Does one operation of a batch; what is wrong with it becomes its result. */
export const attempt = (turn: Turn, container: Container, key: LocatedKey, sent: JsonObject): ItemResult => {
  try {
    return operateOnItem(turn, container, key, parseOperation(container, key, sent));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, charge: SMALL_CHARGE, message: error.message };
  }
};

/** Writes one operation's result as it stands in the answer; the item's stored text is taken over as it is. */
export const resultText = ({ status, charge, etag, body, message }: ItemResult, minimal: boolean): string => {
  const etagPart = etag === undefined ? "" : `,"eTag":${JSON.stringify(etag)}`;
  const messagePart = message === undefined ? "" : `,"message":${JSON.stringify(message)}`;
  const bodyPart = body === undefined || minimal ? "" : `,"resourceBody":${body}`;
  return `{"statusCode":${status},"requestCharge":${charge}${etagPart}${messagePart}${bodyPart}}`;
};

/** Tells whether an operation of a batch did what it was to do. */
export const succeeded = ({ status }: ItemResult): boolean => status < 300 || status === 304;

const FAILED_DEPENDENCY: ItemResult = { status: 424, charge: 0 };

/**
 * Does an atomic batch: all operations on one partition key under one LSN, or none.
 * @param undo takes back what the batch has written so far
 */
export const runBatch = (endpoint: Endpoint, container: Container, request: WireRequest, undo: () => void): Answer => {
  const key = locateHeaderKey(container, header(request, "x-ms-documentdb-partitionkey"));
  const operations = parseOperations(jsonBody(request));
  const turn: Turn = { catalogue: endpoint.catalogue, nowMs: endpoint.now(), lsn: undefined };
  const results: ItemResult[] = [];
  let failedAt: number | undefined;
  for (const [index, operation] of operations.entries()) {
    const result = attempt(turn, container, key, operation);
    results.push(result);
    if (!succeeded(result)) {
      failedAt = index;
      break;
    }
  }
  const charge = totalCharge(results);
  const shared = { charge, container, ranges: [key.range] };
  if (failedAt === undefined) {
    const minimal = wantsMinimal(request);
    return { status: 200, body: `[${results.map((result) => resultText(result, minimal)).join(",")}]`, ...shared };
  }
  undo();
  const all = operations.map(
    (_, index) => (index === failedAt ? results[index] : FAILED_DEPENDENCY) ?? FAILED_DEPENDENCY,
  );
  return { status: 207, body: `[${all.map((result) => resultText(result, true)).join(",")}]`, ...shared };
};
