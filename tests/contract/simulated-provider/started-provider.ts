import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { endChild, hasEnded, orKilled } from "../../support/end-child.ts";
import { freePort } from "../../support/free-port.ts";
import { waitFor } from "../../support/wait-for.ts";

const startTimeoutMs = 15_000;
const endTimeoutMs = 10_000;

/** A message that a sidecar was asked to publish. */
export interface Published {
  readonly topic: string;
  readonly key: string | null;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** Stands in for the sidecar: takes what is published to Kafka. */
export interface PublishingSidecar {
  readonly port: number;
  readonly published: Published[];
  /** Whether it answers that Kafka has the message, that Kafka does not, or nothing. */
  kafka: "takes" | "refuses" | "is silent";
  close(): void;
}

export const openSidecar = async (): Promise<PublishingSidecar> => {
  const published: Published[] = [];
  let kafka: PublishingSidecar["kafka"] = "takes";
  const server: Server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = await text(request);
      const { pathname, searchParams } = new URL(request.url ?? "", "http://sidecar");
      const topic = /^\/v1\.0\/publish\/event-publisher\/([^/]+)$/.exec(pathname)?.[1];
      if (kafka === "is silent") return;
      if (topic !== undefined && kafka === "takes")
        published.push({ topic, key: searchParams.get("metadata.partitionKey"), event: JSON.parse(body) });
      response.writeHead(topic === undefined ? 404 : kafka === "refuses" ? 500 : 204).end();
    };
    void take();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the sidecar has no port");
  return {
    port: address.port,
    published,
    get kafka() {
      return kafka;
    },
    set kafka(state) {
      kafka = state;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** A process of the simulated provider, which can be killed and started again on the same data and port. */
export interface StartedProvider {
  readonly url: string;
  /** Has the process killed when it comes to this point for this order. */
  arm(failpoint: string, orderId: string): void;
  isArmed(failpoint: string): boolean;
  /** Kills the process, unless it is dead already. */
  kill(): Promise<void>;
  untilDead(): Promise<void>;
  start(environment?: NodeJS.ProcessEnv): Promise<void>;
  /** Stops it in good order; gives the exit code. */
  stop(): Promise<number | null>;
  /** What it has written so far. */
  log(): string;
}

/** Starts a provider that keeps its data below a directory and publishes to a sidecar. */
export const startProvider = async (directory: string, daprHttpPort: number): Promise<StartedProvider> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const failpoints = join(directory, "failpoints");
  const logFile = join(directory, "log");
  mkdirSync(failpoints, { recursive: true });
  let child: ChildProcess;

  const start = async (environment: NodeJS.ProcessEnv = {}): Promise<void> => {
    const log = openSync(logFile, "a");
    child = spawn(process.execPath, ["services/simulated-provider/main.ts"], {
      env: {
        ...process.env,
        HTTP_PORT: String(port),
        DAPR_HTTP_PORT: String(daprHttpPort),
        SIMULATED_PROVIDER_DATA_DIR: join(directory, "data"),
        FAILPOINTS_DIR: failpoints,
        ...environment,
      },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const isReady = async (): Promise<boolean> => {
      if (hasEnded(child)) throw new Error(`the provider has ended:\n${readFileSync(logFile, "utf8")}`);
      return (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
    };
    await orKilled(child, waitFor(isReady, { what: "the provider to be ready", timeoutMs: startTimeoutMs }));
  };

  await start();
  return {
    url,
    arm: (failpoint, orderId) => writeFileSync(join(failpoints, failpoint), orderId),
    isArmed: (failpoint) => existsSync(join(failpoints, failpoint)),
    kill: async () => {
      await endChild(child, "SIGKILL");
    },
    untilDead: async () => {
      await waitFor(() => hasEnded(child), { what: "the end of the provider", timeoutMs: endTimeoutMs });
    },
    start,
    stop: async () => (await endChild(child)).code,
    log: () => readFileSync(logFile, "utf8"),
  };
};

export interface ProviderReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly contentType: string | null;
}

/** Sends a request; throws if there is no answer. */
export const send = async (url: string, method: string, path: string, body?: unknown): Promise<ProviderReply> => {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: JSON.parse(await response.text()),
    contentType: response.headers.get("content-type"),
  };
};
