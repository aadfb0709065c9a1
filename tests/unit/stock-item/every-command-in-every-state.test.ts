import { describe, expect, test } from "@jest/globals";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { stockItemDecisionExamples } from "./decision-examples.ts";

const { states, commands, streamIdIn } = stockItemDecisionExamples;

/** `+` for events, `-` for a command that was satisfied before, and the code of a refusal. */
const outcomeOf = (history: readonly StockItemEvent[], command: StockItemCommand, issuer: Issuer): string => {
  const context = { streamId: streamIdIn(), commandId: "command-1", at: specificationTime, issuer };
  const decision = stockItemAggregate.decide(command, stateAfter(stockItemAggregate, history), context);
  if (decision.outcome === "rejected") return decision.rejection.code;
  return decision.events.length === 0 ? "-" : "+";
};

/** The outcomes by state, in the order of the example commands: those on stock | those on the reservation. */
const expected: Readonly<Record<string, string>> = {
  "nothing known": "+ + AdjustmentBelowReserved + + + | + + + StockItemUnknown + StockItemUnknown StockItemUnknown -",
  "nothing known, released before":
    "+ + AdjustmentBelowReserved + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "nothing known, denied":
    "+ + AdjustmentBelowReserved + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "in stock": "+ + + + + + | + + + UnknownReservation + UnknownReservation UnknownReservation -",
  "out of stock":
    "+ + AdjustmentBelowReserved + + + | + + + UnknownReservation + UnknownReservation UnknownReservation -",
  "reserved for a time": "+ + AdjustmentBelowReserved + + + | - - - + + + + -",
  "reserved, time is over": "+ + AdjustmentBelowReserved + + + | - - - + + + + +",
  confirmed: "+ + AdjustmentBelowReserved + + + | - - - - + + + -",
  "partly reserved": "+ + AdjustmentBelowReserved + + + | ReservationMismatch - ReservationMismatch - + + + -",
  backordered: "+ + AdjustmentBelowReserved + + + | ReservationMismatch ReservationMismatch - - + + + -",
  "backorder filled": "+ + AdjustmentBelowReserved + + + | - - - - + + + -",
  "partly committed": "+ + AdjustmentBelowReserved + + + | - - - - + + + -",
  committed:
    "+ + AdjustmentBelowReserved + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  released: "+ + + + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  expired: "+ + + + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  denied:
    "+ + AdjustmentBelowReserved + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  "released before":
    "+ + + + + + | ReservationEnded ReservationEnded ReservationEnded ReservationEnded - - ReservationEnded -",
  oversold: "+ + AdjustmentBelowReserved + + + | - - - - + + + -",
  sharded:
    "+ + AdjustmentBelowReserved + - + | StockItemSharded StockItemSharded + UnknownReservation + UnknownReservation UnknownReservation -",
  "sharded, reserved before": "+ + AdjustmentBelowReserved + - + | - - - + + + + -",
};

describe("every command in every state", () => {
  test.each(Object.entries(states))("has its outcome: %s", (name, history) => {
    const outcomes = Object.values(commands).map(({ command, issuer }) => outcomeOf(history, command, issuer));
    expect(outcomes).toEqual(expected[name]?.split(/[ |]+/));
  });
});

describe("every command", () => {
  const senders: readonly Issuer[] = ["outside", "process-manager", "reminder"];
  test.each(Object.entries(commands))("is for its senders alone, in every state: %s", (_, example) => {
    const { command, issuer } = example;
    const others = senders.filter((other) => issuer !== "outside" && other !== issuer);
    const code = issuer === "reminder" ? "ReminderOnly" : "NotForOutside";
    for (const history of Object.values(states)) {
      for (const other of others) expect(outcomeOf(history, command, other)).toBe(code);
    }
  });
  test.each(Object.entries(commands).filter(([, { issuer }]) => issuer === "outside"))(
    "that anyone may send is for the process manager too: %s",
    (_, { command }) => {
      for (const history of Object.values(states)) {
        expect(outcomeOf(history, command, "process-manager")).toBe(outcomeOf(history, command, "outside"));
      }
    },
  );
});
