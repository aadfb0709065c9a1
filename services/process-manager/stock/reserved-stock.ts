import { openReservationOf, unitsGiven, type OpenReservation } from "../../../actors/stock-item/state.ts";
import { StepLeft } from "../attempts.ts";
import { refusalOf, type Driven, type Run } from "../run.ts";

export interface StockRequest {
  readonly orderId: string;
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  /** `partial`: what is there; `backorder`: what is there, and the rest is waited for. */
  readonly mode: "partial" | "backorder";
  readonly expiresAt?: string;
  /** Shards that may give something: what others have counts as missing. Without it all may. */
  readonly places?: number;
}

/** What an item, or a shard of one, has for a request. */
export interface StockHold {
  readonly stockItemId: string;
  /** The units of it that the request counts on. */
  readonly quantity: number;
  /** All that it holds under the reservation: more, if an earlier run that knew less asked it for more. */
  readonly held: number;
}

/** What is counted on now; that and the missing units add up to what was asked for. */
export interface StockTaken {
  readonly holds: readonly StockHold[];
  readonly missing: number;
}

/** What became of a request to one item, or one shard. */
export type Requested =
  /** It got so much, and maybe all it asked for. */
  | { readonly kind: "reserved"; readonly quantity: number; readonly isAll: boolean }
  /** It holds nothing, at least not yet. */
  | { readonly kind: "nothing" }
  /** The reservation is there from an earlier request that was another one: what it holds stands in the item. */
  | { readonly kind: "known" }
  /** The stock is in the shards of the item. */
  | { readonly kind: "sharded" };

/** The reservation that an item, or a shard of one, has open under this id now. */
export const openReservationAt = async (
  run: Run,
  stockItemId: string,
  reservationId: string,
): Promise<OpenReservation | undefined> => {
  const { state: item } = await run.readStockItem(stockItemId);
  return item.status === "Unknown" ? undefined : openReservationOf(item, reservationId);
};

const excessPrefix = "excess-";

/** Names a release of what nobody counts on: once for all that a reservation was ever given. */
export const excessReleaseId = (open: OpenReservation): string => `${excessPrefix}${unitsGiven(open)}`;

/** All that a reservation was ever given, without what was given back since nobody counts on it. */
export const keptUnits = (open: OpenReservation): number =>
  open.parts
    .filter(({ kind, id }) => kind === "release" && id.startsWith(excessPrefix))
    .reduce((kept, { quantity }) => kept - quantity, unitsGiven(open));

/**
 * Asks one item, or one shard, for stock.
 *
 * @throws StepLeft if it refuses for another reason than that it has none: for now it is full, for example
 */
export const requestStock = async (
  run: Run,
  stockItemId: string,
  step: string,
  { reservationId, quantity, mode, expiresAt }: Pick<StockRequest, "reservationId" | "quantity" | "mode" | "expiresAt">,
): Promise<Requested> => {
  const driven = await run.drive("StockItem", stockItemId, {
    // The expiry follows from settings. Under others it is another command, whose outcome must not be that of the first.
    step: expiresAt === undefined ? step : `${step}-until-${expiresAt}`,
    type: "ReserveStock",
    data: { reservationId, quantity, mode, ...(expiresAt === undefined ? {} : { expiresAt }) },
  });
  if (driven.accepted) return reservedBy(run, stockItemId, driven);
  switch (driven.code) {
    case "StockItemSharded":
      return { kind: "sharded" };
    case "ReservationEnded":
      return { kind: "nothing" };
    case "ReservationMismatch":
      return { kind: "known" };
    default:
      throw new StepLeft(`${stockItemId} takes no reservation: ${refusalOf(driven)}`);
  }
};

/** What a reservation got. It stands in the event: the state may say less by now, since some of it has left again. */
const reservedBy = async (
  run: Run,
  stockItemId: string,
  { events }: Extract<Driven, { accepted: true }>,
): Promise<Requested> => {
  if (events.length === 0) return { kind: "known" };
  const found = events.find(({ type }) => type === "StockReserved" || type === "StockPartlyReserved");
  if (found === undefined) return { kind: "nothing" };
  const event = await run.readStockItemEvent(stockItemId, found.version);
  return event.type === "StockReserved" || event.type === "StockPartlyReserved"
    ? { kind: "reserved", quantity: event.data.quantity, isAll: event.type === "StockReserved" }
    : { kind: "nothing" };
};
