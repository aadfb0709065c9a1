/**
 * The order that a reservation was made for, or undefined if it is no reservation of a managed order. The reservation of an
 * order of the first kind has the order's own id.
 */
export const orderOfReservation = (reservationId: string): string | undefined =>
  /^(?<orderId>[^~]+)(?:~r\d+)?$/.exec(reservationId)?.groups?.["orderId"];

/** What tells reservations of one order apart, as part of the name of a step. */
export const roundOf = (reservationId: string): string =>
  /~(?<round>[a-z]\d+)$/.exec(reservationId)?.groups?.["round"] ?? "r0";
