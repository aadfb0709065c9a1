import { createServer, type RequestListener, type ServerOptions, type ServerResponse } from "node:http";

export interface RunningServer {
  /** The port it listens on. */
  readonly port: number;
  /**
   * Stops accepting, lets requests in flight end, and cuts the rest off after the deadline. Every answer from now on ends
   * its connection, so that callers who keep theirs alive go elsewhere without losing one.
   */
  close(deadlineMs: number): Promise<void>;
}

const endConnection = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader("Connection", "close");
};

/**
 * Listens on 127.0.0.1 unless `HTTP_HOST` says otherwise (a container listens on 0.0.0.0). Port 0 takes any free one.
 * Throws if the port is taken.
 */
export const listen = async (
  handler: RequestListener,
  portNumber: number,
  options: ServerOptions = {},
): Promise<RunningServer> => {
  const unanswered = new Set<ServerResponse>();
  let closing = false;
  const server = createServer(options, (request, response) => {
    if (closing) endConnection(response);
    unanswered.add(response);
    response.once("close", () => unanswered.delete(response));
    handler(request, response);
  });
  await new Promise<void>((resolve, fail) => {
    server.once("error", fail);
    server.listen(portNumber, process.env["HTTP_HOST"] ?? "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : portNumber,
    close: async (deadlineMs) => {
      closing = true;
      unanswered.forEach(endConnection);
      const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
};
