import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { requestHash } from "../../../actors/kernel/request-hash.ts";

const reverseKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reverseKeys(member)]),
  );
};

describe("a request hash", () => {
  test("does not depend on the order of keys at any depth", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const turned = reverseKeys(fields);
        expect(requestHash("PlaceOrder", turned as object)).toBe(requestHash("PlaceOrder", fields));
      }),
    );
  });

  test("depends on the order of list members", () => {
    expect(requestHash("PlaceOrder", { lines: ["a", "b"] })).not.toBe(requestHash("PlaceOrder", { lines: ["b", "a"] }));
  });

  test("depends on the command type and on every field", () => {
    const hashes = [
      requestHash("PlaceOrder", { a: 1 }),
      requestHash("AmendOrder", { a: 1 }),
      requestHash("PlaceOrder", { a: 2 }),
      requestHash("PlaceOrder", { a: "1" }),
      requestHash("PlaceOrder", { b: 1 }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("takes a missing field and an undefined one as the same", () => {
    expect(requestHash("PlaceOrder", { a: 1, b: undefined })).toBe(requestHash("PlaceOrder", { a: 1 }));
  });
});
