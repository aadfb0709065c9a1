import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { identifierPattern } from "../kernel/stream-id.ts";

const directory = process.env["FAILPOINTS_DIR"];

/**
 * Kills this very process with SIGKILL if the named failpoint is armed. A failpoint is armed by the file
 * `$FAILPOINTS_DIR/<name>`, empty or holding the one stream id it is meant for, and goes off once. Without
 * `FAILPOINTS_DIR`, which only local runs and tests set, this does nothing.
 */
export const hitFailpoint = (name: string, streamId: string): void => {
  if (directory === undefined || !identifierPattern.test(name)) return;
  const file = join(directory, name);
  if (!existsSync(file)) return;
  const only = readFileSync(file, "utf8").trim();
  if (only !== "" && only !== streamId) return;
  rmSync(file);
  process.kill(process.pid, "SIGKILL");
};
