import type { Request } from "./client.ts";

const DATABASE = "dbs/bench";
const CONTAINER = `${DATABASE}/colls/items`;
const ITEMS: Pick<Request, "path" | "resource"> = {
  path: `/${CONTAINER}/docs`,
  resource: { type: "docs", link: CONTAINER },
};
const KEYS = 64;
const READ_ITEMS = 20;
/** How many items the partition has that a filter runs over. */
export const FILTERED_ITEMS = 20_000;
const LARGEST_BATCH = 100;

const payload = (length: number): string => "x".repeat(length);
const keyHeader = (key: string): Record<string, string> => ({
  "x-ms-documentdb-partitionkey": JSON.stringify([key]),
});
const batchHeaders = (key: string): Record<string, string> => ({
  ...keyHeader(key),
  "x-ms-cosmos-is-batch-request": "True",
  "x-ms-cosmos-batch-atomic": "True",
});
const queryHeaders = (key: string): Record<string, string> => ({
  ...keyHeader(key),
  "content-type": "application/query+json",
  "x-ms-documentdb-isquery": "True",
  "x-ms-max-item-count": "-1",
});

const create = (id: string, partitionKey: string, more: object): object => ({
  operationType: "Create",
  resourceBody: { id, partitionKey, ...more },
});

const metadata = (path: string, type: string, link: string, definition: object): Request => ({
  method: "POST",
  path,
  resource: { type, link },
  body: JSON.stringify(definition),
  expect: 201,
});

/** What must be there before anything is measured: the container, items to read, and a large partition. */
export const preparation = (): Request[] => {
  const requests = [
    metadata("/dbs", "dbs", "", { id: "bench" }),
    metadata(`/${DATABASE}/colls`, "colls", DATABASE, {
      id: "items",
      partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 },
    }),
  ];
  const batch = (key: string, operations: object[]): void => {
    const body = JSON.stringify(operations);
    requests.push({ ...ITEMS, method: "POST", headers: batchHeaders(key), body, expect: 200 });
  };
  for (let key = 0; key < KEYS; key++) {
    const items = Array.from({ length: READ_ITEMS }, (_, item) =>
      create(`read-${item}`, `read-${key}`, { quantity: item, payload: payload(850) }),
    );
    batch(`read-${key}`, items);
  }
  for (let first = 0; first < FILTERED_ITEMS; first += LARGEST_BATCH) {
    const items = Array.from({ length: LARGEST_BATCH }, (_, index) =>
      create(`item-${first + index}`, "large", { quantity: (first + index) % 1_000, payload: payload(200) }),
    );
    batch("large", items);
  }
  return requests;
};

/** An operation whose cost is measured: gives the n-th request of its kind. */
export interface Operation {
  readonly name: string;
  readonly request: (n: number) => Request;
}

/** The operations that the order processor lives on. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: "point write, 1 KiB",
    request: (n) => {
      const key = `write-${n % KEYS}`;
      const body = JSON.stringify({ id: `w${n}`, partitionKey: key, quantity: n, payload: payload(900) });
      return { ...ITEMS, method: "POST", headers: keyHeader(key), body, expect: 201 };
    },
  },
  {
    name: "point read, 1 KiB",
    request: (n) => {
      const link = `${CONTAINER}/docs/read-${n % READ_ITEMS}`;
      const resource = { type: "docs", link };
      return { method: "GET", path: `/${link}`, resource, headers: keyHeader(`read-${n % KEYS}`), expect: 200 };
    },
  },
  {
    name: "batch: 2 creates and an upsert, 1 KiB each",
    request: (n) => {
      const key = `stream-${n % KEYS}`;
      const snapshot = { id: "snapshot", partitionKey: key, version: n, payload: payload(900) };
      const operations = [
        create(`e${n}`, key, { payload: payload(900) }),
        { operationType: "Upsert", resourceBody: snapshot },
        create(`o${n}`, key, { payload: payload(900) }),
      ];
      return { ...ITEMS, method: "POST", headers: batchHeaders(key), body: JSON.stringify(operations), expect: 200 };
    },
  },
  {
    name: "query of one partition: 10 of 20 items",
    request: (n) => {
      const query = "SELECT * FROM c WHERE c.quantity >= @least";
      const body = JSON.stringify({ query, parameters: [{ name: "@least", value: 10 }] });
      return { ...ITEMS, method: "POST", headers: queryHeaders(`read-${n % KEYS}`), body, expect: 200 };
    },
  },
  {
    name: "change feed: a page of 100 items, 1 KiB each",
    request: (n) => {
      const headers = {
        "a-im": "Incremental Feed",
        "x-ms-max-item-count": "100",
        "x-ms-documentdb-partitionkeyrangeid": String(n % 4),
      };
      return { ...ITEMS, method: "GET", headers, expect: 200 };
    },
  },
];

/** A filter that has to look at every item of a large partition. */
export const FILTER: Operation = {
  name: `filter over ${FILTERED_ITEMS.toLocaleString("en")} items of one partition`,
  request: () => {
    const body = JSON.stringify({ query: "SELECT * FROM c WHERE c.quantity = 17" });
    return { ...ITEMS, method: "POST", headers: queryHeaders("large"), body, expect: 200 };
  },
};

/** A request of the same size to the server that does nothing. */
export const FLOOR: Operation = {
  name: "nothing: a no-op node:http server, 1 KiB in, 1 KiB out",
  request: (n) => ({
    ...ITEMS,
    method: "POST",
    headers: keyHeader(`floor-${n % KEYS}`),
    body: JSON.stringify({ id: `f${n}`, payload: payload(900) }),
    expect: 200,
  }),
};
