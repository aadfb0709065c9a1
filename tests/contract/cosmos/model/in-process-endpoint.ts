import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../../../deploy/local/cosmos/endpoint.ts";
import { createEndpointServer } from "../../../../deploy/local/cosmos/http/server.ts";
import { type OpenEndpoint, openEndpoint } from "../../../../deploy/local/cosmos/open-endpoint.ts";

/** The key of the endpoint, base64. */
export const KEY = "a2V5";

/** The embedded endpoint, served over HTTP from this very process, so that a restart takes milliseconds. */
export interface InProcessEndpoint {
  readonly url: () => string;
  readonly endpoint: () => Endpoint;
  /** Closes the data file and opens it again. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return `http://127.0.0.1:${address.port}/`;
};

/** Opens an endpoint on a fresh data directory. */
export const openInProcess = async (): Promise<InProcessEndpoint> => {
  const directory = await mkdtemp(join(tmpdir(), "cosmos-model-"));
  let open: OpenEndpoint;
  let server: Server;
  let url: string;
  const start = async (): Promise<void> => {
    open = openEndpoint(directory, { key: KEY, partitions: 2, consistency: "Session", region: "Local" });
    server = createEndpointServer(open.endpoint);
    url = await listen(server);
  };
  const stop = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
    open.close();
  };
  await start();
  return {
    url: () => url,
    endpoint: () => open.endpoint,
    restart: async () => {
      await stop();
      await start();
    },
    close: async () => {
      await stop();
      await rm(directory, { recursive: true });
    },
  };
};
