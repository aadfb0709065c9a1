import { Counter, Gauge, type Registry } from "../platform/metrics.ts";
import type { ParkedCause } from "../platform/change-feed/parked-streams.ts";
import type { Attention, Findings } from "./watchdog/watchdog.ts";

/** What the process manager measures about itself. */
export interface ProcessMetrics {
  readonly onCommand: (type: string, result: string) => void;
  readonly onFault: () => void;
  readonly onParked: (counts: Readonly<Record<ParkedCause, number>>) => void;
  readonly onLeft: () => void;
  readonly onAttention: (attention: Attention) => void;
  /** What the last look at all orders found; undefined if another instance looks. */
  readonly onFindings: (findings: Findings | undefined) => void;
}

export const createProcessMetrics = (registry: Registry): ProcessMetrics => {
  const registers = [registry];
  const commands = new Counter({
    name: "process_commands_total",
    help: "Commands sent to actors, by their result: accepted, or the code of the refusal.",
    labelNames: ["type", "result"],
    registers,
  });
  const faults = new Counter({ name: "process_faults_total", help: "Calls that failed.", registers });
  const parked = new Gauge({
    name: "process_parked_streams",
    help: "Orders, stock items and what these have for one order, with an event that could not be understood, or not handled.",
    labelNames: ["cause"],
    registers,
  });
  const left = new Counter({
    name: "process_steps_left_total",
    help: "Steps that were left to the watchdog, since a provider or an actor did not answer.",
    registers,
  });
  const attentions = new Counter({
    name: "process_watchdog_total",
    help: "What the watchdog did about orders that waited for too long.",
    labelNames: ["result"],
    registers,
  });
  const stuck = new Gauge({
    name: "process_stuck_orders",
    help: "Managed orders that wait for longer than is allowed, by what they wait for.",
    labelNames: ["step"],
    registers,
  });
  const oldest = new Gauge({
    name: "process_stuck_oldest_seconds",
    help: "How long the longest waiting of them has waited.",
    labelNames: ["step"],
    registers,
  });
  return {
    onCommand: (type, result) => commands.inc({ type, result }),
    onFault: () => faults.inc(),
    onParked: (counts) => {
      for (const [cause, count] of Object.entries(counts)) parked.set({ cause }, count);
    },
    onLeft: () => left.inc(),
    onAttention: (result) => attentions.inc({ result }),
    onFindings: (findings) => {
      stuck.reset();
      oldest.reset();
      for (const [step, { orders, oldestSeconds }] of findings ?? []) {
        stuck.set({ step }, orders);
        oldest.set({ step }, oldestSeconds);
      }
    },
  };
};
