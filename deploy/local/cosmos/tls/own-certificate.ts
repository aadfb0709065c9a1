import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { UnusableCertificate } from "./unusable-certificate.ts";

/** The certificate and key files that were brought. */
export interface OwnCertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Does one step; what fails is noted in words that name the option and the file. */
const attempt = <Result>(mistakes: string[], what: string, step: () => Result): Result | undefined => {
  try {
    return step();
  } catch (error) {
    mistakes.push(`${what}: ${messageOf(error)}`);
    return undefined;
  }
};

const isInForce = (certificate: X509Certificate, nowMs: number): boolean =>
  certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime();

const noteMistakesOf = (
  mistakes: string[],
  certificate: X509Certificate | undefined,
  key: KeyObject | undefined,
  nowMs: number,
): void => {
  if (certificate !== undefined && !isInForce(certificate, nowMs)) {
    mistakes.push(`--cert is valid from ${certificate.validFrom} to ${certificate.validTo}, which is not now.`);
  }
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) {
    mistakes.push("--cert-key is not the private key of the certificate in --cert.");
  }
};

/**
 * Reads a certificate and its private key from two PEM files.
 * @throws UnusableCertificate when they cannot be read, are no PEM, do not belong together or are out of date; it
 * names every mistake
 */
export const ownCertificate = (
  { certificateFile, keyFile }: OwnCertificateFiles,
  nowMs: number,
): { certificate: string; key: string; notice: string } => {
  const mistakes: string[] = [];
  const certificate = attempt(mistakes, "--cert cannot be read", () => readFileSync(certificateFile, "utf8"));
  const key = attempt(mistakes, "--cert-key cannot be read", () => readFileSync(keyFile, "utf8"));
  const parsed =
    certificate === undefined
      ? undefined
      : attempt(mistakes, `--cert is no certificate (${certificateFile})`, () => new X509Certificate(certificate));
  const parsedKey =
    key === undefined
      ? undefined
      : attempt(mistakes, `--cert-key is no private key (${keyFile})`, () => createPrivateKey(key));
  noteMistakesOf(mistakes, parsed, parsedKey, nowMs);
  if (certificate === undefined || key === undefined || parsed === undefined || mistakes.length > 0) {
    throw new UnusableCertificate(mistakes.join("\n"));
  }
  return { certificate, key, notice: `Certificate: ${certificateFile}, valid to ${parsed.validTo}.` };
};
