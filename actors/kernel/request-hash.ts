import { createHash } from "node:crypto";

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  );
};

/** A short hash (SHA-256, 22 characters base64url) of any JSON value that does not depend on the order of keys. */
export const canonicalHash = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("base64url")
    .slice(0, 22);

/** The hash that tells a repeated command from another command under the same id. */
export const requestHash = (type: string, fields: object): string => canonicalHash({ type, fields });
