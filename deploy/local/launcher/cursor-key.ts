import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "./error-code.ts";

/**
 * The key that the gateway signs page cursors with: made once per data directory, readable by its owner only, so
 * that cursors stay valid over restarts without a secret in the tree.
 */
export const keptCursorKey = (dataDir: string): string => {
  const file = join(dataDir, "cursor.key");
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
};
