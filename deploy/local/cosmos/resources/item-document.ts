import { badRequest, Refusal } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { etagOf, itemRid } from "../storage/resource-ids.ts";
import type { Container } from "../storage/catalogue.ts";

const LARGEST_ITEM_BYTES = 2 * 1024 * 1024;
const LONGEST_ID_BYTES = 1023;
const LONGEST_TTL_S = 2_147_483_647;

/** The members that the endpoint writes, whatever the client sent. */
const SYSTEM_MEMBERS = ["_rid", "_self", "_etag", "_attachments", "_ts", "_lsn"];

/**
 * Checks an item's id.
 * @throws Refusal (400) when it is missing, empty, longer than 1023 bytes, contains / or \, or is not valid Unicode
 */
export const checkItemId = (id: unknown): string => {
  if (typeof id !== "string" || id === "")
    throw badRequest(
      "The input content is invalid because the required property 'id' is missing or not a non-empty string.",
    );
  if (/[/\\]/.test(id)) throw badRequest(`The id '${id}' contains '/' or '\\'.`);
  // The data file keeps UTF-8, where every half of a surrogate pair would be the same character.
  if (!id.isWellFormed()) throw badRequest("The id is not valid Unicode: it has half of a surrogate pair.");
  if (id.length * 3 > LONGEST_ID_BYTES && Buffer.byteLength(id) > LONGEST_ID_BYTES) {
    throw badRequest(`Ensure to provide a unique non-empty string less than '${LONGEST_ID_BYTES + 1}' characters.`);
  }
  return id;
};

/**
 * Tells when an item expires.
 * @param nowMs the time of its write, in milliseconds
 * @returns milliseconds, or null for never
 * @throws Refusal (400) when its `ttl` is neither -1 nor a positive number of seconds
 */
export const expiryOf = (container: Container, document: JsonObject, nowMs: number): number | null => {
  const { defaultTtlS } = container;
  const own = document["ttl"];
  if (own !== undefined) {
    if (typeof own !== "number" || !Number.isInteger(own) || own < -1 || own === 0 || own > LONGEST_TTL_S) {
      throw badRequest("The member 'ttl' must be -1 or a positive integer, in seconds.");
    }
    if (defaultTtlS === undefined) return null;
    return own === -1 ? null : nowMs + own * 1000;
  }
  return defaultTtlS === undefined || defaultTtlS === -1 ? null : nowMs + defaultTtlS * 1000;
};

/** https://learn.microsoft.com/azure/cosmos-db/concepts-limits: how deep objects and arrays may be nested in an item. */
const DEEPEST_NESTING = 128;

const isDeeperThan = (levels: number, value: Json | undefined): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isDeeperThan(levels - 1, child)) return true;
  return false;
};

/** An item ready to be stored. */
export interface StoredItem {
  readonly body: string;
  readonly etag: string;
}

/**
 * Writes an item as it is stored and sent: the client's members, then the system's.
 * @param seq the item's number in its container
 * @param version the number of this write
 * @throws Refusal (413) when it is larger than 2 MB, (400) when it is nested too deeply
 */
export const writeItem = (
  container: Container,
  document: JsonObject,
  seq: number,
  version: number,
  nowMs: number,
): StoredItem => {
  for (const name of SYSTEM_MEMBERS) if (name in document) document[name] = undefined;
  if (isDeeperThan(DEEPEST_NESTING, document)) {
    throw badRequest(`The item is nested more than ${DEEPEST_NESTING} levels deep.`);
  }
  const own = JSON.stringify(document);
  if (own.length * 3 > LARGEST_ITEM_BYTES && Buffer.byteLength(own) > LARGEST_ITEM_BYTES) {
    throw new Refusal(413, "Request size is too large: an item may have 2 MB.");
  }
  const rid = itemRid(container.database.rid, container.rid, seq);
  const etag = etagOf(container.rid, version);
  const system = `"_rid":"${rid}","_self":"${container.self}docs/${rid}/","_etag":"\\"${etag.slice(1, -1)}\\"","_attachments":"attachments/","_ts":${Math.floor(nowMs / 1000)}}`;
  return { body: `${own.slice(0, -1)},${system}`, etag };
};
