import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { UnusableCertificate } from "./unusable-certificate.ts";

/** Apple's systems refuse a server's certificate that is valid for longer than 825 days; a year is enough here. */
const VALID_FOR_MS = 365 * 24 * 60 * 60 * 1000;
/** One that ends sooner than this is made anew at the start, so that it does not end under a running test. */
const RENEWED_BEFORE_END_MS = 30 * 24 * 60 * 60 * 1000;
/** Clocks differ: a certificate is valid from a little before it was made. */
const VALID_BEFORE_MS = 60 * 60 * 1000;

/** Every certificate is for these, since that is where a client on the same machine looks. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "::1"];

/** A name that stands for every address is nobody's name. */
const isWildcard = (host: string): boolean => host === "0.0.0.0" || host === "::";

/** The names and addresses that a certificate must be for. */
const namesFor = (host: string): string[] =>
  isWildcard(host) || LOCAL_NAMES.includes(host) ? LOCAL_NAMES : [...LOCAL_NAMES, host];

const isFor = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;

/**
 * Tells whether a certificate found on disk can be served with.
 * @param host the address or name that the endpoint listens on
 */
export const isStillGood = (certificatePem: string, keyPem: string, host: string, nowMs: number): boolean => {
  try {
    const certificate = new X509Certificate(certificatePem);
    return (
      certificate.validFromDate.getTime() <= nowMs &&
      certificate.validToDate.getTime() - nowMs > RENEWED_BEFORE_END_MS &&
      namesFor(host).every((name) => isFor(certificate, name)) &&
      certificate.checkPrivateKey(createPrivateKey(keyPem))
    );
  } catch {
    return false;
  }
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** Replaces a file as a whole, so that no crash leaves half a one. */
const replaceFile = (file: string, text: string): void => {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
};

const make = async (host: string, nowMs: number): Promise<{ certificate: string; key: string }> => {
  // Loaded here, because nobody else needs it: without --tls the endpoint runs on Node alone.
  const { generate } = await import("selfsigned");
  const altNames = namesFor(host).map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const made = await generate([{ name: "commonName", value: "Embedded Cosmos endpoint" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(nowMs - VALID_BEFORE_MS),
    notAfterDate: new Date(nowMs + VALID_FOR_MS),
    extensions: [
      // A client that is told to trust it takes it for an authority, so it has to be one; it can vouch for itself only.
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
  return { certificate: made.cert, key: made.private };
};

const renew = async (
  files: { certificate: string; key: string },
  host: string,
  nowMs: number,
): Promise<{ certificate: string; key: string }> => {
  try {
    const made = await make(host, nowMs);
    replaceFile(files.key, made.key);
    replaceFile(files.certificate, made.certificate);
    return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnusableCertificate(`A certificate for --tls cannot be made: ${reason}`);
  }
};

/**
 * Gives a self-signed certificate for a host: the one kept in the data directory while it is good, or a new one.
 * @param directory the data directory, held by this process
 * @param nowMs the time in milliseconds
 * @throws UnusableCertificate when none can be made
 */
export const selfSignedCertificate = async (
  directory: string,
  host: string,
  nowMs: number,
): Promise<{ certificate: string; key: string; notice: string }> => {
  const files = { certificate: join(directory, "tls-certificate.pem"), key: join(directory, "tls-key.pem") };
  const certificate = readIfThere(files.certificate);
  const key = readIfThere(files.key);
  const isKept = certificate !== undefined && key !== undefined && isStillGood(certificate, key, host, nowMs);
  const pair = isKept ? { certificate, key } : await renew(files, host, nowMs);
  const place = resolve(files.certificate);
  return { ...pair, notice: `Self-signed certificate: ${place}\nNode trusts it with NODE_EXTRA_CA_CERTS=${place}` };
};
