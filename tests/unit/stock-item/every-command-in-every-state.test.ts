import { describe, expect, test } from "@jest/globals";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { stockItemDecisionExamples } from "./decision-examples.ts";

const { states, commands, streamIdIn } = stockItemDecisionExamples;

/** `+` for events, `-` for a command that was satisfied before, and the code of a refusal. */
const outcomeOf = (state: string, command: StockItemCommand, issuer: Issuer): string => {
  const history = states[state] ?? [];
  const context = { streamId: streamIdIn(state), commandId: "command-1", at: specificationTime, issuer };
  const decision = stockItemAggregate.decide(command, stateAfter(stockItemAggregate, history), context);
  if (decision.outcome === "rejected") return decision.rejection.code;
  return decision.events.length === 0 ? "-" : "+";
};

/** The outcomes by state, in the order of the example commands: those on stock | those on the reservation. */
const expected: Readonly<Record<string, string>> = {
  "nothing known":
    "+ + AdjustmentBelowReserved + + + NotRecallable | + + + StockItemUnknown + StockItemUnknown StockItemUnknown -",
  "nothing known, released before":
    "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "nothing known, denied":
    "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "in stock": "+ + + + + + NotRecallable | + + + UnknownReservation + UnknownReservation UnknownReservation -",
  "out of stock":
    "+ + AdjustmentBelowReserved + + + NotRecallable | + + + UnknownReservation + UnknownReservation UnknownReservation -",
  "reserved for a time": "+ + AdjustmentBelowReserved + + + NotRecallable | - - - + + + + -",
  "reserved, time is over": "+ + AdjustmentBelowReserved + + + NotRecallable | - - - + + + + +",
  confirmed: "+ + AdjustmentBelowReserved + + + NotRecallable | - - - - + + + -",
  "partly reserved":
    "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationMismatch - ReservationMismatch - + + + -",
  backordered: "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationMismatch ReservationMismatch - - + + + -",
  "backorder filled": "+ + AdjustmentBelowReserved + + + NotRecallable | - - - - + + + -",
  "partly committed": "+ + AdjustmentBelowReserved + + + NotRecallable | - - - - + + + -",
  committed:
    "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  released:
    "+ + + + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  expired:
    "+ + + + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  denied:
    "+ + AdjustmentBelowReserved + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "released before":
    "+ + + + + + NotRecallable | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  oversold: "+ + AdjustmentBelowReserved + + + NotRecallable | - - - - + + + -",
  sharded:
    "+ + AdjustmentBelowReserved + - + NotRecallable | StockItemSharded StockItemSharded + UnknownReservation + UnknownReservation UnknownReservation -",
  "sharded, reserved before": "+ + AdjustmentBelowReserved + - + NotRecallable | - - - + + + + -",
  "shard, nothing known":
    "+ + AdjustmentBelowReserved + NotShardable + - | + + + StockItemUnknown + StockItemUnknown StockItemUnknown -",
  "shard, in stock": "+ + + + NotShardable + + | + + + UnknownReservation + UnknownReservation UnknownReservation -",
  "shard, reserved": "+ + AdjustmentBelowReserved + NotShardable + - | - - - + + + + -",
  "shard, recalled": "+ + + + NotShardable + - | + + + UnknownReservation + UnknownReservation UnknownReservation -",
};

describe("every command in every state", () => {
  test.each(Object.keys(states))("has its outcome: %s", (name) => {
    const outcomes = Object.values(commands).map(({ command, issuer }) => outcomeOf(name, command, issuer));
    expect(outcomes).toEqual(expected[name]?.split(/[ |]+/));
  });
});

describe("every command", () => {
  const senders: readonly Issuer[] = ["outside", "process-manager", "reminder"];
  test.each(Object.entries(commands))("is for its senders alone, in every state: %s", (_, example) => {
    const { command, issuer } = example;
    const others = senders.filter((other) => issuer !== "outside" && other !== issuer);
    const code = issuer === "reminder" ? "ReminderOnly" : "NotForOutside";
    for (const state of Object.keys(states)) {
      for (const other of others) expect(outcomeOf(state, command, other)).toBe(code);
    }
  });
  test.each(Object.entries(commands).filter(([, { issuer }]) => issuer === "outside"))(
    "that anyone may send is for the process manager too: %s",
    (_, { command }) => {
      for (const state of Object.keys(states)) {
        expect(outcomeOf(state, command, "process-manager")).toBe(outcomeOf(state, command, "outside"));
      }
    },
  );
});
