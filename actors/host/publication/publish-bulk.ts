import { Pool } from "undici";
import { z } from "zod";
import { hitFailpoint } from "../failpoint.ts";
import type { PublicationPorts, PublishEntry } from "./publication-ports.ts";

const timeoutMs = 10_000;
const maxConnections = 4;
const contentType = "application/cloudevents+json";

/** What daprd answers when some of a bulk's entries were not acknowledged. */
const bulkFailure = z.object({ failedEntries: z.array(z.object({ entryId: z.string() })).min(1) });

/** The id of a body within its bulk; no stream id holds a `#`. */
const entryIdOf = (streamId: string, index: number): string => (index === 0 ? streamId : `${streamId}#${index}`);

/**
 * An event's bodies as daprd takes them. Their metadata become the key and the headers of the Kafka records; `content-type`
 * marks a record as a CloudEvent in structured mode. A body is JSON text already, and stands in the request as it is.
 */
const toEntries = ({ streamId, bodies }: PublishEntry): string[] =>
  bodies.map((body, index) => {
    const metadata = { partitionKey: streamId, "content-type": contentType };
    const envelope = JSON.stringify({ entryId: entryIdOf(streamId, index), contentType, metadata });
    return `${envelope.slice(0, -1)},"event":${body}}`;
  });

/** The streams of which an entry failed, if the answer says so; undefined if it does not, and everything has to count as failed. */
const failedStreams = (text: string, entries: readonly PublishEntry[]): ReadonlySet<string> | undefined => {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = bulkFailure.safeParse(answer);
  if (!parsed.success) return undefined;
  const streamOf = new Map(
    entries.flatMap(({ streamId, bodies }) =>
      bodies.map((_, index) => [entryIdOf(streamId, index), streamId] as const),
    ),
  );
  const failed = new Set<string>();
  for (const { entryId } of parsed.data.failedEntries) {
    const streamId = streamOf.get(entryId);
    if (streamId === undefined) return undefined;
    failed.add(streamId);
  }
  return failed;
};

export interface BulkPublisher {
  readonly publishBulk: PublicationPorts["publishBulk"];
  readonly close: () => Promise<void>;
}

/**
 * Publishes through the sidecar's bulk API, raw: the CloudEvent is the record's value as it is. The key stands on each
 * entry, since metadata of the request would override it. Unanswered within 10 s counts as failed; it may arrive later all
 * the same, which is a repetition and not a loss.
 */
export const createBulkPublisher = (daprHttpPort: number, pubsubName: string): BulkPublisher => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: maxConnections, pipelining: 1 });

  return {
    publishBulk: async (topic, entries) => {
      for (const { streamId } of entries) hitFailpoint("before-publish", streamId);
      const { statusCode, body } = await pool.request({
        method: "POST",
        path: `/v1.0/publish/bulk/${pubsubName}/${topic}?metadata.rawPayload=true`,
        headers: { "content-type": "application/json" },
        body: `[${entries.flatMap(toEntries).join()}]`,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await body.text();
      if (statusCode === 204 || statusCode === 200) {
        for (const { streamId } of entries) hitFailpoint("after-publish", streamId);
        return new Set();
      }
      const failed = failedStreams(text, entries);
      if (failed !== undefined) return failed;
      throw new Error(`the sidecar answered ${statusCode}: ${text.slice(0, 500)}`);
    },
    close: async () => pool.destroy(),
  };
};
