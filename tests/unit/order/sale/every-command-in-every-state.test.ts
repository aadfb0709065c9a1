import { describe, expect, test } from "@jest/globals";
import type { Issuer } from "../../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import { saleRejectionCodes } from "../../../../actors/order/sale/rejections.ts";
import type { SaleCommand } from "../../../../actors/order/sale/schemas.ts";
import { specificationTime, stateAfter } from "../../../support/specification.ts";
import * as example from "./examples.ts";
import type { SaleHistoryName } from "./examples.ts";

const commands = {
  sale: example.recordSale,
  paidSale: example.recordSalePaid,
  saleToldOnline: { ...example.recordSale, offline: false, soldAt: "2026-01-01T22:59:58Z" },
  otherSale: { ...example.recordSale, cashier: "Bert" },
  cash: example.recordCash,
  dearer: { ...example.recordCard, amountMinor: 9_999 },
  void: example.voidSale,
} satisfies Record<string, SaleCommand>;
type CommandName = keyof typeof commands;

/** The types of the events joined by `+`, `-` for none, or the code of the rejection after `!`. */
const outcomeOf = (history: SaleHistoryName, command: CommandName, issuer: Issuer): string => {
  const state = stateAfter(orderAggregate, example.saleHistories[history]);
  const context = { streamId: example.saleId, commandId: "command-1", at: specificationTime, issuer };
  const decision = orderAggregate.decide(commands[command], state, context);
  if (decision.outcome === "rejected") return `!${decision.rejection.code}`;
  return decision.events.map((event) => event.type).join("+") || "-";
};

const paid = "TenderRecorded+SaleCompleted";
const voided = {
  sale: "-",
  paidSale: "-",
  saleToldOnline: "-",
  otherSale: "!SaleMismatch",
  cash: "MessageIgnored",
  dearer: "MessageIgnored",
  void: "-",
};

/** Every status and command; who sends a command of a sale does not matter. */
const table: Record<SaleHistoryName, Record<CommandName, string>> = {
  "nothing recorded": {
    sale: "SaleRecorded",
    paidSale: `SaleRecorded+TenderRecorded+${paid}`,
    saleToldOnline: "SaleRecorded",
    otherSale: "SaleRecorded",
    cash: "TenderRecorded",
    dearer: "TenderRecorded",
    void: "SaleVoided",
  },
  SaleTendered: {
    sale: "SaleRecorded",
    paidSale: `SaleRecorded+${paid}`,
    saleToldOnline: "SaleRecorded",
    otherSale: "SaleRecorded",
    cash: "-",
    dearer: "TenderRecorded",
    void: "SaleVoided",
  },
  SaleOpen: {
    sale: "-",
    paidSale: `TenderRecorded+${paid}`,
    saleToldOnline: "-",
    otherSale: "!SaleMismatch",
    cash: "TenderRecorded",
    dearer: "!TenderExceedsTotal",
    void: "SaleVoided",
  },
  "SaleOpen, partly paid": {
    sale: "-",
    paidSale: paid,
    saleToldOnline: "-",
    otherSale: "!SaleMismatch",
    cash: "-",
    dearer: "!TenderExceedsTotal",
    void: "SaleVoided",
  },
  SaleCompleted: {
    sale: "-",
    paidSale: "-",
    saleToldOnline: "-",
    otherSale: "!SaleMismatch",
    cash: "-",
    dearer: "!TenderMismatch",
    void: "SaleVoided",
  },
  "SaleVoided, the sale unknown": {
    sale: "SaleRecorded",
    paidSale: "SaleRecorded+MessageIgnored+MessageIgnored",
    saleToldOnline: "SaleRecorded",
    otherSale: "SaleRecorded",
    cash: "MessageIgnored",
    dearer: "MessageIgnored",
    void: "-",
  },
  "SaleVoided, open before": voided,
  "SaleVoided, complete before": voided,
};

describe("every command in every state of a sale", () => {
  const cells = Object.entries(table).flatMap(([history, row]) =>
    Object.entries(row).map(([command, outcome]) => ({ history, command, outcome })),
  );
  test.each(cells)("$history: $command gives $outcome", ({ history, command, outcome }) => {
    for (const issuer of ["outside", "process-manager"] as const) {
      expect(outcomeOf(history as SaleHistoryName, command as CommandName, issuer)).toBe(outcome);
    }
  });

  test("refuses for no reason that is not listed", () => {
    const codes = cells.flatMap(({ outcome }) => (outcome.startsWith("!") ? [outcome.slice(1)] : []));
    expect(saleRejectionCodes).toEqual(expect.arrayContaining([...new Set(codes)]));
  });
});
