import { DELETE_CHARGE, readCharge, SMALL_CHARGE, writeCharge } from "../charges.ts";
import { countIndexed } from "../indexing/indexed-paths.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import type { Catalogue, Container, LocatedKey } from "../storage/catalogue.ts";
import { etagOf } from "../storage/resource-ids.ts";
import { integer, optionalInteger, text } from "../storage/rows.ts";
import { expiryOf, writeItem } from "./item-document.ts";
import { checkDocumentKey } from "./key-location.ts";
import { applyPatch, type Patch } from "./patch.ts";
import { holdUniqueValues } from "./unique-keys.ts";
import { noteCreate, noteDelete, noteReplace, type VersionPlace } from "./versions.ts";

/** What one request (or one operation of a batch) wants done with one item. */
export interface ItemOperation {
  readonly kind: "create" | "upsert" | "replace" | "patch" | "delete" | "read";
  readonly id: string;
  /** The new item, already checked against its key; for create, upsert and replace, where it may have another id. */
  readonly document?: JsonObject;
  readonly patch?: Patch;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** What came of it. */
export interface ItemResult {
  readonly status: number;
  readonly charge: number;
  readonly etag?: string;
  readonly body?: string;
  readonly message?: string;
  /** The number of the item's last write in its range. */
  readonly lsn?: number;
}

/** The transaction's place in the log: one LSN, taken by the first write. */
export interface Turn {
  readonly catalogue: Catalogue;
  readonly nowMs: number;
  lsn: number | undefined;
}

interface Existing {
  readonly seq: number;
  readonly version: number;
  readonly lsn: number;
  readonly body?: string;
}

const unquoted = (etag: string): string => (etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag);

/** Tells whether a condition header names an ETag: `*` names any. */
export const matchesEtag = (condition: string, etag: string): boolean =>
  condition === "*" || unquoted(condition.trim()) === unquoted(etag);

const failure = (status: number, charge: number, message: string): ItemResult => ({ status, charge, message });
const absent = (id: string): ItemResult =>
  failure(404, SMALL_CHARGE, `Entity with the specified id '${id}' does not exist.`);

/** Tells whether an item may have its values of the container's unique keys; if so, it has them from now on. */
const isUnique = (turn: Turn, { unique }: Container, key: LocatedKey, seq: number, document: JsonObject): boolean =>
  unique === undefined || holdUniqueValues(unique, key.text, seq, document, turn.nowMs);

const conflict = (id: string): ItemResult =>
  failure(409, SMALL_CHARGE, `Entity with the specified id '${id}' already exists.`);

const notUnique = (): ItemResult => failure(409, SMALL_CHARGE, "Unique index constraint violation.");

const take = (turn: Turn, container: Container, key: LocatedKey): { lsn: number; version: number } => {
  const { range } = key;
  if (turn.lsn === undefined) {
    range.lsn += 1;
    turn.lsn = range.lsn;
    turn.catalogue.touch(container, range);
  }
  container.stamp += 1;
  return { lsn: turn.lsn, version: container.stamp };
};

const placeOf = (turn: Turn, key: LocatedKey, id: string, lsn: number, version: number): VersionPlace => ({
  key,
  id,
  lsn,
  version,
  atMs: turn.nowMs,
});

const find = (
  container: Container,
  key: LocatedKey,
  id: string,
  nowMs: number,
  whole: boolean,
): { live?: Existing; dead?: number } => {
  const row = (whole ? container.items.find : container.items.head).get(key.text, id);
  if (row === undefined) return {};
  const seq = integer(row, "seq");
  const expires = optionalInteger(row, "expires");
  if (expires !== undefined && expires <= nowMs) return { dead: seq };
  const lsn = integer(row, "lsn");
  return { live: { seq, version: integer(row, "version"), lsn, ...(whole ? { body: text(row, "body") } : {}) } };
};

const insert = (
  turn: Turn,
  container: Container,
  key: LocatedKey,
  operation: ItemOperation,
  document: JsonObject,
): ItemResult => {
  const expires = expiryOf(container, document, turn.nowMs);
  const seq = container.stamp + 1;
  const { body, etag } = writeItem(container, document, seq, seq, turn.nowMs);
  if (!isUnique(turn, container, key, seq, document)) return notUnique();
  const { lsn, version } = take(turn, container, key);
  const ts = Math.floor(turn.nowMs / 1000);
  container.items.insert.run(seq, key.text, operation.id, key.epk, key.range.key, lsn, version, ts, expires, body);
  if (container.versions !== undefined) noteCreate(container, placeOf(turn, key, operation.id, lsn, version), body);
  const charge = writeCharge(body.length, countIndexed(container.indexed, document), true);
  return { status: 201, charge, etag, body, lsn };
};

/** Removes an item that has expired and is still on the disk, to make room for a new one. */
const purge = (turn: Turn, container: Container, key: LocatedKey, id: string, seq: number): void => {
  const row = container.versions === undefined ? undefined : container.items.find.get(key.text, id);
  if (row !== undefined) {
    const { lsn, version } = take(turn, container, key);
    const previous = { lsn: integer(row, "lsn"), body: text(row, "body") };
    noteDelete(container, placeOf(turn, key, id, lsn, version), previous, true);
  }
  container.items.remove.run(seq);
};

/** Tells whether an item of a partition may be called so from now on: no other is, or only one that has expired. */
const isFree = (turn: Turn, container: Container, key: LocatedKey, id: string): boolean => {
  const { live, dead } = find(container, key, id, turn.nowMs, false);
  if (dead !== undefined) purge(turn, container, key, id, dead);
  return live === undefined;
};

const overwrite = (
  turn: Turn,
  container: Container,
  key: LocatedKey,
  id: string,
  { seq, lsn: previousLsn }: Existing,
  document: JsonObject,
): ItemResult => {
  const expires = expiryOf(container, document, turn.nowMs);
  const newId = typeof document["id"] === "string" ? document["id"] : id;
  if (newId !== id && !isFree(turn, container, key, newId)) return conflict(newId);
  // An expired item that made room has taken a number.
  const { body, etag } = writeItem(container, document, seq, container.stamp + 1, turn.nowMs);
  if (!isUnique(turn, container, key, seq, document)) return notUnique();
  const { lsn, version } = take(turn, container, key);
  container.items.update.run(lsn, version, Math.floor(turn.nowMs / 1000), expires, body, seq);
  if (newId !== id) container.items.rename.run(newId, seq);
  if (container.versions !== undefined) {
    noteReplace(container, placeOf(turn, key, newId, lsn, version), body, previousLsn);
  }
  const charge = writeCharge(body.length, countIndexed(container.indexed, document), false);
  return { status: 200, charge, etag, body, lsn };
};

const write = (
  turn: Turn,
  container: Container,
  key: LocatedKey,
  operation: ItemOperation,
  document: JsonObject,
): ItemResult => {
  const { live, dead } = find(container, key, operation.id, turn.nowMs, false);
  if (live === undefined) {
    // An upsert with If-Match on an absent item inserts it, as on Azure: Dapr's first-write relies on it.
    if (operation.kind === "replace") return absent(operation.id);
    if (dead !== undefined) purge(turn, container, key, operation.id, dead);
    return insert(turn, container, key, operation, document);
  }
  if (operation.kind === "create") {
    return conflict(operation.id);
  }
  if (operation.ifMatch !== undefined && !matchesEtag(operation.ifMatch, etagOf(container.rid, live.version))) {
    return failure(412, SMALL_CHARGE, "One of the specified pre-condition is not met.");
  }
  return overwrite(turn, container, key, operation.id, live, document);
};

const patch = (
  turn: Turn,
  container: Container,
  key: LocatedKey,
  operation: ItemOperation,
  change: Patch,
): ItemResult => {
  const { live } = find(container, key, operation.id, turn.nowMs, true);
  const document = live?.body === undefined ? undefined : parseJson(live.body);
  if (live === undefined || !isObject(document)) return absent(operation.id);
  const isOther =
    operation.ifMatch !== undefined && !matchesEtag(operation.ifMatch, etagOf(container.rid, live.version));
  if (isOther || !change.allows(document)) {
    return failure(412, SMALL_CHARGE, "One of the specified pre-condition is not met.");
  }
  applyPatch(document, change);
  checkDocumentKey(container, key, document);
  return overwrite(turn, container, key, operation.id, live, document);
};

const remove = (turn: Turn, container: Container, key: LocatedKey, operation: ItemOperation): ItemResult => {
  const { live } = find(container, key, operation.id, turn.nowMs, container.versions !== undefined);
  if (live === undefined) return absent(operation.id);
  if (operation.ifMatch !== undefined && !matchesEtag(operation.ifMatch, etagOf(container.rid, live.version))) {
    return failure(412, SMALL_CHARGE, "One of the specified pre-condition is not met.");
  }
  const { lsn, version } = take(turn, container, key);
  if (live.body !== undefined) {
    noteDelete(container, placeOf(turn, key, operation.id, lsn, version), { lsn: live.lsn, body: live.body }, false);
  }
  container.items.remove.run(live.seq);
  return { status: 204, charge: DELETE_CHARGE, lsn };
};

const read = (container: Container, key: LocatedKey, operation: ItemOperation, nowMs: number): ItemResult => {
  const { live } = find(container, key, operation.id, nowMs, true);
  if (live?.body === undefined) return absent(operation.id);
  const etag = etagOf(container.rid, live.version);
  if (operation.ifNoneMatch !== undefined && matchesEtag(operation.ifNoneMatch, etag)) {
    return { status: 304, charge: SMALL_CHARGE, etag, lsn: live.lsn };
  }
  return { status: 200, charge: readCharge(live.body.length), etag, body: live.body, lsn: live.lsn };
};

/**
 * Does one operation on one item: checks everything first, then writes.
 * @returns the outcome as a status code; only malformed input throws a `Refusal`
 */
export const operateOnItem = (
  turn: Turn,
  container: Container,
  key: LocatedKey,
  operation: ItemOperation,
): ItemResult => {
  switch (operation.kind) {
    case "create":
    case "upsert":
    case "replace":
      if (operation.document === undefined) throw new Error(`The operation ${operation.kind} has no document.`);
      return write(turn, container, key, operation, operation.document);
    case "patch":
      if (operation.patch === undefined) throw new Error("The operation patch has no patch.");
      return patch(turn, container, key, operation, operation.patch);
    case "delete":
      return remove(turn, container, key, operation);
    default:
      return read(container, key, operation, turn.nowMs);
  }
};
