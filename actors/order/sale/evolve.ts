import { unreachable } from "../../kernel/decision.ts";
import type { SaleEvent, SaleEventOf } from "./events.ts";
import type { SaleState, Tender } from "./state.ts";

/**
 * Applies an event of a sale that was recorded at `at` (ISO 8601, UTC).
 *
 * History is never refused: an event that no decider would record in this state changes nothing.
 */
export const evolveSale = (state: SaleState, event: SaleEvent, at: string): SaleState => {
  switch (event.type) {
    case "SaleRecorded":
      return recorded(state, event, at);
    case "TenderRecorded":
      return tendered(state, event, at);
    case "SaleCompleted":
      return state.status === "SaleOpen" ? { ...state, status: "SaleCompleted", updatedAt: at } : state;
    case "SaleVoided":
      return voided(state, event, at);
    default:
      return unreachable(event);
  }
};

const recorded = (state: SaleState, { data: terms }: SaleEventOf<"SaleRecorded">, at: string): SaleState => {
  switch (state.status) {
    case "NotPlaced":
      return { status: "SaleOpen", recordedAt: at, updatedAt: at, terms, tenders: [] };
    case "SaleTendered":
      return { status: "SaleOpen", recordedAt: state.recordedAt, updatedAt: at, terms, tenders: state.tenders };
    case "SaleVoided":
      return state.terms === null ? { ...state, updatedAt: at, terms } : state;
    case "SaleOpen":
    case "SaleCompleted":
      return state;
    default:
      return unreachable(state);
  }
};

const tendered = (state: SaleState, { data }: SaleEventOf<"TenderRecorded">, at: string): SaleState => {
  const { currency, ...tender } = data;
  switch (state.status) {
    case "NotPlaced":
      return { status: "SaleTendered", recordedAt: at, updatedAt: at, currency, tenders: [tender] };
    case "SaleTendered":
    case "SaleOpen":
      return { ...state, updatedAt: at, tenders: withTender(state.tenders, tender) };
    case "SaleCompleted":
    case "SaleVoided":
      return state;
    default:
      return unreachable(state);
  }
};

const withTender = (tenders: readonly Tender[], tender: Tender): Tender[] =>
  [...tenders.filter(({ tenderId }) => tenderId !== tender.tenderId), tender].toSorted((a, b) =>
    a.tenderId < b.tenderId ? -1 : 1,
  );

const voided = (state: SaleState, { data }: SaleEventOf<"SaleVoided">, at: string): SaleState => {
  switch (state.status) {
    case "NotPlaced":
      return { status: "SaleVoided", recordedAt: at, updatedAt: at, terms: null, reason: data.reason };
    case "SaleTendered": {
      const { recordedAt } = state;
      return { status: "SaleVoided", recordedAt, updatedAt: at, terms: null, reason: data.reason };
    }
    case "SaleOpen":
    case "SaleCompleted": {
      const { recordedAt, terms } = state;
      return { status: "SaleVoided", recordedAt, updatedAt: at, terms, reason: data.reason };
    }
    case "SaleVoided":
      return state;
    default:
      return unreachable(state);
  }
};
