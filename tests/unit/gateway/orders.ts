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
  currency: "EUR",
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
  open: 2,
  reserved: 0,
  shipped: 0,
  delivered: 0,
  cancelled: 0,
};

export const view = {
  ...row,
  lines: [line],
  shortage: null,
  reservationId: null,
  payment: null,
  shipments: [],
  cancelReason: null,
};

/** The state of the order of `view`, as its actor gives it. */
export const state = {
  status: "Placed",
  customerId: row.customerId,
  currency: row.currency,
  fulfilment: row.fulfilment,
  lines: [line],
  totalMinor: row.totalMinor,
  placedAt: row.placedAt,
  updatedAt: row.updatedAt,
};

/** What an actor answers to a read of what nobody ever recorded. */
export const nothingRecorded: ReadAnswer = {
  error: { kind: "unknownStream", code: "UnknownStream", message: "nothing was ever recorded" },
};

/** What an actor answers to a read of the order of `view`. */
export const found: ReadAnswer = { ok: { streamId: "order-1", version: 1, state, updatedAt: row.updatedAt } };
