/** A JSON value, as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. A member that is `undefined` is not written. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** Tells whether a value is a JSON object (neither an array nor null). */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Parses JSON text.
 * @returns the value, or `undefined` when the text is not JSON (which has no `undefined` of its own)
 */
export const parseJson = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};
