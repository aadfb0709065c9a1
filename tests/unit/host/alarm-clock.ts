import { z } from "zod";
import type { Aggregate } from "../../../actors/kernel/aggregate.ts";
import { accept, reject, unreachable } from "../../../actors/kernel/decision.ts";

/** The smallest aggregate in which something falls due: alarms that ring once each, two at a time. */
export interface AlarmState {
  /** When each alarm that is set is due, by its name. */
  readonly alarms: Readonly<Record<string, string>>;
  /** The alarms that rang, in order. */
  readonly rung: readonly string[];
}

export type AlarmEvent =
  | { readonly type: "AlarmSet"; readonly data: { readonly name: string; readonly dueAt: string } }
  | { readonly type: "AlarmCleared"; readonly data: { readonly name: string } }
  | { readonly type: "AlarmRang"; readonly data: { readonly name: string } };

const command = z.discriminatedUnion("type", [
  z.object({ type: z.literal("SetAlarm"), name: z.string(), dueAt: z.string() }),
  z.object({ type: z.literal("ClearAlarm"), name: z.string() }),
  z.object({ type: z.literal("Ring") }),
]);
export type AlarmCommand = z.infer<typeof command>;

const named = z.object({ name: z.string() });
const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("AlarmSet"), data: named.extend({ dueAt: z.string() }) }),
  z.object({ type: z.literal("AlarmCleared"), data: named }),
  z.object({ type: z.literal("AlarmRang"), data: named }),
]);

const atOnce = 2;

const without = (alarms: AlarmState["alarms"], name: string): AlarmState["alarms"] =>
  Object.fromEntries(Object.entries(alarms).filter(([other]) => other !== name));

export const alarmClock: Aggregate<AlarmState, AlarmCommand, AlarmEvent> = {
  streamType: "StockItem",
  stateVersion: 1,
  initial: { alarms: {}, rung: [] },
  parseCommand: (type, fields) => {
    const parsed = command.safeParse({ ...(fields as object), type });
    return parsed.success ? { valid: true, command: parsed.data } : { valid: false, issues: [] };
  },
  decide: (command, { alarms }, { at, issuer }) => {
    switch (command.type) {
      case "SetAlarm":
        return accept({ type: "AlarmSet", data: { name: command.name, dueAt: command.dueAt } });
      case "ClearAlarm":
        return command.name in alarms
          ? accept({ type: "AlarmCleared", data: { name: command.name } })
          : reject("NoSuchAlarm", "it is not set");
      case "Ring": {
        if (issuer !== "reminder") return reject("ReminderOnly", "only the reminder rings");
        const due = Object.entries(alarms).filter(([, dueAt]) => dueAt <= at);
        return accept(...due.slice(0, atOnce).map(([name]) => ({ type: "AlarmRang", data: { name } }) as const));
      }
      default:
        return unreachable(command);
    }
  },
  evolve: (state, event) => {
    const { name } = event.data;
    switch (event.type) {
      case "AlarmSet":
        return { ...state, alarms: { ...state.alarms, [name]: event.data.dueAt } };
      case "AlarmCleared":
        return { ...state, alarms: without(state.alarms, name) };
      case "AlarmRang":
        return { alarms: without(state.alarms, name), rung: [...state.rung, name] };
      default:
        return unreachable(event);
    }
  },
  decodeEvent: (type, _schemaVersion, data) => event.parse({ type, data }),
  schemaVersionOf: () => 1,
  decodeState: (state) =>
    z.object({ alarms: z.record(z.string(), z.string()), rung: z.array(z.string()) }).parse(state),
  statusOf: () => "Ticking",
  nextWakeAt: ({ alarms }) => Object.values(alarms).toSorted()[0],
  wakeCommand: { type: "Ring", data: {} },
};
