import { join } from "node:path";
import { prepareBroker } from "../../kafka/broker.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { inherited, node, type PlanInputs, storeEnvironment } from "./inputs.ts";

/** The embedded Cosmos endpoint. */
export const cosmos = (inputs: PlanInputs): ProcessSpec => {
  const { root, config, ports } = inputs;
  const place = ["--host", "127.0.0.1", "--port", String(ports.cosmos), "--data", join(config.dataDir, "cosmos")];
  const key = ["--key", config.cosmos.key];
  return {
    name: "cosmos",
    tier: "store",
    kind: "service",
    after: [],
    prepare: async () => node(join(root, "deploy/local/cosmos/main.ts"), ...place, ...key),
    cwd: root,
    env: inherited(inputs),
    // Whoever asks without a signature is refused, and a refusal is an answer.
    probe: { kind: "http", url: `http://127.0.0.1:${ports.cosmos}/` },
    ports: [{ port: ports.cosmos, owner: "Cosmos endpoint" }],
  };
};

/** The Kafka broker. */
export const broker = (inputs: PlanInputs): ProcessSpec => {
  const { config, ports, kafka, signal, root } = inputs;
  return {
    name: "kafka",
    tier: "store",
    kind: "service",
    after: [],
    prepare: async () => {
      if (kafka === undefined) throw new Error("no Kafka was fetched although none is given");
      const { libs } = await kafka;
      const files = { libs, dataDir: join(config.dataDir, "kafka") };
      return prepareBroker({ ...files, brokerPort: ports.kafka, controllerPort: ports.kafkaController }, signal);
    },
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "tcp", port: ports.kafka },
    ports: [
      { port: ports.kafka, owner: "Kafka" },
      { port: ports.kafkaController, owner: "Kafka controller" },
    ],
  };
};

/** The step that creates containers and topics. */
export const setup = (inputs: PlanInputs): ProcessSpec => ({
  name: "setup",
  tier: "control",
  kind: "step",
  after: [
    ...(inputs.config.cosmos.endpoint === undefined ? ["cosmos"] : []),
    ...(inputs.config.brokers === undefined ? ["kafka"] : []),
  ],
  prepare: async () => node(join(inputs.root, "deploy/setup/main.ts")),
  cwd: inputs.root,
  env: storeEnvironment(inputs),
  probe: { kind: "none" },
  ports: [],
});
