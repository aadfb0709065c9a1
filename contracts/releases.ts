import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import type { Retired } from "./compatibility/compare-contracts.ts";
import { directionOf } from "./contract-schema.ts";
import type { Contract } from "./contract-schema.ts";
import { jsonSchema } from "./json-schema.ts";

/** The contract as it was at one version of the software. */
export interface Release {
  readonly version: string;
  readonly contract: Contract;
}

const folder = join(import.meta.dirname, "released");
const extension = ".schema.json";

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

const numbersOf = (version: string): readonly number[] => versionPattern.exec(version)?.slice(1).map(Number) ?? [];

const byVersion = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((number, index) => number !== right[index]);
  return differing === -1 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
};

/** The versions that were released, the oldest first. */
const releasedVersions = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => versionPattern.test(name))
    .toSorted(byVersion);

const readRelease = (version: string): Release => {
  const root = join(folder, version);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(extension),
  );
  const contract = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path).slice(0, -extension.length).replaceAll("\\", "/");
    return { name, direction: directionOf(name), schema: jsonSchema.parse(JSON.parse(readFileSync(path, "utf8"))) };
  });
  return { version, contract: contract.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};

/** The contract that was released last. Throws if none ever was. */
export const lastRelease = (): Release => {
  const version = releasedVersions().at(-1);
  if (version === undefined)
    throw new Error("No contract was ever released; npm run contract:release writes the first.");
  return readRelease(version);
};

/** The release of this version, or undefined if there is none. */
export const releaseOf = (version: string): Release | undefined =>
  releasedVersions().includes(version) ? readRelease(version) : undefined;

/** Writes the files of a release. */
export const writeRelease = ({ version, contract }: Release): void => {
  for (const { name, schema } of contract) {
    const path = join(folder, version, `${name}${extension}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
  }
};

const retiredList = z.array(z.strictObject({ name: z.string(), since: z.string(), reason: z.string() }));

/** The published schemas that nobody needs any more. */
export const readRetired = (): readonly Retired[] =>
  retiredList.parse(JSON.parse(readFileSync(join(import.meta.dirname, "retired.json"), "utf8")));
