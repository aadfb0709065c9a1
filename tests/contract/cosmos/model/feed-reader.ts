import { sendSigned } from "../signed-request.ts";

/** Where an endpoint is; its address may change with a restart. */
export interface Reachable {
  readonly url: () => string;
  readonly key: string;
}

/** One of the two modes of the change feed. */
export type Mode = "latest" | "all";

/** A change as a reader sees it. */
export interface SeenChange {
  readonly operation: string;
  readonly id: string;
  readonly partitionKey: string;
  /** The number that the item had; of a deleted one, the number that it had last. */
  readonly n: number;
  readonly lsn: number;
}

/** Reads the change feed of a container, range by range, and goes on in the children of a range that was split. */
export interface FeedReader {
  /** Reads one page of one of the ranges. */
  readonly readPage: (range: number, size: number) => Promise<SeenChange[]>;
  /** Reads until no range has anything new; gives the pages. */
  readonly drain: (size: number) => Promise<SeenChange[][]>;
}

interface Position {
  readonly range: string;
  etag: string | undefined;
}

interface WireItem {
  readonly id: string;
  readonly partitionKey: string;
  readonly n: number;
  readonly _lsn: number;
}

interface WireChange {
  readonly current: WireItem;
  readonly previous?: WireItem;
  readonly metadata: { readonly operationType: string; readonly lsn: number };
}

const MODE_HEADERS: Readonly<Record<Mode, Record<string, string>>> = {
  latest: { "a-im": "Incremental Feed" },
  all: { "a-im": "Full-Fidelity Feed", "x-ms-cosmos-changefeed-wire-format-version": "2021-09-15" },
};

const latestOf = ({ id, partitionKey, n, _lsn }: WireItem): SeenChange => ({
  operation: "latest",
  id,
  partitionKey,
  n,
  lsn: _lsn,
});

const changeOf = ({ current, previous, metadata }: WireChange): SeenChange => {
  const { id, partitionKey, n } = previous ?? current;
  return { operation: metadata.operationType, id, partitionKey, n, lsn: metadata.lsn };
};

/** Opens a reader of `dbs/{database}/colls/{container}` that starts from now (all versions) or the beginning (latest). */
export const openFeedReader = async ({ url, key }: Reachable, path: string, mode: Mode): Promise<FeedReader> => {
  const ranges = async (): Promise<{ id: string; parents: string[] }[]> => {
    const answer = await sendSigned(url(), key, { method: "GET", path: `${path}/pkranges` });
    return JSON.parse(answer.text).PartitionKeyRanges;
  };

  const request = async (position: Position, size: number): Promise<SeenChange[] | "split"> => {
    const answer = await sendSigned(url(), key, {
      method: "GET",
      path: `${path}/docs`,
      headers: {
        ...MODE_HEADERS[mode],
        "x-ms-documentdb-partitionkeyrangeid": position.range,
        "x-ms-max-item-count": String(size),
        ...(position.etag === undefined ? {} : { "if-none-match": position.etag }),
      },
    });
    if (answer.status === 410) return "split";
    if (answer.status !== 200 && answer.status !== 304) throw new Error(`${answer.status}: ${answer.text}`);
    position.etag = answer.headers.get("etag") ?? "";
    if (answer.status === 304) return [];
    const documents = JSON.parse(answer.text).Documents;
    return mode === "latest" ? documents.map(latestOf) : documents.map(changeOf);
  };

  const from = mode === "latest" ? undefined : "*";
  let positions: Position[] = (await ranges()).map(({ id }) => ({ range: id, etag: from }));

  const readPage = async (index: number, size: number): Promise<SeenChange[]> => {
    const position = positions[index % positions.length];
    if (position === undefined) throw new Error("The container has no ranges.");
    const changes = await request(position, size);
    if (changes !== "split") return changes;
    const children = (await ranges()).filter(({ parents }) => parents.includes(position.range));
    const successors = children.map(({ id }) => ({ range: id, etag: position.etag }));
    positions = positions.flatMap((other) => (other === position ? successors : [other]));
    return readPage(
      positions.findIndex(({ range }) => range === successors[0]?.range),
      size,
    );
  };

  if (mode === "all") for (const index of positions.keys()) await readPage(index, 1);
  return {
    readPage,
    drain: async (size) => {
      const pages: SeenChange[][] = [];
      for (let quiet = 0, index = 0; quiet <= positions.length; index++) {
        const changes = await readPage(index, size);
        if (changes.length > 0) pages.push(changes);
        quiet = changes.length > 0 ? 0 : quiet + 1;
      }
      return pages;
    },
  };
};
