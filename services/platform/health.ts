import express, { type Express } from "express";
import type { Registry } from "./metrics.ts";

/** Resolves if the part is ready; throws, saying why not, otherwise. Each check is given two seconds. */
export type ReadinessCheck = () => Promise<void>;

/** A stream that never is: reading it takes the whole way to the store, finds nothing, and writes nothing. */
export const probedStreamId = "readiness-probe";

const checkTimeoutMs = 2_000;

const within = async (check: ReadinessCheck): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), deadline]);
  } finally {
    clearTimeout(timer);
  }
};

/** The parts that are not ready, each with the reason. */
export const findUnready = async (
  checks: Readonly<Record<string, ReadinessCheck>>,
): Promise<{ name: string; reason: string }[]> => {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await within(check);
        return [];
      } catch (error) {
        return [{ name, reason: error instanceof Error ? error.message : String(error) }];
      }
    }),
  );
  return results.flat();
};

/**
 * Adds `/healthz` (alive), `/readyz` (able to serve; 503 names what is not ready) and `/metrics` (Prometheus).
 */
export const addHealthRoutes = (
  app: Express,
  registry: Registry,
  checks: Readonly<Record<string, ReadinessCheck>>,
): void => {
  app.get("/healthz", (_request, response) => {
    response.json({ status: "alive" });
  });
  app.get("/readyz", async (_request, response) => {
    const unready = await findUnready(checks);
    response.status(unready.length === 0 ? 200 : 503);
    response.json(
      unready.length === 0 ? { status: "ready", checked: Object.keys(checks) } : { status: "not ready", unready },
    );
  });
  app.get("/metrics", async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
};

/** An express application with only the health routes, for services that have no API of their own. */
export const createHealthApp = (registry: Registry, checks: Readonly<Record<string, ReadinessCheck>>): Express => {
  const app = express();
  app.disable("x-powered-by");
  addHealthRoutes(app, registry, checks);
  return app;
};
