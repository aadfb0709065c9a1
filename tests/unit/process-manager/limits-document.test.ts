import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { defaultLimits } from "../../../services/process-manager/watchdog/limits.ts";

const words = (seconds: number): string => (seconds % 86_400 === 0 ? `${seconds / 86_400} d` : `${seconds / 60} min`);

test("the documented limits are those of the code", () => {
  const document = readFileSync("docs/managed-orders.md", "utf8");
  const table = document.slice(document.indexOf("<!-- limits:"), document.indexOf("<!-- /limits -->"));
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(defaultLimits).map(
    ([step, { allowedSeconds, action, expireAfterSeconds, owner }]) => {
      const later = expireAfterSeconds === undefined ? "" : `; expire after ${words(expireAfterSeconds)}`;
      return `| \`${step}\` | ${words(allowedSeconds)} | ${action}${later} | ${owner} |`;
    },
  );
  expect(rows).toEqual(expected);
});
