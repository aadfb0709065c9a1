import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { decodeStoredEvent, storedAs } from "../../../actors/kernel/upcasting.ts";
import type { EventOf } from "../../../actors/kernel/upcasting.ts";

const opened = storedAs("AccountOpened", z.strictObject({ owner: z.string() }))
  .thenStoredAs(z.strictObject({ owner: z.string(), limit: z.int() }), ({ owner }) => ({ owner, limit: 0 }))
  .thenStoredAs(z.strictObject({ owners: z.array(z.string()), limit: z.int() }), ({ owner, limit }) => ({
    owners: [owner],
    limit,
  }));

const closed = storedAs("AccountClosed", z.strictObject({ reason: z.string() }));

const histories = { AccountOpened: opened, AccountClosed: closed } as const;

type AccountEvent = EventOf<typeof opened> | EventOf<typeof closed>;

const decode = (type: string, schemaVersion: number, data: unknown): AccountEvent =>
  decodeStoredEvent<AccountEvent>(histories, type, schemaVersion, data);

describe("a stored event", () => {
  test("of the version that is written today is read as it is", () => {
    const data = { owners: ["ann", "bob"], limit: 3 };
    expect(decode("AccountOpened", 3, data)).toEqual({ type: "AccountOpened", data });
  });

  test("of the version before is upcast once", () =>
    expect(decode("AccountOpened", 2, { owner: "ann", limit: 7 })).toEqual({
      type: "AccountOpened",
      data: { owners: ["ann"], limit: 7 },
    }));

  test("of the first version goes through every version after it", () =>
    expect(decode("AccountOpened", 1, { owner: "ann" })).toEqual({
      type: "AccountOpened",
      data: { owners: ["ann"], limit: 0 },
    }));

  test("has its type's own versions, whatever other types have", () =>
    expect(decode("AccountClosed", 1, { reason: "moved" })).toEqual({
      type: "AccountClosed",
      data: { reason: "moved" },
    }));

  test("is never read with the schema of another version", () => {
    expect(() => decode("AccountOpened", 1, { owner: "ann", limit: 7 })).toThrow("unrecognized_keys");
    expect(() => decode("AccountOpened", 2, { owner: "ann" })).toThrow("invalid_type");
    expect(() => decode("AccountOpened", 3, { owner: "ann", limit: 7 })).toThrow(/invalid_type|unrecognized_keys/);
  });

  test.each([0, -1, 4, 1.5, Number.NaN])(
    "of the version %p is refused, and the versions that are known are named",
    (version) =>
      expect(() => decode("AccountOpened", version, { owner: "ann" })).toThrow(
        `Schema version ${version} of the event AccountOpened is unknown: this code knows versions 1 to 3.`,
      ),
  );

  test.each(["AccountExploded", "toString", "__proto__"])("of the type %s is refused", (type) =>
    expect(() => decode(type, 1, {})).toThrow(`The event type ${type} is unknown.`),
  );
});

describe("an upcaster", () => {
  test("is found out when it carries on a field that the next version does not have", () => {
    const careless = storedAs("Renamed", z.strictObject({ name: z.string() })).thenStoredAs(
      z.strictObject({ title: z.string() }),
      (older) => ({ ...older, title: older.name }),
    );
    expect(() => careless.decode(1, { name: "x" })).toThrow("unrecognized_keys");
  });

  test("leaves the histories it was added to as they were", () => {
    const first = storedAs("Renamed", z.strictObject({ name: z.string() }));
    const second = first.thenStoredAs(z.strictObject({ title: z.string() }), ({ name }) => ({ title: name }));
    expect([first.schemaVersion, first.schemas.length]).toEqual([1, 1]);
    expect([second.schemaVersion, second.schemas.length]).toEqual([2, 2]);
    expect(() => first.decode(2, { title: "x" })).toThrow("knows versions 1 to 1");
  });
});

test("a history names its type and the version that is written today", () => {
  expect([opened.type, opened.schemaVersion]).toEqual(["AccountOpened", 3]);
  expect([closed.type, closed.schemaVersion]).toEqual(["AccountClosed", 1]);
});
