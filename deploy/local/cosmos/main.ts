import type { Server } from "node:http";
import { createFaultRules } from "./admin/fault-rules.ts";
import { createAdminServer } from "./admin/server.ts";
import { explorerFiles } from "./explorer/static-files.ts";
import type { Switches } from "./http/gate.ts";
import { createEndpointServer } from "./http/server.ts";
import { CannotListen, closeGracefully, listen, urlOf } from "./listening.ts";
import { type OpenEndpoint, openEndpoint } from "./open-endpoint.ts";
import { provisionOf } from "./resources/offers.ts";
import { type CommandLine, parseCommandLine, USAGE, UsageError, WELL_KNOWN_KEY } from "./settings.ts";
import { UnusableDataDirectory } from "./storage/open.ts";
import { createThrottle } from "./throttling/throttle.ts";
import { type Certificate, certificateFor } from "./tls/certificate.ts";
import { UnusableCertificate } from "./tls/unusable-certificate.ts";

/** How long requests in flight may take to end after a signal. */
const LONGEST_SHUTDOWN_MS = 1_500;

const ADMIN_HOST = "127.0.0.1";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const serverOf = (
  { key }: CommandLine,
  { endpoint }: OpenEndpoint,
  switches: Switches,
  tls: Certificate | undefined,
): Server => createEndpointServer(endpoint, { switches, tls, explorer: explorerFiles(key === WELL_KNOWN_KEY) });

const stopOnSignals = (servers: readonly Server[], close: () => void): void => {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void Promise.all(servers.map(async (server) => closeGracefully(server, LONGEST_SHUTDOWN_MS))).then(() => {
      close();
      process.exit(0);
    });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
};

const serve = async (commandLine: CommandLine, open: OpenEndpoint): Promise<void> => {
  const { host, port, adminPort, directory, tls, throttling } = commandLine;
  const { endpoint, close } = open;
  const certificate =
    tls === undefined ? undefined : await certificateFor({ tls, host, directory, nowMs: endpoint.now() });
  const switches: Switches = {
    faults: createFaultRules(),
    throttle: createThrottle(throttling, (container) => provisionOf(endpoint, container), endpoint.now),
  };
  const server = serverOf(commandLine, open, switches, certificate);
  const servers = [server];
  if (certificate !== undefined) process.stderr.write(`${certificate.notice}\n`);
  if (adminPort !== undefined) {
    const admin = createAdminServer({ endpoint, switches });
    servers.push(admin);
    say(
      `admin ${urlOf("http", { host: ADMIN_HOST, port: await listen(admin, { host: ADMIN_HOST, port: adminPort }) })}`,
    );
  }
  const boundPort = await listen(server, { host, port });
  stopOnSignals(servers, close);
  say(`ready ${urlOf(certificate === undefined ? "http" : "https", { host, port: boundPort })}`);
};

const start = async (): Promise<void> => {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine === "help") {
    process.stdout.write(USAGE);
    return;
  }
  const open = openEndpoint(commandLine.directory, commandLine);
  try {
    await serve(commandLine, open);
  } catch (error) {
    open.close();
    throw error;
  }
};

const fail = (message: string, exitCode: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
};

try {
  await start();
} catch (error) {
  if (error instanceof UsageError) fail(`${error.message}\n\n${USAGE}`, 2);
  const isExpected =
    error instanceof UnusableDataDirectory || error instanceof UnusableCertificate || error instanceof CannotListen;
  if (isExpected) fail(error.message, 1);
  throw error;
}
