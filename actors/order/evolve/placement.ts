import type { OrderEventOf } from "../events.ts";
import type { OrderLine, OrderState } from "../state.ts";
import { naturalOrder } from "../value-order.ts";

type Terms = OrderEventOf<"OrderAmended">["data"] | OrderEventOf<"OrderPlaced">["data"];

/** The terms with nothing done about them yet. The rate of a tax is settled with the price and not needed any more. */
const freshTerms = ({ lines, discountMinor, shipping, pricesIncludeTax, totalMinor }: Terms) => ({
  lines: lines.map(
    (line): OrderLine => ({
      lineId: line.lineId,
      sku: line.sku,
      location: line.location,
      quantity: line.quantity,
      unitPriceMinor: line.unitPriceMinor,
      discountMinor: line.discountMinor,
      taxMinor: line.taxMinor,
      includedTaxMinor: line.includedTaxMinor,
      open: line.quantity,
      reserved: 0,
      packed: 0,
      shipped: 0,
      delivered: 0,
      returned: 0,
      cancelled: 0,
      valueOrder: naturalOrder(line.quantity),
    }),
  ),
  discountMinor,
  shipping:
    shipping === null
      ? null
      : {
          amountMinor: shipping.amountMinor,
          taxMinor: shipping.taxMinor,
          includedTaxMinor: shipping.includedTaxMinor,
        },
  pricesIncludeTax,
  totalMinor,
});

const noStock = { reservation: null, holds: [] };

export const placed = (state: OrderState, { data }: OrderEventOf<"OrderPlaced">, at: string): OrderState => {
  if (state.status !== "NotPlaced") return state;
  const { customerId, currency, fulfilment, channel } = data;
  return {
    status: "Placed",
    customerId,
    currency,
    fulfilment,
    channel,
    ...freshTerms(data),
    amendments: 0,
    shortageChoice: null,
    placedAt: at,
    since: at,
    updatedAt: at,
    ...noStock,
    reservationRound: 0,
    supersededIds: [],
  };
};

export const amended = (state: OrderState, { data }: OrderEventOf<"OrderAmended">, at: string): OrderState => {
  if (state.status !== "Placed" && state.status !== "AwaitingCustomer" && state.status !== "Reserved") return state;
  const { customerId, currency, fulfilment, channel, amendments, placedAt, reservationRound, reservation } = state;
  return {
    status: "Placed",
    customerId,
    currency,
    fulfilment,
    channel,
    ...freshTerms(data),
    amendments: amendments + 1,
    shortageChoice: null,
    placedAt,
    since: at,
    updatedAt: at,
    ...noStock,
    reservationRound,
    // The rounds of a managed order are counted, so that an old one is known without a list.
    supersededIds:
      fulfilment === "external" && reservation !== null
        ? [...state.supersededIds, reservation.reservationId]
        : state.supersededIds,
  };
};

export const withdrawn = (state: OrderState, { data }: OrderEventOf<"OrderWithdrawn">, at: string): OrderState =>
  state.status === "NotPlaced" ? { status: "Withdrawn", reason: data.reason, updatedAt: at } : state;
