import { probedStreamId, type ReadinessCheck } from "../platform/health.ts";
import type { Sidecar } from "../platform/sidecar.ts";
import type { ReadModel } from "./read-model.ts";

/** Within the two seconds that a readiness check has. */
const probeLimits = { deadlineMs: 1_800 };

/**
 * What the gateway needs to serve: its sidecar, an actor host behind it that can read its store, and the database that
 * queries read. Kafka is not among them: commands are accepted while it is away.
 */
export const createReadinessChecks = (
  sidecar: Pick<Sidecar, "checkHealth" | "read">,
  readModel: Pick<ReadModel, "check">,
): Readonly<Record<string, ReadinessCheck>> => ({
  sidecar: async () => sidecar.checkHealth(),
  "actor-host": async () => {
    await sidecar.read("Order", probedStreamId, probeLimits);
  },
  "snapshot-database": async () => readModel.check(),
});
