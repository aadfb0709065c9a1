import { createHmac, timingSafeEqual } from "node:crypto";
import { Refusal } from "../errors.ts";

/** What a signature covers. */
export interface SignedRequest {
  readonly verb: string;
  readonly resourceType: string;
  /** The resource's link: for a feed the parent's, without outer slashes. */
  readonly link: string;
  /** The text of the header x-ms-date. */
  readonly date: string;
}

/** How far a client's clock may be from this one, as on Azure. */
const ALLOWED_CLOCK_SKEW_MS = 15 * 60 * 1000;
const REMEMBERED_SIGNATURES = 2_000;

/**
 * Signs a request with a master key.
 * @param key the decoded master key
 * @returns the signature, base64
 */
export const sign = (key: Buffer, { verb, resourceType, link, date }: SignedRequest): string =>
  createHmac("sha256", key)
    .update(`${verb.toLowerCase()}\n${resourceType.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`)
    .digest("base64");

const signatureIn = (authorization: string): string => {
  let decoded: string;
  try {
    decoded = decodeURIComponent(authorization);
  } catch {
    decoded = authorization;
  }
  const kind = /^type=(aad|resource)&/.exec(decoded)?.[1] ?? (/^bearer /i.test(decoded) ? "aad" : undefined);
  if (kind !== undefined) {
    const name = kind === "aad" ? "Microsoft Entra ID tokens" : "Resource tokens";
    throw new Refusal(401, `${name} are not accepted by this endpoint: sign with the master key (type=master).`);
  }
  const match = /^type=master&ver=1\.0&sig=(.+)$/.exec(decoded);
  if (match?.[1] === undefined) {
    throw new Refusal(401, "The authorization header must be type=master&ver=1.0&sig=..., signed with the master key.");
  }
  return match[1];
};

const equal = (left: string, right: string): boolean => {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Checks that a request was signed with the account's key; throws a `Refusal` (401, or 403 for a date that is off). */
export type Authenticate = (authorization: string | undefined, request: SignedRequest, rawLink: string) => void;

/**
 * Makes the check of signatures for one master key.
 * @param masterKey the account's key, base64
 * @param now the time in milliseconds
 */
export const authenticator = (masterKey: string, now: () => number): Authenticate => {
  const key = Buffer.from(masterKey, "base64");
  // Clients repeat a signature for a second, because the date in it has no smaller part.
  const known = new Map<string, string>();
  return (authorization, request, rawLink) => {
    if (authorization === undefined) throw new Refusal(401, "Required header 'authorization' is missing.");
    const sentAt = Date.parse(request.date);
    if (Number.isNaN(sentAt)) throw new Refusal(401, "Required header 'x-ms-date' is missing or not a date.");
    if (Math.abs(now() - sentAt) > ALLOWED_CLOCK_SKEW_MS) {
      throw new Refusal(403, `The date '${request.date}' in x-ms-date is more than 15 minutes off this clock.`);
    }
    const what = `${request.verb}\n${request.resourceType}\n${request.link}\n${request.date}`;
    if (known.get(what) === authorization) return;
    const signature = signatureIn(authorization);
    const good =
      equal(signature, sign(key, request)) ||
      (rawLink !== request.link && equal(signature, sign(key, { ...request, link: rawLink })));
    if (!good) {
      throw new Refusal(
        401,
        `The input authorization token can't serve the request: the signature does not match the account's key. The string to sign begins '${request.verb.toLowerCase()}\\n${request.resourceType}\\n${request.link}\\n'.`,
      );
    }
    if (known.size >= REMEMBERED_SIGNATURES) known.clear();
    known.set(what, authorization);
  };
};
