import { once } from "node:events";
import {
  Agent,
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";

/** A request on its way to the endpoint. */
export interface WatchedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * `forward` it; forward it but cut the connection before the answer (`loseAnswer`); cut it at once (`refuse`); or leave it
 * without an answer for ever (`ignore`).
 */
export type Treatment = "forward" | "loseAnswer" | "refuse" | "ignore";

export interface WatchedProxy {
  readonly port: number;
  /** Every request since the last `forget`. */
  readonly seen: readonly WatchedRequest[];
  forget(): void;
  /** Decides what becomes of each request from now on. */
  treat(treatment: (request: WatchedRequest) => Treatment): void;
  close(): Promise<void>;
}

const forward = (): Treatment => "forward";

/** An HTTP proxy on 127.0.0.1 before the endpoint on `targetPort`, that sees and disturbs what passes. */
export const startWatchedProxy = async (targetPort: number): Promise<WatchedProxy> => {
  const agent = new Agent({ keepAlive: true });
  const seen: WatchedRequest[] = [];
  let treatment: (request: WatchedRequest) => Treatment = forward;

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks);
    const watched = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: body.toString(),
    };
    seen.push(watched);
    const decided = treatment(watched);
    if (decided === "ignore") return;
    if (decided === "refuse") {
      incoming.socket.destroy();
      return;
    }
    const forwarded = request(
      {
        host: "127.0.0.1",
        port: targetPort,
        method: watched.method,
        path: watched.path,
        // The Host header stays the proxy's, so that the endpoint names the proxy as its own address.
        headers: incoming.headers,
        agent,
      },
      (answer) => {
        if (decided === "loseAnswer") {
          answer.resume();
          answer.once("end", () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.once("error", () => incoming.socket.destroy());
    forwarded.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");

  return {
    port: address.port,
    seen,
    forget: () => {
      seen.length = 0;
    },
    treat: (next) => {
      treatment = next;
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
