const wire = (bytes: Buffer): string => bytes.toString("base64").replaceAll("/", "-");

/** The `_rid` of a database: four bytes. */
export const databaseRid = (database: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(database);
  return wire(bytes);
};

/** The `_self` link of a database. */
export const databaseSelf = (database: number): string => `dbs/${databaseRid(database)}/`;

/** The `_rid` of an offer: three bytes. */
export const offerRid = (offer: number): string => {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(offer, 0, 3);
  return wire(bytes);
};

/** The `_rid` of a container: the database's and four bytes more, the first bit of them set. */
export const containerRid = (database: number, container: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(database);
  bytes.writeUInt32BE(container + 0x8000_0000, 4);
  return wire(bytes);
};

/** The `_rid` of an item: the container's and eight bytes more. */
export const itemRid = (database: number, container: number, item: number): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(database);
  bytes.writeUInt32BE(container + 0x8000_0000, 4);
  bytes.writeBigUInt64LE(BigInt(item), 8);
  return wire(bytes);
};

const ITEM_RID_BYTES = 16;

/** The number of an item in its container, from its `_rid`; undefined when it is the `_rid` of no item. */
export const itemNumber = (rid: string): number | undefined => {
  const bytes = Buffer.from(rid.replaceAll("-", "/"), "base64");
  return bytes.length === ITEM_RID_BYTES ? Number(bytes.readBigUInt64LE(8)) : undefined;
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/**
 * The ETag of the n-th write to a resource, quoted as it goes over the wire.
 * @param owner the number of the container (or database), which is never used again
 * @param version the number of the write, which is never used again either
 */
export const etagOf = (owner: number, version: number): string =>
  `"${hex(owner, 8)}-0000-0000-0000-${hex(version, 12)}"`;
