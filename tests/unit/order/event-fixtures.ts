import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const folder = join(import.meta.dirname, "../../fixtures/events/Order");

const fixture = z.strictObject({
  type: z.string(),
  schemaVersion: z.int().min(1),
  data: z.record(z.string(), z.unknown()),
});

/** One event of an order of every type and version that was ever stored, as it stands in the store. */
export const storedOrderEvents = readdirSync(folder).map((file) =>
  fixture.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
);
