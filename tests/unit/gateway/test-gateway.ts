import type { Express } from "express";
import type { CommandAnswer, ReadAnswer } from "../../../actors/kernel/answer.ts";
import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import { createGateway } from "../../../services/gateway/app.ts";
import { createCursorCodec } from "../../../services/gateway/cursor.ts";
import { createGatewayMetrics } from "../../../services/gateway/metrics.ts";
import { createReadinessChecks } from "../../../services/gateway/readiness.ts";
import type { ReadModel } from "../../../services/gateway/read-model.ts";
import { createRegistry } from "../../../services/platform/metrics.ts";
import { createServer, type Server } from "node:http";
import { z } from "zod";

export interface SentCommand {
  readonly streamType: StreamType;
  readonly streamId: string;
  readonly envelope: CommandEnvelope;
}

/** What stands behind a gateway in these tests. Whatever a test does not give fails, so that no call goes unnoticed. */
export interface Surroundings {
  readonly answer?: (sent: SentCommand) => CommandAnswer | Promise<CommandAnswer>;
  readonly read?: (streamType: StreamType, streamId: string) => ReadAnswer | Promise<ReadAnswer>;
  readonly readModel?: Partial<ReadModel>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

export interface TestGateway {
  readonly sent: SentCommand[];
  readonly logged: { level: string; message: string }[];
  readonly port: number;
  send(method: string, path: string, options?: { headers?: Record<string, string>; body?: string }): Promise<Reply>;
  /** Sends a JSON body with a fresh Idempotency-Key unless the headers say otherwise. */
  command(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  close(): Promise<void>;
}

const unexpected = (call: string) => async (): Promise<never> => {
  throw new Error(`this test expected no call of ${call}`);
};

const listenOn = async (app: Express): Promise<{ server: Server; port: number }> => {
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { server, port };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** A gateway on a port of its own, over HTTP as callers use it. */
export const startGateway = async ({ answer, read, readModel }: Surroundings = {}): Promise<TestGateway> => {
  const sent: SentCommand[] = [];
  const logged: TestGateway["logged"] = [];
  const log = (level: string) => (message: unknown) => {
    logged.push({ level, message: String(message) });
    return logger;
  };
  // The logger's type is winston's, whose methods give the logger; none of the gateway's code uses that.
  const logger = { error: log("error"), warn: log("warn"), info: log("info"), debug: log("debug") } as never;

  const sidecar = {
    command: async (_method: string, streamType: StreamType, streamId: string, envelope: CommandEnvelope) => {
      const command = { streamType, streamId, envelope };
      sent.push(command);
      return (answer ?? unexpected("execute"))(command);
    },
    read: async (streamType: StreamType, streamId: string) => (read ?? unexpected("read"))(streamType, streamId),
    checkHealth: async () => {},
  };
  const wholeReadModel: ReadModel = {
    findView: unexpected("findView"),
    listOrders: unexpected("listOrders"),
    listStuckOrders: unexpected("listStuckOrders"),
    listEvents: unexpected("listEvents"),
    check: async () => {},
    ...readModel,
  };
  const registry = createRegistry("gateway");
  const app = createGateway({
    sidecar,
    readModel: wholeReadModel,
    cursors: createCursorCodec("a key of these tests"),
    metrics: createGatewayMetrics(registry),
    registry,
    logger,
    checks: createReadinessChecks(sidecar, wholeReadModel),
  });
  const { server, port } = await listenOn(app);

  const send: TestGateway["send"] = async (method, path, { headers = {}, body } = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseJson(text) };
  };
  let keys = 0;
  return {
    sent,
    logged,
    port,
    send,
    command: async (path, body, headers = {}) => {
      keys += 1;
      return send("POST", path, {
        headers: { "content-type": "application/json", "idempotency-key": `key-${keys}`, ...headers },
        body: JSON.stringify(body),
      });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

/** Runs a test against a gateway of its own. */
export const withGateway = async (
  surroundings: Surroundings,
  run: (gateway: TestGateway) => Promise<void>,
): Promise<void> => {
  const gateway = await startGateway(surroundings);
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
};
