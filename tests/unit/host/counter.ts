import { z } from "zod";
import type { Aggregate } from "../../../actors/kernel/aggregate.ts";
import { accept, reject, rejectForNow, unreachable } from "../../../actors/kernel/decision.ts";

/** The smallest aggregate that shows everything the host must handle. */
export interface CounterState {
  readonly open: boolean;
  readonly total: number;
}

export type CounterEvent =
  | { readonly type: "Opened"; readonly data: Record<string, never> }
  | { readonly type: "Added"; readonly data: { readonly amount: number; readonly padding?: string | undefined } };

const command = z.discriminatedUnion("type", [
  /** Refused if open. */
  z.object({ type: z.literal("Open") }),
  /** One event of this amount, `times` times; refused unless open. */
  z.object({
    type: z.literal("Add"),
    amount: z.int(),
    times: z.int().min(1).default(1),
    padding: z.int().min(0).optional(),
    /** What the padding is made of. */
    filler: z.string().default("x"),
  }),
  /** Refused if the total would not stay above zero. */
  z.object({ type: z.literal("Take"), amount: z.int().min(1) }),
  /** Refused, but only for now, if the total would not stay above zero. */
  z.object({ type: z.literal("TakeOnceThere"), amount: z.int().min(1) }),
  /** Satisfied without an event. */
  z.object({ type: z.literal("Touch") }),
  /** Decided by the millisecond: what a decision that depends on time does to a careless host. */
  z.object({ type: z.literal("Gamble") }),
  /** A bug. */
  z.object({ type: z.literal("Break") }),
]);
export type CounterCommand = z.infer<typeof command>;

const addedData = z.object({ amount: z.int(), padding: z.string().optional() });

export const counterAggregate: Aggregate<CounterState, CounterCommand, CounterEvent> = {
  streamType: "Order",
  stateVersion: 1,
  initial: { open: false, total: 0 },
  parseCommand: (type, fields) => {
    const parsed = command.safeParse({ ...(fields as object), type });
    return parsed.success
      ? { valid: true, command: parsed.data }
      : {
          valid: false,
          issues: parsed.error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message })),
        };
  },
  decide: (command, state, { at }) => {
    if (command.type === "Break") throw new Error("a bug in the decider");
    if (command.type === "Open")
      return state.open ? reject("AlreadyOpen", "it is open") : accept({ type: "Opened", data: {} });
    if (!state.open) return reject("NotOpen", "it is not open");
    switch (command.type) {
      case "Touch":
        return accept();
      case "Take":
        return command.amount > state.total
          ? reject("TooLittle", `only ${state.total} left`)
          : accept({ type: "Added", data: { amount: -command.amount } });
      case "TakeOnceThere":
        return command.amount > state.total
          ? rejectForNow("TooLittle", `only ${state.total} left`)
          : accept({ type: "Added", data: { amount: -command.amount } });
      case "Gamble":
        return new Date(at).getUTCMilliseconds() % 2 === 0
          ? reject("Unlucky", "an even millisecond")
          : accept({ type: "Added", data: { amount: 1 } });
      case "Add": {
        const { amount, times, padding, filler } = command;
        const data = padding === undefined ? { amount } : { amount, padding: filler.repeat(padding) };
        return accept(...Array.from({ length: times }, () => ({ type: "Added", data }) as const));
      }
      default:
        return unreachable(command);
    }
  },
  evolve: (state, event) =>
    event.type === "Opened" ? { ...state, open: true } : { ...state, total: state.total + event.data.amount },
  decodeEvent: (type, _schemaVersion, data) =>
    type === "Opened" ? { type, data: {} } : { type: "Added", data: addedData.parse(data) },
  schemaVersionOf: () => 1,
  decodeState: (state) => z.object({ open: z.boolean(), total: z.int() }).parse(state),
  statusOf: (state) => (state.open ? `Open:${state.total}` : "Closed"),
};
