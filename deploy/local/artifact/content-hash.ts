import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Hashes named files and their contents, so that any edit, rename, addition or removal gives another hash.
 *
 * @param root folder the names are relative to; the hash does not depend on where it is
 * @param files paths of files below `root`, in any order
 * @param facts further things the artifact depends on, such as a compiler's version
 * @returns 16 hexadecimal digits
 */
export const contentHash = (root: string, files: readonly string[], facts: readonly string[] = []): string => {
  const hash = createHash("sha256");
  const add = (part: string | Buffer): void => {
    // The length in front keeps "ab" + "c" apart from "a" + "bc".
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  for (const file of files.map((path) => ({ path, name: relative(root, path).split(sep).join("/") })).sort(byName)) {
    add(file.name);
    add(readFileSync(file.path));
  }
  for (const fact of facts) add(fact);
  return hash.digest("hex").slice(0, 16);
};

const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1);

/**
 * Lists the files below a folder whose name has one of the given endings.
 *
 * @param root folder to search, with its subfolders
 * @param endings for example `[".go", "go.mod"]`
 */
export const filesEndingWith = (root: string, endings: readonly string[]): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name));
