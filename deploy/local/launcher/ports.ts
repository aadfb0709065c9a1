import { createServer } from "node:net";

/** The base that the ports in dapr.yaml are written for. */
export const DEFAULT_PORT_BASE = 8080;
/** The last port of a stack lies this far above its base. */
const PORT_SPAN = 100;
export const HIGHEST_PORT_BASE = 65_535 - PORT_SPAN;

/** The ports of the parts that dapr.yaml does not name. */
export interface StackPorts {
  readonly gateway: number;
  readonly cosmos: number;
  readonly kafka: number;
  readonly admin: number;
  readonly kafkaController: number;
  readonly placement: number;
  readonly placementHealth: number;
  readonly scheduler: number;
  readonly schedulerHealth: number;
  readonly schedulerEtcdClient: number;
  readonly schedulerEtcdPeer: number;
  readonly placementRaft: number;
}

/** Lays the stack's ports out above its base. */
export const stackPorts = (base: number): StackPorts => ({
  gateway: base,
  cosmos: base + 1,
  kafka: base + 2,
  admin: base + 3,
  kafkaController: base + 4,
  placement: base + 5,
  placementHealth: base + 6,
  scheduler: base + 7,
  schedulerHealth: base + 8,
  schedulerEtcdClient: base + 9,
  schedulerEtcdPeer: base + 10,
  placementRaft: base + 11,
});

/** A port that is about to be listened on, and by whom. */
export interface PortClaim {
  readonly port: number;
  readonly owner: string;
}

/**
 * Tells which claims cannot be met, since the port is claimed twice or something listens on it already.
 *
 * @returns one sentence for each
 */
export const findPortConflicts = async (claims: readonly PortClaim[]): Promise<string[]> => {
  const conflicts: string[] = [];
  const owners = new Map<number, string>();
  for (const { port, owner } of claims) {
    const other = owners.get(port);
    if (other !== undefined) conflicts.push(`port ${port} is given to both ${other} and ${owner}`);
    else if (!(await isFree(port))) conflicts.push(`port ${port} (${owner}) is in use already`);
    owners.set(port, owner);
  }
  return conflicts;
};

// Some parts listen on every interface, so the port must be free on each of them, not only on loopback.
const isFree = async (port: number): Promise<boolean> => (await canListen(port, "127.0.0.1")) && canListen(port);

const canListen = (port: number, host?: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, exclusive: true, ...(host === undefined ? {} : { host }) }, () =>
      server.close(() => resolve(true)),
    );
  });
