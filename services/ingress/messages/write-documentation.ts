import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { withMessageTable } from "./document.ts";
import { messageTypes } from "./message-types.ts";

/** Writes the table of message types into the documentation. */
const file = resolve(import.meta.dirname, "../../../docs/kafka-api.md");
writeFileSync(file, withMessageTable(readFileSync(file, "utf8"), messageTypes));
