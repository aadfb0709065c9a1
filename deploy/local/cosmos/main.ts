import type { AddressInfo } from "node:net";
import { createEndpointServer } from "./http/server.ts";
import { openEndpoint } from "./open-endpoint.ts";
import { parseCommandLine, USAGE, UsageError } from "./settings.ts";
import { UnusableDataDirectory } from "./storage/open.ts";

/** How long requests in flight may take to end after a signal. */
const LONGEST_SHUTDOWN_MS = 1_500;

const fail = (message: string, exitCode: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
};

const urlOf = (address: AddressInfo | string | null): string => {
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}/`;
};

const start = (): void => {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine === "help") {
    process.stdout.write(USAGE);
    return;
  }
  const { endpoint, close } = openEndpoint(commandLine.directory, commandLine);
  const server = createEndpointServer(endpoint);
  server.on("error", (error) => {
    close();
    fail(`Cannot listen on ${commandLine.host}:${commandLine.port}: ${error.message}`, 1);
  });
  server.listen(commandLine.port, commandLine.host, () => {
    process.stdout.write(`ready ${urlOf(server.address())}\n`);
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.close(() => {
      close();
      process.exit(0);
    });
    // A connection becomes idle when its last answer has been sent.
    setInterval(() => server.closeIdleConnections(), 20).unref();
    setTimeout(() => server.closeAllConnections(), LONGEST_SHUTDOWN_MS).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
};

try {
  start();
} catch (error) {
  if (error instanceof UsageError) fail(`${error.message}\n\n${USAGE}`, 2);
  if (error instanceof UnusableDataDirectory) fail(error.message, 1);
  throw error;
}
