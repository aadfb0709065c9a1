import type { PortClaim } from "./ports.ts";

/** How to tell that a process does its work. */
export type Probe =
  | { readonly kind: "tcp"; readonly port: number }
  /** `statuses` are those that count as ready; any answer does when absent. */
  | { readonly kind: "http"; readonly url: string; readonly statuses?: readonly number[] }
  /** Ready as soon as it runs. */
  | { readonly kind: "none" };

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The groups in which processes are stopped, one after the other, the last first. */
export type Tier = "store" | "control" | "sidecar" | "app";

/** A process of the stack. */
export interface ProcessSpec {
  readonly name: string;
  readonly tier: Tier;
  /** A step runs to its end once, and what comes after waits for that; a service runs until it is stopped. */
  readonly kind: "step" | "service";
  /** The processes that must be ready before each start of this one. */
  readonly after: readonly string[];
  /** Gives the command to run, once what it needs is built, fetched or written. Asked before each start. */
  readonly prepare: () => Promise<Command>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly probe: Probe;
  readonly ports: readonly PortClaim[];
}
