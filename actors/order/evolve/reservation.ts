import { stockStreamId } from "../../kernel/stream-id.ts";
import type { OrderEventOf } from "../events.ts";
import { changeLines, quantitiesOf } from "../lines.ts";
import type { Hold, OrderIn, OrderLine, OrderState, Reservation, Shortage } from "../state.ts";

type Reservable = OrderIn<"Placed" | "AwaitingCustomer">;
type ReservedLines = Exclude<OrderEventOf<"LinesReserved">["data"]["lines"], "all">;

export const reservationRequested = (
  state: OrderState,
  { data }: OrderEventOf<"ReservationRequested">,
  at: string,
): OrderState =>
  state.status === "Placed"
    ? {
        ...state,
        reservation: {
          reservationId: data.reservationId,
          backorder: data.backorder,
          requestedAt: at,
          lines: data.lines.map(({ lineId, quantity }) => ({ lineId, requested: quantity, reserved: 0 })),
        },
        reservationRound: state.reservationRound + 1,
        updatedAt: at,
      }
    : state;

/** Everything that is open, at the stock item of its line, or nowhere if the stock is kept elsewhere. */
const allOpen = ({ lines, fulfilment }: Reservable): ReservedLines =>
  lines.flatMap(({ lineId, open, sku, location }) =>
    open === 0
      ? []
      : [
          {
            lineId,
            quantity: open,
            holds: fulfilment === "managed" ? [{ stockItemId: stockStreamId(sku, location), quantity: open }] : [],
          },
        ],
  );

/**
 * A reservation that nobody requested: what was open when it was recorded is what it was for. Its customer may have chosen to wait
 * before anything of it was there.
 */
const unrequested = (reservationId: string, { lines, shortageChoice }: Reservable, at: string): Reservation => ({
  reservationId,
  backorder: shortageChoice === "wait",
  requestedAt: at,
  lines: lines.flatMap(({ lineId, open }) => (open === 0 ? [] : [{ lineId, requested: open, reserved: 0 }])),
});

const addHolds = (holds: readonly Hold[], reservationId: string, lines: ReservedLines): Hold[] => {
  const all = [...holds];
  for (const { lineId, holds: added } of lines) {
    for (const { stockItemId, quantity } of added) {
      const index = all.findIndex(
        (hold) => hold.reservationId === reservationId && hold.lineId === lineId && hold.stockItemId === stockItemId,
      );
      const known = all[index];
      if (known === undefined) all.push({ reservationId, lineId, stockItemId, quantity });
      else all[index] = { ...known, quantity: known.quantity + quantity };
    }
  }
  return all;
};

/** An order without open units is reserved; one that waits for its customer waits for what is still missing. */
export const settleReservation = (state: Reservable, at: string): OrderState => {
  const isReserved = state.lines.every(({ open }) => open === 0) && state.lines.some(({ reserved }) => reserved > 0);
  if (isReserved) {
    return { ...withoutShortage(state), status: "Reserved", payment: { status: "none" }, since: at, updatedAt: at };
  }
  if (state.status === "Placed") return { ...state, updatedAt: at };
  return { ...state, shortage: stillMissing(state), updatedAt: at };
};

/** An order that waits for its customer no more, or never did. */
const withoutShortage = (order: Reservable & { readonly shortage?: Shortage }) => {
  const { shortage: _, ...rest } = order;
  return rest;
};

const stillMissing = ({ shortage, lines }: OrderIn<"AwaitingCustomer">): Shortage => {
  const open = new Map(lines.map((line) => [line.lineId, line.open]));
  return {
    lines: shortage.lines.flatMap(({ lineId, missing }) => {
      const left = Math.min(missing, open.get(lineId) ?? 0);
      return left === 0 ? [] : [{ lineId, missing: left }];
    }),
  };
};

export const linesReserved = (state: OrderState, { data }: OrderEventOf<"LinesReserved">, at: string): OrderState => {
  if (state.status !== "Placed" && state.status !== "AwaitingCustomer") return state;
  const { reservationId } = data;
  const reservation = state.reservation ?? unrequested(reservationId, state, at);
  if (reservation.reservationId !== reservationId) return state;
  const added = data.lines === "all" ? allOpen(state) : data.lines;
  const quantities = quantitiesOf(added);
  return settleReservation(
    {
      ...state,
      lines: changeLines(state.lines, added, ({ open, reserved }, quantity) => {
        const moved = Math.min(open, quantity);
        return { open: open - moved, reserved: reserved + moved };
      }),
      reservation: {
        ...reservation,
        lines: reservation.lines.map((line) => ({
          ...line,
          reserved: line.reserved + (quantities.get(line.lineId) ?? 0),
        })),
      },
      holds: addHolds(state.holds, reservationId, added),
    },
    at,
  );
};

type ByStockItem = Extract<OrderEventOf<"ShortageRaised">["data"]["lines"], { stockItems: unknown }>;

/** Shares what a stock item was short of among the lines that asked for it; the last lines miss it first. */
const missingByLine = ({ stockItems }: ByStockItem, lines: readonly OrderLine[]): Shortage["lines"] => {
  const missing = new Map(
    stockItems.map(({ sku, location, requested, available }) => [
      stockStreamId(sku, location),
      Math.max(0, requested - available),
    ]),
  );
  return lines
    .toReversed()
    .flatMap(({ lineId, sku, location, open }) => {
      const item = stockStreamId(sku, location);
      const units = Math.min(open, missing.get(item) ?? 0);
      if (units === 0) return [];
      missing.set(item, (missing.get(item) ?? 0) - units);
      return [{ lineId, missing: units }];
    })
    .toReversed();
};

export const shortageRaised = (
  state: OrderState,
  { data: { lines } }: OrderEventOf<"ShortageRaised">,
  at: string,
): OrderState => {
  if (state.status !== "Placed") return state;
  const shortage = { lines: "stockItems" in lines ? missingByLine(lines, state.lines) : lines };
  return { ...state, status: "AwaitingCustomer", shortage, shortageChoice: null, since: at, updatedAt: at };
};

export const shortageResolved = (
  state: OrderState,
  { data }: OrderEventOf<"ShortageResolved">,
  at: string,
): OrderState => {
  if (state.status !== "AwaitingCustomer") return state;
  const { reservation } = state;
  return {
    ...withoutShortage(state),
    status: "Placed",
    shortageChoice: data.choice,
    // What an external order goes on waiting for comes under the reservation that it has.
    reservation: reservation !== null && data.choice === "wait" ? { ...reservation, backorder: true } : reservation,
    since: at,
    updatedAt: at,
  };
};

export const reservationReleased = (
  state: OrderState,
  { data }: OrderEventOf<"ReservationReleased">,
  at: string,
): OrderState => {
  if (state.status !== "Cancelling") return state;
  return {
    ...state,
    lines: changeLines(state.lines, data.lines, ({ open, reserved }, quantity) => {
      const moved = Math.min(reserved, quantity);
      return { open: open + moved, reserved: reserved - moved };
    }),
    holds: state.holds.filter(({ reservationId }) => reservationId !== data.reservationId),
    updatedAt: at,
  };
};
