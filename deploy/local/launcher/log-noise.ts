import type { LogLine } from "./log-line.ts";
import type { Tier } from "./process-spec.ts";

/** What Dapr's programs warn of although it is as it should be here. */
const EXPECTED: readonly RegExp[] = [
  // Everything is on loopback, so there are no certificates.
  /mTLS is disabled/,
  // The launcher itself bounds the time of a stop.
  /Graceful shutdown timeout is infinite/,
  // Most of the apps are called by no sidecar.
  /App channel is not initialized/,
  // The scheduler's embedded etcd, on its size and its neighbours: it has none, and holds next to nothing.
  /Running http and grpc server on single port|exceeded recommended request limit/,
  /simple token is not cryptographically signed|quota exceeds the maximum value/,
  // One line for each sidecar that comes or goes, whatever the log level.
  /Marking prefixes as undeliverable/,
  // A sidecar was stopped or restarted: the launcher itself says so.
  /Error receiving from stream .*(EOF|context canceled)/,
];

const CHATTY: readonly Tier[] = ["control", "sidecar"];
const WORTH_SHOWING = /^(warn|error|fatal|panic)/;

/**
 * Whether a line of one of Dapr's programs is left out of the merged log. Lines of the apps and stores never are.
 *
 * @param stopping whether the stack is being stopped: then Dapr's programs complain about each other's going
 */
export const isNoise = (tier: Tier, { level, text }: LogLine, stopping: boolean): boolean => {
  if (!CHATTY.includes(tier)) return false;
  if (stopping) return true;
  // Etcd and the scheduler's own engine log at any level; what they say below a warning is of no use here.
  if (level !== undefined && !WORTH_SHOWING.test(level)) return true;
  return EXPECTED.some((pattern) => pattern.test(text));
};
