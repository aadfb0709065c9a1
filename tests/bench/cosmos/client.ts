import { createHmac } from "node:crypto";
import { Pool } from "undici";

/** The key of Microsoft's emulator, which the embedded endpoint has by default. */
const KEY = Buffer.from(
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
  "base64",
);
const LARGEST_SIGNATURE_CACHE = 10_000;

/** A request of the wire contract. */
export interface Request {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** What is signed: for a feed the parent's link. */
  readonly resource: { readonly type: string; readonly link: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status without which the measurement is void. */
  readonly expect: number;
}

/** Sends requests with as little work as can be, so that the server is what is measured. */
export interface Client {
  readonly send: (request: Request) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens a client with a number of connections. */
export const openClient = (url: string, connections: number): Client => {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const signatures = new Map<string, string>();
  let date = "";
  const authorization = (method: string, { type, link }: Request["resource"]): string => {
    const now = new Date().toUTCString();
    if (now !== date || signatures.size > LARGEST_SIGNATURE_CACHE) signatures.clear();
    date = now;
    const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
    const known = signatures.get(text);
    if (known !== undefined) return known;
    const signature = createHmac("sha256", KEY).update(text).digest("base64");
    const made = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
    signatures.set(text, made);
    return made;
  };
  return {
    send: async ({ method, path, resource, headers = {}, body = null, expect }) => {
      const signed = {
        authorization: authorization(method, resource),
        "x-ms-date": date,
        "x-ms-version": "2020-11-05",
      };
      const answer = await pool.request({ method, path, headers: { ...signed, ...headers }, body });
      const text = await answer.body.text();
      if (answer.statusCode !== expect) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
      return text;
    },
    close: () => pool.close(),
  };
};
