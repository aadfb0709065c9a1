import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import type { OpenReservation, StockItemState } from "./state.ts";
import { isUndistributed, maxEventsAtOnce } from "./supply.ts";

type Expiring = OpenReservation & { readonly expiresAt: string };

const expires = (reservation: OpenReservation): reservation is Expiring => reservation.expiresAt !== null;

/** Ends the reservations whose time has come, the one due first first; what one command cannot end is due again at once. */
export const expireReservations = (state: StockItemState, { at }: DecisionContext): Decision<StockItemEvent> => {
  if (state.status === "Unknown") return accept();
  const due = state.openReservations
    .filter(expires)
    .filter(({ expiresAt }) => expiresAt <= at)
    .toSorted((a, b) => (a.expiresAt < b.expiresAt ? -1 : Number(a.expiresAt > b.expiresAt)))
    .slice(0, maxEventsAtOnce);
  return accept(
    ...due.map(
      ({ reservationId, held }): StockItemEvent => ({
        type: "ReservationExpired",
        data: { reservationId, quantity: held },
      }),
    ),
  );
};

/** When the item has something to do by itself: units to hand on, which is due already, or a reservation that expires. */
export const nextWakeOfStockItem = (state: StockItemState): string | undefined => {
  if (state.status === "Unknown") return undefined;
  if (isUndistributed(state)) return state.updatedAt;
  let earliest: string | undefined;
  for (const { expiresAt } of state.openReservations) {
    if (expiresAt !== null && (earliest === undefined || expiresAt < earliest)) earliest = expiresAt;
  }
  return earliest;
};
