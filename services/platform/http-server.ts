import { createServer, type RequestListener, type ServerOptions } from "node:http";

export interface RunningServer {
  /** Stops accepting, lets requests in flight end, and cuts the rest off after the deadline. */
  close(deadlineMs: number): Promise<void>;
}

/** Listens on 127.0.0.1 unless `HTTP_HOST` says otherwise (a container listens on 0.0.0.0). Throws if the port is taken. */
export const listen = async (
  handler: RequestListener,
  portNumber: number,
  options: ServerOptions = {},
): Promise<RunningServer> => {
  const server = createServer(options, handler);
  await new Promise<void>((resolve, fail) => {
    server.once("error", fail);
    server.listen(portNumber, process.env["HTTP_HOST"] ?? "127.0.0.1", resolve);
  });
  return {
    close: async (deadlineMs) => {
      const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
};
