// @ts-check
import { asciiJson } from "./partition-key.js";
import { signer } from "./signing.js";

/** @typedef {{[name: string]: any}} Item */
/** @typedef {{id: string, parents: string[], minInclusive: string, maxExclusive: string}} Range */
/** @typedef {{method: string, segments: string[], headers?: Record<string, string>, body?: string}} Sent */
/** @typedef {{status: number, headers: Headers, body: any, charge: number}} Answer */
/** @typedef {{items: any[], continuation: string | undefined, charge: number}} Page */
/** @typedef {Awaited<ReturnType<typeof createClient>>} Client */

/** The endpoint refused a request; the body is what it said. */
export class RequestFailed extends Error {
  /**
   * @param {number} status
   * @param {number} substatus
   * @param {any} body
   */
  constructor(status, substatus, body) {
    super(typeof body?.message === "string" ? body.message : `The endpoint answered ${status}.`);
    this.status = status;
    this.substatus = substatus;
    this.body = body;
  }
}

/** @param {string} text */
const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @param {string} database @param {string} container */
const docs = (database, container) => ["dbs", database, "colls", container, "docs"];

/** @param {any[]} partitionKey */
const keyHeader = (partitionKey) => ({ "x-ms-documentdb-partitionkey": asciiJson(partitionKey) });

/** The page is no SDK: it leaves joining the results of partitions to the endpoint. */
const JOINED = { "x-ms-embedded-join": "True" };

/** @param {number} size @param {string | undefined} continuation @returns {Record<string, string>} */
const paging = (size, continuation) => ({
  "x-ms-max-item-count": String(size),
  ...(continuation === undefined ? {} : { "x-ms-continuation": continuation }),
});

/** @param {Answer} answer @returns {Page} */
const pageOf = ({ body, headers, charge }) => ({
  items: body?.Documents ?? [],
  continuation: headers.get("x-ms-continuation") ?? undefined,
  charge,
});

/**
 * Makes a client of this page's own endpoint, which speaks the same wire contract as any other client.
 * @param {string} key the master key, base64
 */
export const createClient = async (key) => {
  const sign = await signer(key);

  /** @param {Sent} sent @returns {Promise<Answer>} */
  const send = async ({ method, segments, headers = {}, body }) => {
    const date = new Date().toUTCString();
    const authorization = await sign({ method, segments, date });
    const response = await fetch(`/${segments.map(encodeURIComponent).join("/")}`, {
      method,
      headers: { authorization, "x-ms-date": date, "x-ms-version": "2020-11-05", ...headers },
      cache: "no-store",
      ...(body === undefined ? {} : { body }),
    });
    const parsed = parse(await response.text());
    const { status } = response;
    const substatus = Number(response.headers.get("x-ms-substatus") ?? 0);
    if (status >= 400) throw new RequestFailed(status, substatus, parsed);
    const charge = Number(response.headers.get("x-ms-request-charge") ?? 0);
    return { status, headers: response.headers, body: parsed, charge };
  };

  /** @param {string[]} segments @param {Record<string, string>} [headers] */
  const get = (segments, headers) => send({ method: "GET", segments, headers });

  return {
    account: async () => (await get([])).body,
    /** @returns {Promise<Item[]>} */
    databases: async () => (await get(["dbs"])).body.Databases,
    /** @param {string} database @returns {Promise<Item[]>} */
    containers: async (database) => (await get(["dbs", database, "colls"])).body.DocumentCollections,
    /** @param {string} database @param {string} container @returns {Promise<Item>} */
    container: async (database, container) => (await get(["dbs", database, "colls", container])).body,
    /** @returns {Promise<Item[]>} */
    offers: async () => (await get(["offers"])).body.Offers,
    /** @param {string} database @param {string} container @returns {Promise<Range[]>} */
    ranges: async (database, container) =>
      (await get(["dbs", database, "colls", container, "pkranges"])).body.PartitionKeyRanges,
    /** @param {string} database @param {string} container @param {number} size @param {string} [continuation] */
    list: async (database, container, size, continuation) =>
      pageOf(await get(docs(database, container), { ...JOINED, ...paging(size, continuation) })),
    /**
     * @param {string} database @param {string} container
     * @param {{query: string, parameters: {name: string, value: any}[]}} query
     * @param {number} size @param {string} [continuation]
     */
    query: async (database, container, query, size, continuation) =>
      pageOf(
        await send({
          method: "POST",
          segments: docs(database, container),
          headers: {
            "content-type": "application/query+json",
            "x-ms-documentdb-isquery": "True",
            "x-ms-documentdb-query-enablecrosspartition": "True",
            ...JOINED,
            ...paging(size, continuation),
          },
          body: JSON.stringify(query),
        }),
      ),
    /**
     * Reads what changed in a range after a position.
     * @param {string} database @param {string} container @param {string} range
     * @param {string | undefined} position an ETag of this feed, `*` for now, undefined for the beginning
     * @returns {Promise<{items: Item[], position: string | undefined}>}
     */
    changes: async (database, container, range, position) => {
      const { body, headers } = await get(docs(database, container), {
        "a-im": "Incremental Feed",
        "x-ms-documentdb-partitionkeyrangeid": range,
        ...(position === undefined ? {} : { "if-none-match": position }),
        ...paging(100, undefined),
      });
      return { items: body?.Documents ?? [], position: headers.get("etag") ?? position };
    },
    /** @param {string} database @param {string} container @param {any[]} partitionKey @param {string} id @returns {Promise<Item>} */
    read: async (database, container, partitionKey, id) =>
      (await get([...docs(database, container), id], keyHeader(partitionKey))).body,
    /** @param {string} database @param {string} container @param {any[]} partitionKey @param {Item} item @returns {Promise<Item>} */
    create: async (database, container, partitionKey, item) =>
      (
        await send({
          method: "POST",
          segments: docs(database, container),
          headers: keyHeader(partitionKey),
          body: JSON.stringify(item),
        })
      ).body,
    /**
     * Replaces an item, unless somebody else has changed it since it was read.
     * @param {string} database @param {string} container @param {any[]} partitionKey @param {string} id
     * @param {Item} item @param {string} etag @returns {Promise<Item>}
     */
    replace: async (database, container, partitionKey, id, item, etag) =>
      (
        await send({
          method: "PUT",
          segments: [...docs(database, container), id],
          headers: { ...keyHeader(partitionKey), "if-match": etag },
          body: JSON.stringify(item),
        })
      ).body,
    /** @param {string} database @param {string} container @param {any[]} partitionKey @param {string} id @param {string} etag */
    remove: async (database, container, partitionKey, id, etag) => {
      const headers = { ...keyHeader(partitionKey), "if-match": etag };
      await send({ method: "DELETE", segments: [...docs(database, container), id], headers });
    },
  };
};
