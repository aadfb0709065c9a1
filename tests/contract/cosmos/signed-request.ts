import { createHmac } from "node:crypto";

/** A request as an SDK of another language would send it. */
export interface RawRequest {
  readonly method: string;
  /** The path, its segments encoded. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** What is signed for, when it is not the path or its parent. */
  readonly link?: string;
}

/** The answer to it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Signs a request with a master key and sends it. The signature is made here, not by the code under test. */
export const sendSigned = async (url: string, key: string, request: RawRequest): Promise<RawAnswer> => {
  const segments = request.path.split("/").filter((segment) => segment !== "");
  const decoded = segments.map(decodeURIComponent);
  const isFeed = decoded.length % 2 === 1;
  const type = decoded[decoded.length - (isFeed ? 1 : 2)] ?? "";
  const link = request.link ?? (isFeed ? decoded.slice(0, -1) : decoded).join("/");
  const date = new Date().toUTCString();
  const signature = createHmac("sha256", Buffer.from(key, "base64"))
    .update(`${request.method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`)
    .digest("base64");
  const response = await fetch(new URL(request.path, url), {
    method: request.method,
    headers: {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      "x-ms-date": date,
      "x-ms-version": "2020-11-05",
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
