import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ownCertificate } from "../../../deploy/local/cosmos/tls/own-certificate.ts";
import { selfSignedCertificate } from "../../../deploy/local/cosmos/tls/self-signed.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1000;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-tls-"));
});

afterEach(async () => rm(directory, { recursive: true }));

const certificateAt = async (host: string, nowMs: number): Promise<string> =>
  (await selfSignedCertificate(directory, host, nowMs)).certificate;

describe("a self-signed certificate", () => {
  test("is for this machine and for the host, in force, and its files are private", async () => {
    const certificate = new X509Certificate(await certificateAt("cosmos.example.org", NOW));
    expect(certificate.checkHost("localhost")).toBeDefined();
    expect(certificate.checkHost("cosmos.example.org")).toBeDefined();
    expect(certificate.checkIP("127.0.0.1")).toBeDefined();
    expect(certificate.checkIP("::1")).toBeDefined();
    expect(certificate.checkHost("example.org")).toBeUndefined();
    expect(certificate.validFromDate.getTime()).toBeLessThanOrEqual(NOW);
    for (const name of ["tls-key.pem", "tls-certificate.pem"]) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  test("is kept while it is good, for every host that it is for", async () => {
    const first = await certificateAt("10.1.2.3", NOW);
    expect(await certificateAt("10.1.2.3", NOW + 300 * DAY_MS)).toBe(first);
    expect(await certificateAt("127.0.0.1", NOW)).toBe(first);
    expect(await certificateAt("0.0.0.0", NOW)).toBe(first);
  });

  test("is made anew when it nears its end, for another host, or when its files are damaged or lost", async () => {
    const first = await certificateAt("localhost", NOW);
    const renewed = await certificateAt("localhost", NOW + 340 * DAY_MS);
    expect(renewed).not.toBe(first);
    const forHost = await certificateAt("other.example.org", NOW + 340 * DAY_MS);
    expect(forHost).not.toBe(renewed);
    await writeFile(join(directory, "tls-certificate.pem"), "not a certificate");
    const repaired = await certificateAt("localhost", NOW + 340 * DAY_MS);
    expect(new X509Certificate(repaired).checkHost("localhost")).toBeDefined();
    await rm(join(directory, "tls-key.pem"));
    expect(await certificateAt("localhost", NOW + 340 * DAY_MS)).not.toBe(repaired);
  });

  test("says where it is and how it is trusted", async () => {
    const { notice } = await selfSignedCertificate(directory, "localhost", NOW);
    expect(notice).toContain(`NODE_EXTRA_CA_CERTS=${join(directory, "tls-certificate.pem")}`);
  });
});

const files = (): { certificateFile: string; keyFile: string } => ({
  certificateFile: join(directory, "tls-certificate.pem"),
  keyFile: join(directory, "tls-key.pem"),
});

describe("one's own certificate", () => {
  test("is read with its key", async () => {
    const made = await selfSignedCertificate(directory, "localhost", NOW);
    expect(ownCertificate(files(), NOW)).toMatchObject({ certificate: made.certificate, key: made.key });
  });

  test("is refused when it is out of date", async () => {
    await selfSignedCertificate(directory, "localhost", NOW);
    expect(() => ownCertificate(files(), NOW + 366 * DAY_MS)).toThrow(/--cert is valid from .* which is not now/);
  });

  test("is refused with the key of another, and with everything that is wrong named at once", async () => {
    await selfSignedCertificate(directory, "localhost", NOW);
    const key = await readFile(files().keyFile, "utf8");
    await selfSignedCertificate(directory, "other.example.org", NOW);
    await writeFile(files().keyFile, key);
    expect(() => ownCertificate(files(), NOW)).toThrow("--cert-key is not the private key");
    await writeFile(files().certificateFile, "no certificate");
    const broken = { certificateFile: files().certificateFile, keyFile: join(directory, "missing.pem") };
    expect(() => ownCertificate(broken, NOW)).toThrow(/--cert-key cannot be read[^]*--cert is no certificate/);
  });
});
