import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";

const CONNECTION = ["spec", "nameResolution", "configuration", "connectionString"];

/**
 * Gives a function that writes a copy of a Dapr Configuration in which names are resolved through a file of this
 * stack alone, and tells the copy's path. A file asked for again is not written again: a sidecar may be reading it.
 *
 * @param dataDir the stack's data directory
 */
export const configurationRenderer = (dataDir: string): ((file: string) => string) => {
  const copies = new Map<string, string>();
  return (file) => {
    const copy = copies.get(file) ?? render(file, join(dataDir, "dapr"));
    copies.set(file, copy);
    return copy;
  };
};

const render = (file: string, folder: string): string => {
  mkdirSync(folder, { recursive: true });
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.hasIn(CONNECTION)) document.setIn(CONNECTION, join(folder, "names.sqlite3"));
  const copy = join(folder, basename(file));
  writeFileSync(copy, document.toString());
  return copy;
};
