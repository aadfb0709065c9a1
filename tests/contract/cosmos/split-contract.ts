import { randomUUID } from "node:crypto";
import type { Container, ContainerRequest, CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll } from "@jest/globals";
import type { Endpoint } from "../../../deploy/local/cosmos/endpoint.ts";
import { openClient } from "./contract-test.ts";
import { type InProcessEndpoint, KEY, openInProcess } from "./model/in-process-endpoint.ts";
import { split } from "./model/split.ts";
import { type RawAnswer, type RawRequest, sendSigned } from "./signed-request.ts";

// Only the embedded endpoint splits when it is told to, so these tests run against it alone, within this process.

/** The partition keys of the items that tests of splits write: some in each range. */
export const KEYS = Array.from({ length: 16 }, (_, key) => `key-${key}`);

/** A range as the list of ranges has it. */
export interface WireRange {
  readonly id: string;
  readonly minInclusive: string;
  readonly maxExclusive: string;
  readonly parents: readonly string[];
}

/** A page of the change feed. */
export interface FeedPage {
  readonly ids: string[];
  readonly status: number;
  readonly substatus: string | null;
  readonly etag: string;
}

/** What a test of splits works with; the members can be used once the tests run. */
export interface SplitContract {
  /** The id of the database that the containers are in. */
  readonly database: string;
  readonly endpoint: () => Endpoint;
  /** Ends the endpoint and starts it anew on the same data. */
  readonly restart: () => Promise<void>;
  /** Makes a container with the partition key /partitionKey, of two ranges unless its throughput needs more. */
  readonly newContainer: (more?: Partial<ContainerRequest>) => Promise<Container>;
  /** Creates the `n`-th item of each of the `KEYS`, and gives their ids. */
  readonly write: (container: Container, n: number) => Promise<string[]>;
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  readonly get: (
    container: Container,
    kind: "docs" | "pkranges",
    headers: Record<string, string>,
  ) => Promise<RawAnswer>;
  readonly rangesOf: (container: Container) => Promise<WireRange[]>;
  /** Splits a range and gives the ids of those in its place. */
  readonly splitIn: (container: Container, range: string, at?: string) => Promise<readonly string[]>;
  readonly readFeed: (container: Container, headers: Record<string, string>) => Promise<FeedPage>;
}

/** The headers that name a range, and where in its change feed to go on. */
export const ofRange = (id: string, etag?: string): Record<string, string> => ({
  "x-ms-documentdb-partitionkeyrangeid": id,
  ...(etag === undefined ? {} : { "if-none-match": etag }),
});

/** Opens an endpoint of its own for a file of tests. */
export const useSplits = (): SplitContract => {
  const database = "split";
  let served: InProcessEndpoint;
  let client: CosmosClient;

  beforeAll(async () => {
    served = await openInProcess();
    client = openClient({ url: served.url(), key: KEY });
    await client.databases.create({ id: database });
  });

  afterAll(() => client.dispose());
  afterAll(async () => served.close());

  const send = (request: RawRequest): Promise<RawAnswer> => sendSigned(served.url(), KEY, request);
  const get: SplitContract["get"] = (container, kind, headers) =>
    send({ method: "GET", path: `/dbs/${database}/colls/${container.id}/${kind}`, headers });

  return {
    database,
    endpoint: () => served.endpoint(),
    restart: async () => {
      await served.restart();
      // The endpoint listens on another port now.
      client.dispose();
      client = openClient({ url: served.url(), key: KEY });
    },
    newContainer: async (more = {}) => {
      const request = { id: `c-${randomUUID()}`, partitionKey: { paths: ["/partitionKey"] }, ...more };
      return (await client.database(database).containers.create(request)).container;
    },
    write: async (container, n) => {
      for (const partitionKey of KEYS) await container.items.create({ id: `${partitionKey}~${n}`, partitionKey });
      return KEYS.map((partitionKey) => `${partitionKey}~${n}`);
    },
    send,
    get,
    rangesOf: async (container) => JSON.parse((await get(container, "pkranges", {})).text).PartitionKeyRanges,
    splitIn: async (container, range, at) =>
      (await split(served, database, container.id, range, at)).children.map(({ id }) => id),
    readFeed: async (container, headers) => {
      const answer = await get(container, "docs", { "a-im": "Incremental Feed", ...headers });
      const documents: { id: string }[] = answer.status === 200 ? JSON.parse(answer.text).Documents : [];
      return {
        ids: documents.map(({ id }) => id),
        status: answer.status,
        substatus: answer.headers.get("x-ms-substatus"),
        etag: answer.headers.get("etag") ?? "",
      };
    },
  };
};
