import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decisionDocuments } from "./documents.ts";

/** Writes the documents of decisions anew. */
for (const { path, make } of decisionDocuments) {
  writeFileSync(join(import.meta.dirname, "../..", path), make());
  process.stdout.write(`${path} is written\n`);
}
