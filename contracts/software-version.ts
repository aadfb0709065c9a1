import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const packageJson = z.object({ version: z.string() });

/** The version of this software, under which its contract is released. */
export const softwareVersion = (): string =>
  packageJson.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"))).version;
