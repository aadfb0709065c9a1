import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** Where a page of a list ends: the sort key of its last row, and the list that it belongs to. */
const position = z.object({ list: z.string(), after: z.string() });
export type Position = z.infer<typeof position>;

export interface CursorCodec {
  /** An opaque text that only this codec's key can make. */
  encode(position: Position): string;
  /** The position, or undefined if the text was not made by `encode` for the list. */
  decode(cursor: string, list: string): Position | undefined;
}

/**
 * Cursors signed with HMAC-SHA256: callers can neither read a partition that the query does not name nor depend on what is
 * inside. Every gateway of one installation needs the same key.
 */
export const createCursorCodec = (key: string): CursorCodec => {
  const sign = (payload: string): Buffer => createHmac("sha256", key).update(payload).digest();
  return {
    encode: ({ list, after }) => {
      const payload = Buffer.from(JSON.stringify({ list, after })).toString("base64url");
      return `${payload}.${sign(payload).toString("base64url")}`;
    },
    decode: (cursor, list) => {
      const [payload, signature, ...rest] = cursor.split(".");
      if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
      const given = Buffer.from(signature, "base64url");
      const expected = sign(payload);
      // Base64url ignores stray characters when it is decoded, so the text itself must be the one that was made.
      if (given.length !== expected.length || given.toString("base64url") !== signature) return undefined;
      if (!timingSafeEqual(given, expected)) return undefined;
      const parsed = position.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
      return parsed.success && parsed.data.list === list ? parsed.data : undefined;
    },
  };
};
