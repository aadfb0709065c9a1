import type { MessageIgnored, SaleEventOf } from "../../../../actors/order/sale/events.ts";
import type { RecordSale, RecordTender, VoidSale } from "../../../../actors/order/sale/schemas.ts";

export const saleId = "pos.berlin.till-1.1001";

/** Three cups at 2.50 less 0.50 and a pot at 10.00, less 1.00 on the whole, plus 19 % tax: 17.00 less 1.00 is 16.00 net. */
const lines = [
  {
    lineId: "line-1",
    sku: "cup",
    location: "berlin",
    quantity: 3,
    unitPriceMinor: 250,
    discountMinor: 50,
    taxRatePpm: 190_000,
  },
  {
    lineId: "line-2",
    sku: "pot",
    location: "berlin",
    quantity: 1,
    unitPriceMinor: 1_000,
    discountMinor: 0,
    taxRatePpm: 190_000,
  },
];

export const total = 1_904;

export const recordSale: RecordSale = {
  type: "RecordSale",
  storeId: "berlin",
  terminalId: "till-1",
  receiptNumber: "1001",
  currency: "EUR",
  lines,
  discountMinor: 100,
  pricesIncludeTax: false,
  soldAt: "2026-01-01T23:59:58+01:00",
  offline: true,
  fulfilment: "managed",
  cashier: "Anna",
  tenders: [],
};

export const cash = { tenderId: "tender-1", method: "cash", amountMinor: 1_000 };
export const card = { tenderId: "tender-2", method: "card", amountMinor: 904 };
export const recordSalePaid: RecordSale = { ...recordSale, tenders: [cash, card] };
export const recordCash: RecordTender = { type: "RecordTender", ...cash, currency: "EUR" };
export const recordCard: RecordTender = { type: "RecordTender", ...card, currency: "EUR" };
export const voidSale: VoidSale = { type: "VoidSale", reason: "wrong article" };

const { type: _, tenders: _tenders, ...terms } = recordSale;

export const recorded: SaleEventOf<"SaleRecorded"> = {
  type: "SaleRecorded",
  data: {
    ...terms,
    cashier: "Anna",
    lines: [
      {
        lineId: "line-1",
        sku: "cup",
        location: "berlin",
        quantity: 3,
        unitPriceMinor: 250,
        ownDiscountMinor: 50,
        discountMinor: 91,
        taxRatePpm: 190_000,
        taxMinor: 125,
        includedTaxMinor: 0,
      },
      {
        lineId: "line-2",
        sku: "pot",
        location: "berlin",
        quantity: 1,
        unitPriceMinor: 1_000,
        ownDiscountMinor: 0,
        discountMinor: 59,
        taxRatePpm: 190_000,
        taxMinor: 179,
        includedTaxMinor: 0,
      },
    ],
    totalMinor: total,
  },
};
export const tenderedCash: SaleEventOf<"TenderRecorded"> = {
  type: "TenderRecorded",
  data: { ...cash, currency: "EUR" },
};
export const tenderedCard: SaleEventOf<"TenderRecorded"> = {
  type: "TenderRecorded",
  data: { ...card, currency: "EUR" },
};
export const completed: SaleEventOf<"SaleCompleted"> = { type: "SaleCompleted", data: {} };
export const voided: SaleEventOf<"SaleVoided"> = {
  type: "SaleVoided",
  data: { reason: "wrong article", wasCompleted: false },
};
export const takenBack: SaleEventOf<"SaleVoided"> = {
  type: "SaleVoided",
  data: { reason: "wrong article", wasCompleted: true },
};
export const cashIgnored: MessageIgnored = {
  type: "MessageIgnored",
  data: { command: "RecordTender", reference: "tender-1", reason: "SaleVoided" },
};

/** A history that leads to each status. */
export const saleHistories = {
  "nothing recorded": [],
  SaleTendered: [tenderedCash],
  SaleOpen: [recorded],
  "SaleOpen, partly paid": [recorded, tenderedCash],
  SaleCompleted: [recorded, tenderedCash, tenderedCard, completed],
  "SaleVoided, the sale unknown": [voided],
  "SaleVoided, open before": [recorded, tenderedCash, voided],
  "SaleVoided, complete before": [recorded, tenderedCash, tenderedCard, completed, takenBack],
} as const;

export type SaleHistoryName = keyof typeof saleHistories;
