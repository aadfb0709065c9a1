import type { Endpoint } from "../endpoint.ts";
import type { Answer } from "../http/answer.ts";
import { header, type WireRequest } from "../http/request.ts";
import type { Container } from "../storage/catalogue.ts";
import { text } from "../storage/rows.ts";
import { operateOnItem } from "./items.ts";
import { locateHeaderKey } from "./key-location.ts";

/**
 * Deletes all items of one partition key (`POST .../operations/partitionkeydelete`), each as if it were deleted alone.
 * Azure does it in the background; here it is done when it is answered.
 * @throws Refusal (400) when the request names no whole key
 */
export const deletePartition = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const key = locateHeaderKey(container, header(request, "x-ms-documentdb-partitionkey"));
  const nowMs = endpoint.now();
  const rows = container.items.prepare("SELECT id FROM $table WHERE pk = ? ORDER BY seq").all(key.text);
  let charge = 1;
  for (const row of rows) {
    const turn = { catalogue: endpoint.catalogue, nowMs, lsn: undefined };
    charge += operateOnItem(turn, container, key, { kind: "delete", id: text(row, "id") }).charge;
  }
  return { status: 200, body: "", charge, container, ranges: [key.range] };
};
