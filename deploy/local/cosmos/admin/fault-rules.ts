import type { Operation } from "../http/operation.ts";
import type { FaultEffect, FaultRule } from "./fault-rule.ts";
import { seededRandom } from "./random.ts";

/** What a rule looks at in a request. */
export interface Target {
  readonly operation: Operation;
  readonly database: string | undefined;
  readonly container: string | undefined;
  /** The ids of the ranges that it is about; looked up only when a rule names a range. */
  readonly ranges: () => readonly string[];
}

/** A rule in force. */
export interface ActiveRule extends FaultRule {
  readonly id: string;
  /** How many requests it has struck. */
  readonly hits: number;
}

/** What is to be done to one request. */
export interface Fault {
  readonly latencyMs: number;
  readonly effect: Exclude<FaultEffect, { readonly kind: "latency" }> | undefined;
}

/** The rules in force, in the order in which they were added. */
export interface FaultRules {
  readonly isEmpty: () => boolean;
  readonly list: () => readonly ActiveRule[];
  readonly add: (rule: FaultRule) => ActiveRule;
  /** Tells whether there was a rule of that id. */
  readonly remove: (id: string) => boolean;
  /** Removes all rules and tells how many there were. */
  readonly clear: () => number;
  /**
   * Decides what happens to a request. The latencies of all rules that strike it add up, as far as the first that does
   * something else, which has the last word. Undefined when no rule strikes it.
   */
  readonly strike: (target: Target) => Fault | undefined;
}

/** Tells whether a request is one of those that a rule is for. */
export const isFor = (rule: FaultRule, target: Target): boolean =>
  (rule.operations === undefined || rule.operations.includes(target.operation)) &&
  (rule.database === undefined || rule.database === target.database) &&
  (rule.container === undefined || rule.container === target.container) &&
  (rule.range === undefined || target.ranges().includes(rule.range));

interface Entry {
  readonly id: string;
  readonly rule: FaultRule;
  readonly random: () => number;
  hits: number;
}

const latencyOf = ({ ms, jitterMs }: Extract<FaultEffect, { kind: "latency" }>, random: () => number): number =>
  jitterMs === 0 ? ms : ms + Math.floor(random() * (jitterMs + 1));

/** Tells whether a rule strikes a request that may be for it, and counts the hit. */
const strikes = (entry: Entry, target: Target): boolean => {
  const { rule, random } = entry;
  if (rule.times !== undefined && entry.hits >= rule.times) return false;
  if (!isFor(rule, target)) return false;
  if (rule.rate < 1 && random() >= rule.rate) return false;
  entry.hits++;
  return true;
};

/** Makes an empty list of rules. */
export const createFaultRules = (): FaultRules => {
  let entries: Entry[] = [];
  let added = 0;
  const shown = ({ id, rule, hits }: Entry): ActiveRule => ({ id, ...rule, hits });
  return {
    isEmpty: () => entries.length === 0,
    list: () => entries.map(shown),
    add: (rule) => {
      added++;
      const entry = { id: String(added), rule, random: seededRandom(rule.seed), hits: 0 };
      entries.push(entry);
      return shown(entry);
    },
    remove: (id) => {
      const before = entries.length;
      entries = entries.filter((entry) => entry.id !== id);
      return entries.length < before;
    },
    clear: () => {
      const count = entries.length;
      entries = [];
      return count;
    },
    strike: (target) => {
      let latencyMs = 0;
      let isStruck = false;
      for (const entry of entries) {
        if (!strikes(entry, target)) continue;
        isStruck = true;
        const { effect } = entry.rule;
        if (effect.kind !== "latency") return { latencyMs, effect };
        latencyMs += latencyOf(effect, entry.random);
      }
      return isStruck ? { latencyMs, effect: undefined } : undefined;
    },
  };
};
