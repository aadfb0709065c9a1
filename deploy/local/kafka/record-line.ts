import { isUtf8 } from "node:buffer";

/** A record as the client gives it: nothing is decoded yet. */
export interface RawRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | undefined | null;
  readonly value: Buffer | undefined | null;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

/**
 * A record as one line of JSON. A value that is a JSON object or array is shown as such, other text as a string, and
 * bytes that are no text in base64, under another name.
 */
export const recordLine = ({ partition, offset, key, value, headers }: RawRecord): string =>
  JSON.stringify({
    partition,
    offset: Number(offset),
    key: key?.toString("utf8") ?? null,
    headers: Object.fromEntries(
      [...headers].map(([name, content]) => [name.toString("utf8"), content.toString("utf8")]),
    ),
    ...shownValue(value ?? Buffer.alloc(0)),
  });

const shownValue = (value: Buffer): { readonly value: unknown } | { readonly valueBase64: string } => {
  if (!isUtf8(value)) return { valueBase64: value.toString("base64") };
  const text = value.toString("utf8");
  if (!/^\s*[{[]/.test(text)) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { value: text };
  }
};
