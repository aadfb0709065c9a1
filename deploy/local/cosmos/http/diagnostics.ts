import type { Answer } from "./answer.ts";

/** When the replica last changed its state: when this process began. */
const STARTED_AT = new Date().toUTCString();

/**
 * The headers by which Azure's answers tell how a request was served. They are for people and tools that look into what
 * happened; no client acts on them.
 * @param startedAtMs when the request arrived, by the monotonic clock
 */
export const diagnosticHeaders = (answer: Answer, startedAtMs: number): Record<string, string> => {
  const headers: Record<string, string> = {
    "x-ms-request-duration-ms": (performance.now() - startedAtMs).toFixed(3),
    "x-ms-last-state-change-utc": STARTED_AT,
    "x-ms-serviceversion": "version=2.14.0.0",
  };
  const [range, ...others] = answer.ranges ?? [];
  if (range !== undefined && others.length === 0) {
    headers["x-ms-documentdb-partitionkeyrangeid"] = range.id;
    headers["x-ms-quorum-acked-lsn"] = String(range.lsn);
  }
  if (answer.itemLsn !== undefined) headers["x-ms-item-lsn"] = String(answer.itemLsn);
  return headers;
};
