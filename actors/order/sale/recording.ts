import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import { canonicalHash } from "../../kernel/request-hash.ts";
import { totalMinorOf, withPrices } from "../pricing.ts";
import type { MessageIgnored, SaleEvent } from "./events.ts";
import { refuseSale } from "./rejections.ts";
import { saleIdOf } from "./sale-id.ts";
import type { RecordSale } from "./schemas.ts";
import type { SaleState, SaleTerms } from "./state.ts";
import { ignoreTender, payWith, takeTenders, tillOf } from "./tendering.ts";

/** The terms of a sale with every price settled. */
const termsOf = (command: RecordSale): SaleTerms => {
  const { type: _, tenders: _tenders, cashier, ...sale } = command;
  const lines = withPrices(
    command.lines.map((line) => ({ ...line, ownDiscountMinor: line.discountMinor })),
    command,
  );
  return { ...sale, cashier: cashier ?? null, lines, totalMinor: totalMinorOf(lines) };
};

/**
 * Records what was sold, once for each receipt. Tenders may have come before and may come with it; when they equal the
 * total, the sale is complete. A sale that was voided before it came stays voided.
 */
export const recordSale = (
  command: RecordSale,
  state: SaleState,
  { streamId }: DecisionContext,
): Decision<SaleEvent | MessageIgnored> => {
  const saleId = saleIdOf(command);
  if (streamId !== saleId) return refuseSale("SaleIdMismatch", `The id of this receipt's sale is ${saleId}.`);
  const terms = termsOf(command);
  const { tenders, currency } = command;
  switch (state.status) {
    case "NotPlaced":
      return opened(terms, payWith(tenders, currency, tillOf(terms, [])));
    case "SaleTendered":
      return state.currency === currency
        ? opened(terms, payWith(tenders, currency, tillOf(terms, state.tenders)))
        : refuseSale("CurrencyMismatch", `The tenders of the sale are in ${state.currency}, not in ${currency}.`);
    // A repeated sale may bring tenders that were not known yet.
    case "SaleOpen":
      return isSameSale(terms, state.terms)
        ? payWith(tenders, currency, tillOf(terms, state.tenders))
        : refuseOtherSale(saleId);
    case "SaleCompleted":
      return isSameSale(terms, state.terms)
        ? takeTenders(tenders, currency, tillOf(terms, state.tenders))
        : refuseOtherSale(saleId);
    case "SaleVoided":
      if (state.terms !== null) return isSameSale(terms, state.terms) ? accept() : refuseOtherSale(saleId);
      return accept<SaleEvent | MessageIgnored>(
        { type: "SaleRecorded", data: terms },
        ...tenders.map(({ tenderId }) => ignoreTender(command.type, tenderId)),
      );
    default:
      return unreachable(state);
  }
};

const opened = (terms: SaleTerms, paid: Decision<SaleEvent>): Decision<SaleEvent> =>
  paid.outcome === "rejected" ? paid : accept<SaleEvent>({ type: "SaleRecorded", data: terms }, ...paid.events);

/**
 * What makes a sale the one that it is. A register that got no answer sends it again later, and says then that it was offline;
 * and it may tell the same moment in another offset.
 */
const contentOf = (sale: SaleTerms) => {
  const { offline: _, soldAt, ...terms } = sale;
  return { ...terms, soldAtMs: Date.parse(soldAt) };
};

const isSameSale = (one: SaleTerms, other: SaleTerms): boolean =>
  canonicalHash(contentOf(one)) === canonicalHash(contentOf(other));

const refuseOtherSale = (saleId: string): Decision<never> =>
  refuseSale("SaleMismatch", `Sale ${saleId} is recorded with another content.`);
