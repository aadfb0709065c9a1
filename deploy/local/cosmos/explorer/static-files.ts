import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";

const PAGE = new URL("page/", import.meta.url);
const PREFIX = "/_explorer";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** The page may load its own files and ask its own origin, nothing else. */
const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** The page's files by their names, with what tells the page about this endpoint. */
const readFiles = (usesWellKnownKey: boolean): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(PAGE)) {
    if (TYPES[extname(name)] !== undefined) files.set(name, readFileSync(new URL(name, PAGE)));
  }
  // Whether the key is the one that everybody knows is no secret; the key itself never leaves the endpoint.
  files.set("endpoint.json", Buffer.from(JSON.stringify({ usesWellKnownKey })));
  return files;
};

/**
 * Makes what serves the data explorer's page, to anybody, since it holds nothing of the account's.
 * @param usesWellKnownKey whether the page may offer the key of Microsoft's emulator
 * @returns answers a request for one of the page's files, and tells whether it was one
 */
export const explorerFiles = (
  usesWellKnownKey: boolean,
): ((request: IncomingMessage, response: ServerResponse) => boolean) => {
  const files = readFiles(usesWellKnownKey);
  return (request, response) => {
    const { url = "/", method } = request;
    if (!url.startsWith(PREFIX) || method !== "GET") return false;
    const path = url.split("?", 1)[0] ?? "";
    if (path === PREFIX) {
      response.writeHead(308, { location: `${PREFIX}/` }).end();
      return true;
    }
    if (!path.startsWith(`${PREFIX}/`)) return false;
    const name = path.slice(PREFIX.length + 1) || "index.html";
    const file = files.get(name);
    if (file === undefined) {
      response.writeHead(404, { ...SECURITY_HEADERS, "content-type": "text/plain" }).end("There is no such file.\n");
      return true;
    }
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      "content-type": TYPES[extname(name)],
      "content-length": file.length,
    });
    response.end(file);
    return true;
  };
};
