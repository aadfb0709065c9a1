import type { RecordedEvent } from "../../kernel/recorded-event.ts";

/** What is asked about a stored event: whether it is certainly in Kafka. */
export type IsEventCovered = (event: RecordedEvent) => Promise<boolean>;

const firstPage = 1;
const pageGrowth = 8;

/**
 * Looks for the newest event in `(floor, from]` that is certainly in Kafka, reading backwards in growing pages: after an
 * orderly move the newest event is the one, however long the stream is. Every event before it is in Kafka too, since each
 * host publishes a stream in order.
 *
 * Gives its version, or `floor` if there is none. Throws what the reads throw, and if an event is missing.
 */
export const findPublishedThrough = async (
  readEvents: (streamId: string, afterVersion: number, limit: number) => Promise<readonly RecordedEvent[]>,
  isEventCovered: IsEventCovered,
  range: { readonly streamId: string; readonly from: number; readonly floor: number },
  largestPage: number,
): Promise<number> => {
  let end = range.from;
  let page = firstPage;
  while (end > range.floor) {
    const start = Math.max(range.floor, end - page);
    const events = await readEvents(range.streamId, start, end - start);
    for (let version = end; version > start; version -= 1) {
      const event = events[version - start - 1];
      if (event?.version !== version)
        throw new Error(`the store does not give version ${version} of ${range.streamId}`);
      if (await isEventCovered(event)) return version;
    }
    end = start;
    page = Math.min(page * pageGrowth, largestPage);
  }
  return range.floor;
};
