import { SMALL_CHARGE, totalCharge } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { Refusal, SUBSTATUS } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { header, jsonBody, type WireRequest } from "../http/request.ts";
import type { JsonObject } from "../json.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { attempt, parseOperations, resultText, succeeded } from "./batch.ts";
import { wantsMinimal } from "./item-requests.ts";
import type { ItemResult } from "./items.ts";
import { locateHeaderKey } from "./key-location.ts";

const runOne = (endpoint: Endpoint, container: Container, range: Range | undefined, sent: JsonObject): ItemResult => {
  try {
    const key = locateHeaderKey(container, typeof sent["partitionKey"] === "string" ? sent["partitionKey"] : undefined);
    if (range !== undefined && key.range !== range) {
      return { status: 410, charge: SMALL_CHARGE, message: "The partition key is not in the range of the request." };
    }
    return attempt({ catalogue: endpoint.catalogue, nowMs: endpoint.now(), lsn: undefined }, container, key, sent);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, charge: SMALL_CHARGE, message: error.message };
  }
};

/**
 * Does a bulk request: every operation names its own partition key in the range of the request, has its own LSN, and
 * succeeds or fails alone.
 */
export const runBulk = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const operations = parseOperations(jsonBody(request));
  const name = header(request, "x-ms-documentdb-partitionkeyrangeid");
  const range = container.ranges.find(({ id }) => id === name);
  if (name !== undefined && range === undefined) {
    throw new Refusal(410, `The partition key range '${name}' is gone.`, SUBSTATUS.rangeGone);
  }
  const results = operations.map((operation) => runOne(endpoint, container, range, operation));
  const minimal = wantsMinimal(request);
  return {
    status: results.every(succeeded) ? 200 : 207,
    body: `[${results.map((result) => resultText(result, minimal)).join(",")}]`,
    charge: totalCharge(results),
    container,
    ranges: range === undefined ? container.ranges : [range],
  };
};
