import { ChangeFeedStartFrom, StatusCodes, type Container } from "@azure/cosmos";
import { continuationFromBeginning } from "./continuation.ts";
import { toFeedItem, type FeedItem } from "./feed-entry.ts";
import type { FeedRange } from "./lease.ts";

/** What one request to the change feed gave. */
export interface FeedPage {
  /** Empty: the range is read to its end, for now. */
  readonly items: readonly FeedItem[];
  /** Where to read on after these items. */
  readonly continuation: string;
  /** The newest log sequence number of the range, if the store tells. */
  readonly newestLsn: number | undefined;
}

/** The change feed of one container. */
export interface FeedSource {
  /** The ranges that the container consists of now. */
  ranges(): Promise<FeedRange[]>;
  /** The continuation that reads a range from the beginning of the feed. */
  fromBeginning(range: FeedRange): Promise<string>;
  /** Reads page after page from the continuation on; after a failed read, open it again. */
  open(continuation: string): { read(): Promise<FeedPage> };
}

/** The session token is `<range>:<version>#<lsn>[#<region>=<lsn>...]`. */
const lsnOfSession = (sessionToken: string | undefined): number | undefined => {
  const lsn = sessionToken?.split("#")[1];
  return lsn !== undefined && /^\d+$/.test(lsn) ? Number(lsn) : undefined;
};

/** The latest-version change feed of a container through `@azure/cosmos`, at most `pageSize` items at a time. */
export const createFeedSource = (container: Container, pageSize: number): FeedSource => ({
  ranges: async () =>
    (await container.getFeedRanges()).map(({ minInclusive, maxExclusive }) => ({ minInclusive, maxExclusive })),

  fromBeginning: async (range) => {
    const { resource } = await container.read();
    if (resource === undefined) throw new Error(`the container ${container.id} does not exist`);
    return continuationFromBeginning(resource._rid, range);
  },

  open: (continuation) => {
    const iterator = container.items.getChangeFeedIterator<unknown>({
      maxItemCount: pageSize,
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuation),
    });
    return {
      read: async () => {
        const response = await iterator.readNext();
        if (response.statusCode !== StatusCodes.Ok && response.statusCode !== StatusCodes.NotModified) {
          throw new Error(`the change feed answered ${response.statusCode}`);
        }
        return {
          items: (response.result ?? []).map(toFeedItem),
          continuation: response.continuationToken,
          newestLsn: lsnOfSession(response.sessionToken),
        };
      },
    };
  },
});
