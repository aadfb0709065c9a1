import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { createAsyncApiDocument } from "./document.ts";

const path = join(import.meta.dirname, "../../docs/asyncapi.yaml");

const heading = "# Written by npm run docs:asyncapi from the schemas in the code. A test fails when the two differ.\n";

/** The text of the document as the code has it. */
export const asyncApiText = (version: string): string =>
  heading + stringify(createAsyncApiDocument(version), { lineWidth: 120, aliasDuplicateObjects: false });

/** The text of the document as it stands in docs. */
export const readAsyncApiText = (): string => readFileSync(path, "utf8");

/** Writes the document to docs. */
export const writeAsyncApiText = (version: string): void => writeFileSync(path, asyncApiText(version));
