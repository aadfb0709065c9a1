import { createServer, type RequestListener } from "node:http";
import type { ProcessView } from "./supervised-process.ts";

export interface StackView {
  readonly processes: () => readonly ProcessView[];
  readonly isReady: () => boolean;
}

export interface AdminServer {
  readonly close: () => Promise<void>;
}

/**
 * Serves what the launcher knows, on loopback and for reading only: `/processes` lists them, `/healthz` is 200
 * once the whole stack is ready and 503 before.
 *
 * @throws when the port is taken
 */
export const startAdmin = async (port: number, view: StackView): Promise<AdminServer> => {
  const server = createServer(answer(view));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer =
  (view: StackView): RequestListener =>
  (request, response) => {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    };
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method !== "GET") send(405, { error: "only GET" });
    else if (pathname === "/processes") send(200, view.processes());
    else if (pathname === "/healthz")
      send(view.isReady() ? 200 : 503, { status: view.isReady() ? "ready" : "starting" });
    else send(404, { error: "there are /processes and /healthz" });
  };
