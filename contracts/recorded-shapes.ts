import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StoredShapes } from "./stored-shapes.ts";

/** The folder with one event of every type and version that was ever stored. */
export const fixtureFolder = join(import.meta.dirname, "../tests/fixtures/events");

const path = join(fixtureFolder, "shapes.json");

/** The shapes as they were when each was recorded. */
export const readRecordedShapes = (): StoredShapes =>
  z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, "utf8")));

/** Writes the shapes in the order of their names. */
export const writeRecordedShapes = (shapes: StoredShapes): void => {
  const inOrder = Object.fromEntries(Object.entries(shapes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(inOrder, null, 2)}\n`);
};
