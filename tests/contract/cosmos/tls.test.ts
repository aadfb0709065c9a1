// Only the embedded endpoint makes its certificate itself.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CosmosClient } from "@azure/cosmos";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { selfSignedCertificate } from "../../../deploy/local/cosmos/tls/self-signed.ts";
import { type EmbeddedProcess, endEmbedded, runToEnd, startEmbedded, WELL_KNOWN_KEY } from "./endpoint-under-test.ts";

let directory: string;
let running: EmbeddedProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-tls-"));
});

afterEach(async () => {
  if (running !== undefined) await endEmbedded(running, "SIGTERM");
  running = undefined;
  await rm(directory, { recursive: true });
});

const certificateFile = (): string => join(directory, "tls-certificate.pem");

/** Opens a connection and gives the certificate that the endpoint shows. */
const shownCertificate = async (url: string, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ ca });
    const request = get(url, { agent }, (response) => {
      const { socket } = response;
      const certificate = "getPeerX509Certificate" in socket ? socket.getPeerX509Certificate : undefined;
      resolve(typeof certificate === "function" ? String(certificate.call(socket)) : "");
      response.resume();
      agent.destroy();
    });
    request.on("error", reject);
  });

describe("the embedded endpoint with TLS", () => {
  test("is used by an SDK that trusts its certificate, and names itself by https", async () => {
    running = await startEmbedded(directory, 0, "--tls");
    expect(running.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    const agent = new Agent({ ca: await readFile(certificateFile(), "utf8"), keepAlive: true });
    const client = new CosmosClient({
      endpoint: running.url,
      key: WELL_KNOWN_KEY,
      agent,
      connectionPolicy: { enableBackgroundEndpointRefreshing: false },
    });
    const { database } = await client.databases.create({ id: "d" });
    const { container } = await database.containers.create({ id: "c", partitionKey: { paths: ["/partitionKey"] } });
    await container.items.create({ id: "a", partitionKey: "p" });
    expect((await container.item("a", "p").read()).resource).toMatchObject({ id: "a" });
    const { resource } = await client.getDatabaseAccount();
    expect(resource?.writableLocations[0]?.databaseAccountEndpoint).toBe(running.url);
    client.dispose();
    agent.destroy();
  });

  test("is not trusted by who was not told to, and does not answer plain HTTP", async () => {
    running = await startEmbedded(directory, 0, "--tls");
    await expect(fetch(running.url)).rejects.toThrow();
    await expect(fetch(running.url.replace("https:", "http:"))).rejects.toThrow();
  });

  test("says how Node trusts it, and that is so", async () => {
    running = await startEmbedded(directory, 0, "--tls", "--host", "localhost");
    const trusted = /NODE_EXTRA_CA_CERTS=(\S+)/.exec(running.stderr())?.[1] ?? "";
    expect(trusted).toBe(certificateFile());
    const program = `fetch(${JSON.stringify(running.url)}).then((answer) => console.log(answer.status))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
      timeout: 60_000,
    });
    expect(stdout.trim()).toBe("401");
  });

  test("keeps its certificate over a restart", async () => {
    running = await startEmbedded(directory, 0, "--tls");
    const made = await readFile(certificateFile(), "utf8");
    await endEmbedded(running, "SIGTERM");
    running = await startEmbedded(directory, 0, "--tls");
    expect((await shownCertificate(running.url, made)).trim()).toBe(made.trim());
  });

  test("shows the certificate that was brought", async () => {
    const own = await mkdtemp(join(tmpdir(), "cosmos-own-"));
    const brought = await selfSignedCertificate(own, "localhost", Date.now());
    const files = ["--cert", join(own, "tls-certificate.pem"), "--cert-key", join(own, "tls-key.pem")];
    running = await startEmbedded(directory, 0, ...files);
    expect((await shownCertificate(running.url, brought.certificate)).trim()).toBe(brought.certificate.trim());
    await rm(own, { recursive: true });
  });

  test("does not start with files that it cannot use, and says everything that is wrong with them", async () => {
    const missing = join(directory, "missing.pem");
    const args = ["--port", "0", "--data", join(directory, "data"), "--cert", missing, "--cert-key", missing];
    const exit = await runToEnd(...args);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/--cert cannot be read: ENOENT[^]*--cert-key cannot be read: ENOENT/);
  });

  test.each(["::1", "0.0.0.0"])("listens on %s with a URL that can be asked", async (host) => {
    running = await startEmbedded(directory, 0, "--tls", "--host", host, "--key", "a2V5");
    const ca = await readFile(certificateFile(), "utf8");
    expect((await shownCertificate(running.url, ca)).trim()).toBe(ca.trim());
  });
});
