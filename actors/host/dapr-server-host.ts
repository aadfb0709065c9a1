import { createServer, type Server } from "node:http";
import { AbstractActor, CommunicationProtocolEnum, DaprServer, LogLevel } from "@dapr/dapr";
import express, { type ErrorRequestHandler, type Express } from "express";
import { actorMethods, type ActorHandler, type ActorHost, type ActorMethod } from "./actor-host.ts";
import { invalidRequest } from "./answers.ts";

export interface HostLog {
  error(message: string, fields: object): unknown;
  warn(message: string, fields: object): unknown;
}

export interface DaprServerSettings {
  readonly appPort: number;
  /** The address to listen on; the sidecar is on the same machine or in the same pod. */
  readonly appHost: string;
  readonly daprHttpPort: number;
  readonly log: HostLog;
}

/**
 * An idle actor costs memory in the sidecar and here, and little to activate again: one read. A turn takes eight seconds at
 * the most, so a draining sidecar waits a little longer than that.
 */
const actorTimes = {
  actorIdleTimeout: "2m",
  actorScanInterval: "15s",
  drainOngoingCallTimeout: "10s",
  drainRebalancedActors: true,
};

const isActorMethod = (name: string): name is ActorMethod => actorMethods.some((method) => method === name);

/** The actor class of a type: the SDK takes the type's name from the class, and calls methods by their name. */
const actorClass = (name: string, handler: ActorHandler, active: Set<string>) => {
  const type = class extends AbstractActor {
    override async onActivate(): Promise<void> {
      active.add(this.getActorId().getId());
    }
    override async onDeactivate(): Promise<void> {
      active.delete(this.getActorId().getId());
      handler.deactivated(this.getActorId().getId());
    }
    async execute(body: unknown): Promise<object> {
      return handler.handle(this.getActorId().getId(), "execute", body);
    }
    async drive(body: unknown): Promise<object> {
      return handler.handle(this.getActorId().getId(), "drive", body);
    }
    async read(body: unknown): Promise<object> {
      return handler.handle(this.getActorId().getId(), "read", body);
    }
    async flush(body: unknown): Promise<object> {
      return handler.handle(this.getActorId().getId(), "flush", body);
    }
  };
  Object.defineProperty(type, "name", { value: name });
  return type;
};

/** The SDK listens on every interface whatever host it is given, so the listening is done here. */
const withListenOn = (app: Express, host: string): Express =>
  Object.assign(app, {
    listen: async (port: number): Promise<Server> => {
      // The sidecar keeps its connections; one that is closed while a call is on its way would fail that call.
      const server = createServer({ keepAliveTimeout: 0 }, app);
      await new Promise<void>((resolve, fail) => {
        server.once("error", fail);
        server.listen(port, host, resolve);
      });
      return server;
    },
  });

/** Calls that the SDK would answer badly, or not at all, are answered before it sees them. */
const addGuards = (
  app: Express,
  active: ReadonlyMap<string, ReadonlySet<string>>,
  handlers: ReadonlyMap<string, ActorHandler>,
): void => {
  // The SDK drops the reminder's name, and would answer with success whatever became of it.
  app.put("/actors/:actorType/:actorId/method/remind/:reminder", async (request, response) => {
    const { actorType, actorId, reminder } = request.params;
    const answer = await handlers.get(actorType)?.woken(actorId, reminder);
    // Whatever is not 200 has the sidecar deliver it again.
    response.status(answer === undefined || "error" in answer ? 500 : 200).json(answer ?? {});
  });
  app.put("/actors/:actorType/:actorId/method/:method", (request, response, next) => {
    if (isActorMethod(request.params.method)) next();
    else response.json(invalidRequest("UnknownMethod", `there is no actor method ${request.params.method}`));
  });
  app.delete("/actors/:actorType/:actorId", (request, response, next) => {
    // After a restart the sidecar still knows actors that this process never activated.
    const { actorType, actorId } = request.params;
    if (active.get(actorType)?.has(actorId) === true) next();
    else {
      // It may have been woken here, past the SDK.
      handlers.get(actorType)?.deactivated(actorId);
      response.status(200).end();
    }
  });
};

/** A body that cannot be read is the caller's mistake and part of the answer; anything else is logged. */
const answerErrors =
  (log: HostLog): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    const status = error instanceof Error && "status" in error ? error.status : undefined;
    if (typeof status === "number" && status < 500 && error instanceof Error) {
      response.json(invalidRequest("UnreadableBody", error.message));
      return;
    }
    log.error("a call of the sidecar failed", { path: request.path, error });
    response.status(500).end();
  };

/**
 * Hosts actor types with the SDK's `DaprServer`, over HTTP. At most one per process, since the SDK keeps its actor runtime
 * in a global.
 */
export const createDaprServerHost = ({ appPort, appHost, daprHttpPort, log }: DaprServerSettings): ActorHost => {
  const app = withListenOn(express(), appHost);
  app.disable("x-powered-by");
  const active = new Map<string, Set<string>>();
  const handlers = new Map<string, ActorHandler>();
  addGuards(app, active, handlers);

  const logged = {
    error: (message: unknown, ...rest: unknown[]) => log.error(String(message), { rest }),
    warn: (message: unknown, ...rest: unknown[]) => log.warn(String(message), { rest }),
    info: () => undefined,
    verbose: () => undefined,
    debug: () => undefined,
  };
  const logger = { level: LogLevel.Warn, service: logged };
  const server = new DaprServer({
    serverHost: appHost,
    serverPort: String(appPort),
    serverHttp: app,
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    logger,
    clientOptions: {
      daprHost: "127.0.0.1",
      daprPort: String(daprHttpPort),
      communicationProtocol: CommunicationProtocolEnum.HTTP,
      actor: actorTimes,
      logger,
    },
  });
  const types: ReturnType<typeof actorClass>[] = [];

  return {
    register: (actorType, handler) => {
      const activeIds = new Set<string>();
      active.set(actorType, activeIds);
      handlers.set(actorType, handler);
      types.push(actorClass(actorType, handler, activeIds));
    },
    start: async () => {
      await server.actor.init();
      for (const type of types) await server.actor.registerActor(type);
      app.use(answerErrors(log));
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await server.client.stop();
    },
  };
};
