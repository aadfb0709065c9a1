import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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

const extension = ".schema.json";

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

const numbersOf = (version: string): readonly number[] => versionPattern.exec(version)?.slice(1).map(Number) ?? [];

const byVersion = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((number, index) => number !== right[index]);
  return differing === -1 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
};

/**
 * The contracts that were released, kept as one file per schema: `<version>/<name>.schema.json`. Beside each stands the hash of
 * its files, `<version>.sha256`.
 */
export interface Releases {
  /** The one with the highest version, or undefined if there is none. */
  readonly last: () => Release | undefined;
  /** The one of this version, or undefined. */
  readonly of: (version: string) => Release | undefined;
  readonly write: (release: Release) => void;
  /** Versions of which not every file is as it was written, in their order. */
  readonly altered: () => readonly string[];
}

/** The texts of the files of a release, in the order of their names, which have no extension any more. */
const readFiles = (root: string): readonly { readonly name: string; readonly text: string }[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(root, path).slice(0, -extension.length).replaceAll("\\", "/");
      return { name, text: readFileSync(path, "utf8") };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

const hashOf = (root: string): string => {
  const hash = createHash("sha256");
  for (const { name, text } of readFiles(root)) hash.update(JSON.stringify([name, text]));
  return hash.digest("hex");
};

const readRelease = (root: string, version: string): Release => ({
  version,
  contract: readFiles(root).map(({ name, text }) => ({
    name,
    direction: directionOf(name),
    schema: jsonSchema.parse(JSON.parse(text)),
  })),
});

/** The releases in a folder, which must be there. */
export const releasesIn = (folder: string): Releases => {
  const versions = (): readonly string[] =>
    readdirSync(folder)
      .filter((name) => versionPattern.test(name))
      .toSorted(byVersion);
  const hashFile = (version: string): string => join(folder, `${version}.sha256`);

  return {
    last: () => {
      const version = versions().at(-1);
      return version === undefined ? undefined : readRelease(join(folder, version), version);
    },
    of: (version) => (versions().includes(version) ? readRelease(join(folder, version), version) : undefined),
    write: ({ version, contract }) => {
      for (const { name, schema } of contract) {
        const path = join(folder, version, `${name}${extension}`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
      }
      writeFileSync(hashFile(version), `${hashOf(join(folder, version))}\n`);
    },
    altered: () =>
      versions().filter((version) => {
        const file = hashFile(version);
        return !existsSync(file) || readFileSync(file, "utf8").trim() !== hashOf(join(folder, version));
      }),
  };
};

/** The releases of this software. */
export const releases: Releases = releasesIn(join(import.meta.dirname, "released"));

const retiredList = z.array(z.strictObject({ name: z.string(), since: z.string(), reason: z.string() }));

/** The published schemas that nobody needs any more. */
export const readRetired = (): readonly Retired[] =>
  retiredList.parse(JSON.parse(readFileSync(join(import.meta.dirname, "retired.json"), "utf8")));
