import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import { largestAmountMinor, sumOf } from "../../kernel/money.ts";
import type { MessageIgnored, SaleEvent, SaleEventOf } from "./events.ts";
import { refuseSale } from "./rejections.ts";
import { isSaleId } from "./sale-id.ts";
import { maximumTenders } from "./schemas.ts";
import type { RecordTender } from "./schemas.ts";
import type { SaleState, SaleTerms, Tender } from "./state.ts";

/** What is tendered for a sale already, and the most that may be. */
interface Till {
  readonly tenders: readonly Tender[];
  readonly currency: string;
  readonly limitMinor: number;
}

/** The till of a sale whose terms are known. */
export const tillOf = ({ currency, totalMinor }: SaleTerms, tenders: readonly Tender[]): Till => ({
  tenders,
  currency,
  limitMinor: totalMinor,
});

const isSameTender = (one: Tender, other: Tender): boolean =>
  one.method === other.method && one.amountMinor === other.amountMinor;

/** Takes those of the tenders that are not taken yet, all of them or none. */
export const takeTenders = (
  offered: readonly Tender[],
  currency: string,
  till: Till,
): Decision<SaleEventOf<"TenderRecorded">> => {
  if (currency !== till.currency) {
    return refuseSale("CurrencyMismatch", `The sale is in ${till.currency}, not in ${currency}.`);
  }
  const known = new Map(till.tenders.map((tender) => [tender.tenderId, tender]));
  const added: Tender[] = [];
  for (const tender of offered) {
    const same = known.get(tender.tenderId);
    if (same === undefined) added.push(tender);
    else if (!isSameTender(tender, same)) {
      return refuseSale("TenderMismatch", `Tender ${tender.tenderId} is recorded with another method or amount.`);
    }
  }
  const all = [...till.tenders, ...added];
  const tendered = sumOf(all.map((tender) => tender.amountMinor));
  if (tendered > BigInt(till.limitMinor)) {
    return refuseSale(
      "TenderExceedsTotal",
      `The tenders are ${tendered} minor units of ${currency}, more than ${till.limitMinor}.`,
    );
  }
  if (all.length > maximumTenders) {
    return refuseSale("TooManyTenders", `A sale has at most ${maximumTenders} tenders.`);
  }
  return accept(...added.map((tender) => ({ type: "TenderRecorded", data: { ...tender, currency } }) as const));
};

/** Takes tenders for an open sale, which is complete when all tenders together equal its total, the till's limit. */
export const payWith = (offered: readonly Tender[], currency: string, till: Till): Decision<SaleEvent> => {
  const taken = takeTenders(offered, currency, till);
  if (taken.outcome === "rejected") return taken;
  const tendered = sumOf(
    [...till.tenders, ...taken.events.map((event) => event.data)].map((tender) => tender.amountMinor),
  );
  return tendered === BigInt(till.limitMinor)
    ? accept<SaleEvent>(...taken.events, { type: "SaleCompleted", data: {} })
    : taken;
};

/** Says that a tender came too late: the register gave the money of a voided sale back. */
export const ignoreTender = (command: string, tenderId: string): MessageIgnored => ({
  type: "MessageIgnored",
  data: { command, reference: tenderId, reason: "SaleVoided" },
});

/** Records a part of the price that was paid, before or after the sale itself; the last part completes the sale. */
export const recordTender = (
  command: RecordTender,
  state: SaleState,
  { streamId }: DecisionContext,
): Decision<SaleEvent | MessageIgnored> => {
  const { tenderId, method, amountMinor, currency } = command;
  const tender = { tenderId, method, amountMinor };
  switch (state.status) {
    case "NotPlaced":
      return isSaleId(streamId)
        ? takeTenders([tender], currency, { tenders: [], currency, limitMinor: largestAmountMinor })
        : refuseSale("SaleIdMismatch", `${streamId} is not the id of a sale.`);
    case "SaleTendered":
      return takeTenders([tender], currency, { ...state, limitMinor: largestAmountMinor });
    case "SaleOpen":
      return payWith([tender], currency, tillOf(state.terms, state.tenders));
    case "SaleCompleted":
      return takeTenders([tender], currency, tillOf(state.terms, state.tenders));
    case "SaleVoided":
      return accept(ignoreTender(command.type, tenderId));
    default:
      return unreachable(state);
  }
};
