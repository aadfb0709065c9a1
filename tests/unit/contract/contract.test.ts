import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { compareContracts, describeBreak } from "../../../contracts/compatibility/compare-contracts.ts";
import { directionOf } from "../../../contracts/contract-schema.ts";
import type { Contract } from "../../../contracts/contract-schema.ts";
import { currentContract } from "../../../contracts/current-contract.ts";
import { planRelease } from "../../../contracts/plan-release.ts";
import { readRetired, releases, releasesIn } from "../../../contracts/releases.ts";

describe("this code's contract", () => {
  const { version, contract } = releases.last() ?? { version: "none", contract: [] };

  test(`keeps what was released as ${version}`, () => {
    expect(contract.length).toBeGreaterThan(0);
    const { breaks } = compareContracts(contract, currentContract, readRetired());
    expect(breaks.map(describeBreak)).toEqual([]);
  });

  test("has nothing that is retired", () => {
    const names = new Set(currentContract.map(({ name }) => name));
    expect(readRetired().filter(({ name }) => names.has(name))).toEqual([]);
  });

  test("names each of its schemas once", () =>
    expect(new Set(currentContract.map(({ name }) => name)).size).toBe(currentContract.length));

  test("publishes objects to which fields can be added", () => {
    const closed = currentContract.filter(
      ({ direction, schema }) =>
        direction === "published" && JSON.stringify(schema).includes('"additionalProperties":false'),
    );
    expect(closed.map(({ name }) => name)).toEqual([]);
  });
});

/** The schema of an object with these fields, all texts and all required. */
const schemaOf = (name: string, ...fields: readonly string[]): Contract[number] => ({
  name,
  direction: directionOf(name),
  schema: {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])),
    required: fields,
  },
});

const released = [schemaOf("events/order-events/Placed.v1", "id"), schemaOf("commands/Order/Place", "id")];

/** What changed from those to others, in words. */
const changes = (current: Contract, retired: readonly string[] = []) => {
  const list = retired.map((name) => ({ name, since: "2.0.0", reason: "nobody reads it" }));
  const { breaks, added } = compareContracts(released, current, list);
  return { breaks: breaks.map(describeBreak), added };
};

describe("two contracts", () => {
  test("are compatible if they are the same", () => expect(changes(released)).toEqual({ breaks: [], added: [] }));

  test("are compatible if the later one has more events, versions and commands", () => {
    const more = [schemaOf("events/order-events/Placed.v2", "key"), schemaOf("commands/Order/Cancel", "id")];
    expect(changes([...released, ...more])).toEqual({ breaks: [], added: more.map(({ name }) => name) });
  });

  test.each([0, 1])("are not if one is gone: %i", (index) => {
    const gone = released[index]?.name ?? "";
    expect(changes(released.toSpliced(index, 1)).breaks).toEqual([`${gone}: it is gone`]);
    expect(changes(released.toSpliced(index, 1), [gone]).breaks).toEqual([]);
  });

  test("are not if an event goes to another topic", () =>
    expect(changes([schemaOf("events/orders/Placed.v1", "id"), ...released.slice(1)])).toEqual({
      breaks: ["events/order-events/Placed.v1: it is gone"],
      added: ["events/orders/Placed.v1"],
    }));

  test("are compared each in its own direction", () => {
    const [event, command] = released.map(({ name }) => schemaOf(name, "id", "more"));
    expect(changes([event, command].flatMap((schema) => schema ?? [])).breaks).toEqual([
      "commands/Order/Place: more is required now",
    ]);
    expect(changes(released.map(({ name }) => schemaOf(name))).breaks).toEqual([
      "events/order-events/Placed.v1: id is gone",
    ]);
  });
});

const next = (contract: Contract) => ({ version: "1.1.0", contract });

describe("to release a contract", () => {
  const contract = released.slice(0, 1);
  const last = { version: "1.0.0", contract };

  test("is to write it, if it is the first or breaks nothing", () => {
    const more = next([...contract, schemaOf("events/order-events/Paid.v1", "id")]);
    expect(planRelease(more, undefined, last, [])).toEqual({ outcome: "write", release: more });
    expect(planRelease(last, undefined, undefined, [])).toEqual({ outcome: "write", release: last });
  });

  test("is refused if it breaks the last one, unless what it breaks is retired", () => {
    const name = "events/order-events/Placed.v1";
    expect(planRelease(next([]), undefined, last, [])).toEqual({
      outcome: "broken",
      since: "1.0.0",
      breaks: [{ name, path: "", what: "is gone" }],
    });
    const retired = [{ name, since: "1.1.0", reason: "nobody reads it" }];
    expect(planRelease(next([]), undefined, last, retired)).toEqual({ outcome: "write", release: next([]) });
  });

  test("changes nothing that is released already", () => {
    expect(planRelease(last, last, last, [])).toEqual({ outcome: "released" });
    expect(planRelease({ ...last, contract: [...contract] }, last, last, [])).toEqual({ outcome: "released" });
    expect(planRelease({ ...last, contract: [] }, last, last, [])).toEqual({ outcome: "taken" });
    expect(planRelease({ ...last, contract: [...contract, ...released] }, last, last, [])).toEqual({
      outcome: "taken",
    });
  });
});

describe("releases", () => {
  const folder = mkdtempSync(join(tmpdir(), "releases-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const kept = releasesIn(folder);

  test("begin with none", () => expect(kept.last()).toBeUndefined());

  test("are read as they were written, and the last is that of the highest version", () => {
    const contract = [schemaOf("commands/Order/Place", "id"), schemaOf("events/order-events/Placed.v1", "id")];
    for (const version of ["0.9.0", "0.10.0", "0.2.11"]) kept.write({ version, contract });
    expect(kept.last()).toEqual({ version: "0.10.0", contract });
    expect(kept.of("0.2.11")?.version).toBe("0.2.11");
    expect(kept.of("0.3.0")).toBeUndefined();
  });

  test("are altered if a file of them is changed, added or gone, or if their hash is", () => {
    const version = "0.9.0";
    const name = "events/order-events/Placed.v1";
    const release = { version, contract: [schemaOf(name, "id"), schemaOf("commands/Order/Place", "id")] };
    const file = join(folder, version, `${name}.schema.json`);
    const alterations: readonly (() => void)[] = [
      () => writeFileSync(file, JSON.stringify(schemaOf(name, "id", "more").schema)),
      () => writeFileSync(join(folder, version, "commands/Order/Cancel.schema.json"), "{}"),
      () => rmSync(file),
      () => rmSync(join(folder, `${version}.sha256`)),
    ];
    for (const alter of alterations) {
      rmSync(join(folder, version), { recursive: true });
      kept.write(release);
      expect(kept.altered()).toEqual([]);
      alter();
      expect(kept.altered()).toEqual([version]);
    }
  });

  test("of this software are all as they were written", () => expect(releases.altered()).toEqual([]));
});
