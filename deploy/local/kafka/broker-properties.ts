/** The largest record of any topic: a command of 1 MiB as a dead letter, with its key and headers, and room to spare. */
export const LARGEST_RECORD_BYTES = 4 * 1024 * 1024;

export interface BrokerPorts {
  readonly brokerPort: number;
  readonly controllerPort: number;
}

/**
 * The server.properties of a broker that is its own controller, reachable from this machine only.
 *
 * @param storage the formatted folder for the logs
 */
export const brokerProperties = ({ brokerPort, controllerPort }: BrokerPorts, storage: string): string =>
  Object.entries({
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: `BROKER://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `BROKER://127.0.0.1:${brokerPort}`,
    "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "BROKER",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": storage,
    // Topics are made by the setup step alone: a typing error must not become a topic of one partition.
    "auto.create.topics.enable": "false",
    "message.max.bytes": LARGEST_RECORD_BYTES,
    "replica.fetch.max.bytes": LARGEST_RECORD_BYTES,
    // A broker that is killed loses nothing, but there is no second one to hold a copy should the power fail: then up
    // to a second of records is lost. To flush each record costs more than four fifths of the throughput (measured).
    "log.flush.interval.ms": "1000",
    "log.flush.scheduler.interval.ms": "1000",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    // A group of one or two members gains nothing from waiting for more of them.
    "group.initial.rebalance.delay.ms": "0",
    // After a crash the broker is taken back once its old session has run out: nine seconds, by default.
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "4000",
    // A stop must fit into the launcher's ten seconds.
    "controlled.shutdown.max.retries": "1",
    "num.network.threads": "2",
    "num.io.threads": "4",
  })
    .map(([name, value]) => `${name}=${escapeValue(String(value))}`)
    .join("\n")
    .concat("\n");

// A backslash begins an escape in a properties file; a folder's name may hold one.
const escapeValue = (value: string): string => value.replaceAll("\\", "\\\\");
