import { join } from "node:path";
import { flags } from "../flags.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { inherited, type PlanInputs } from "./inputs.ts";

/** Dapr's placement service: which host has which actor. */
export const placement = (inputs: PlanInputs): ProcessSpec => {
  const { root, ports, runtime } = inputs;
  return {
    name: "placement",
    tier: "control",
    kind: "service",
    after: [],
    prepare: async () => ({
      command: (await runtime).placement,
      args: [
        ...flags({
          id: "dapr-placement-0",
          "initial-cluster": `dapr-placement-0=127.0.0.1:${ports.placementRaft}`,
          "listen-address": "127.0.0.1",
          port: ports.placement,
          "healthz-port": ports.placementHealth,
        }),
        ...COMMON_FLAGS,
      ],
    }),
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "http", url: `http://127.0.0.1:${ports.placementHealth}/healthz`, statuses: [200] },
    ports: [
      { port: ports.placement, owner: "placement" },
      { port: ports.placementHealth, owner: "placement health" },
      { port: ports.placementRaft, owner: "placement raft" },
    ],
  };
};

/** Dapr's scheduler, which keeps reminders in an etcd of its own. */
export const scheduler = (inputs: PlanInputs): ProcessSpec => {
  const { root, config, ports, runtime } = inputs;
  return {
    name: "scheduler",
    tier: "control",
    kind: "service",
    after: [],
    prepare: async () => ({
      command: (await runtime).scheduler,
      args: [
        ...flags({
          id: "dapr-scheduler-server-0",
          "listen-address": "127.0.0.1",
          port: ports.scheduler,
          "override-broadcast-host-port": `127.0.0.1:${ports.scheduler}`,
          "etcd-data-dir": join(config.dataDir, "scheduler"),
          "etcd-client-listen-address": "127.0.0.1",
          "etcd-client-port": ports.schedulerEtcdClient,
          "etcd-initial-cluster": `dapr-scheduler-server-0=http://127.0.0.1:${ports.schedulerEtcdPeer}`,
          "healthz-port": ports.schedulerHealth,
        }),
        ...COMMON_FLAGS,
      ],
    }),
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "http", url: `http://127.0.0.1:${ports.schedulerHealth}/healthz`, statuses: [200] },
    ports: [
      { port: ports.scheduler, owner: "scheduler" },
      { port: ports.schedulerHealth, owner: "scheduler health" },
      { port: ports.schedulerEtcdClient, owner: "scheduler etcd client" },
      { port: ports.schedulerEtcdPeer, owner: "scheduler etcd peer" },
    ],
  };
};

// The health port listens on every interface: Dapr does not heed an address for it.
const COMMON_FLAGS = ["--enable-metrics=false", "--tls-enabled=false", "--log-level", "warn", "--log-as-json"];
