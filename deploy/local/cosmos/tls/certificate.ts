import type { TlsOption } from "../settings.ts";
import { ownCertificate } from "./own-certificate.ts";
import { selfSignedCertificate } from "./self-signed.ts";

/** A certificate and its private key, as PEM texts. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** What the person who starts the endpoint wants to know about it. */
  readonly notice: string;
}

/** Where a certificate comes from and whom it is for. */
export interface CertificateRequest {
  readonly tls: TlsOption;
  /** The address or host name that the endpoint listens on. */
  readonly host: string;
  /** The data directory, where a certificate of the endpoint's own making is kept. */
  readonly directory: string;
  /** The time in milliseconds. */
  readonly nowMs: number;
}

/**
 * Gives the certificate that the endpoint serves with.
 * @throws UnusableCertificate when the files brought cannot be used, or none can be made
 */
export const certificateFor = async ({ tls, host, directory, nowMs }: CertificateRequest): Promise<Certificate> =>
  tls.kind === "own" ? ownCertificate(tls, nowMs) : selfSignedCertificate(directory, host, nowMs);
