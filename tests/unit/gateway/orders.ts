import type { CommandAnswer, ReadAnswer } from "../../../actors/kernel/answer.ts";

export const placeOrder = {
  type: "PlaceOrder",
  customerId: "customer-1",
  currency: "EUR",
  fulfilment: "external",
  lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
};

export const placed: CommandAnswer = {
  ok: {
    streamId: "order-1",
    version: 1,
    status: "Placed",
    events: [{ type: "OrderPlaced", version: 1 }],
    replayed: false,
  },
};

export const replayed = (answer: CommandAnswer): CommandAnswer =>
  "ok" in answer ? { ok: { ...answer.ok, replayed: true } } : { error: { ...answer.error, replayed: true } };

export const row = {
  orderId: "order-1",
  status: "Placed",
  version: 1,
  customerId: "customer-1",
  channel: null,
  currency: "EUR",
  currencyExponent: 2,
  totalMinor: 900,
  fulfilment: "external",
  placedAt: "2024-05-01T10:00:00.000Z",
  updatedAt: "2024-05-01T10:00:00.000Z",
} as const;

const line = {
  lineId: "1",
  sku: "tea",
  location: "berlin",
  quantity: 2,
  unitPriceMinor: 450,
  discountMinor: 0,
  taxMinor: 0,
  includedTaxMinor: 0,
  open: 2,
  reserved: 0,
  packed: 0,
  shipped: 0,
  delivered: 0,
  returned: 0,
  cancelled: 0,
};

export const view = {
  ...row,
  pricesIncludeTax: false,
  discountMinor: 0,
  shipping: null,
  dueMinor: row.totalMinor,
  lines: [line],
  reservationId: null,
  backorder: false,
  shortage: null,
  payment: null,
  fulfilments: [],
  shipments: [],
  returns: [],
  cancelCause: null,
  cancelReason: null,
};

/** The state of the order of `view`, as its actor gives it. */
export const state = {
  status: "Placed",
  customerId: row.customerId,
  currency: row.currency,
  fulfilment: row.fulfilment,
  channel: null,
  pricesIncludeTax: false,
  lines: [{ ...line, valueOrder: [[0, line.quantity]] }],
  discountMinor: 0,
  shipping: null,
  totalMinor: row.totalMinor,
  amendments: 0,
  shortageChoice: null,
  placedAt: row.placedAt,
  since: row.placedAt,
  updatedAt: row.updatedAt,
  reservation: null,
  reservationRound: 0,
  supersededIds: [],
  holds: [],
};

/** What an actor answers to a read of what nobody ever recorded. */
export const nothingRecorded: ReadAnswer = {
  error: { kind: "unknownStream", code: "UnknownStream", message: "nothing was ever recorded" },
};

/** What an actor answers to a read of the order of `view`. */
export const found: ReadAnswer = { ok: { streamId: "order-1", version: 1, state, updatedAt: row.updatedAt } };
