import { once } from "node:events";
import type { Server } from "node:http";

/** A server cannot listen where it is to; the message says where and why. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
}

/** Where a server is to listen. */
export interface Place {
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
}

/**
 * Lets a server listen.
 * @returns the port that it listens on
 * @throws CannotListen when it cannot
 */
export const listen = async (server: Server, { host, port }: Place): Promise<number> => {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new CannotListen(
      `Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return address.port;
};

/** An address that stands for every address of the machine cannot be asked itself; loopback can. */
const REACHED_AT: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** The URL under which what listens somewhere is reached from this machine. */
export const urlOf = (scheme: "http" | "https", { host, port }: Place): string => {
  const name = REACHED_AT[host] ?? host;
  return `${scheme}://${name.includes(":") ? `[${name}]` : name}:${port}/`;
};

/** Closes a server: what is in flight is answered, then the connections end, at the latest after so long. */
export const closeGracefully = async (server: Server, longestMs: number): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection becomes idle when its last answer has been sent.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const hard = setTimeout(() => server.closeAllConnections(), longestMs);
  await closed;
  clearInterval(idle);
  clearTimeout(hard);
};
