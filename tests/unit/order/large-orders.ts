import type { OrderEvent } from "../../../actors/order/events.ts";
import * as example from "./examples.ts";

/** A paid order of so many lines, at one place. */
export function paidOrderOf(count: number, quantity: number): OrderEvent[] {
  const one = example.placedManaged;
  const [line] = one.type === "OrderPlaced" ? one.data.lines : [];
  if (one.type !== "OrderPlaced" || line === undefined) throw new Error("the example is a placement");
  const lines = Array.from({ length: count }, (_, index) => ({ ...line, lineId: `line-${index}`, quantity }));
  return [
    { ...one, data: { ...one.data, lines } },
    {
      type: "LinesReserved",
      data: { reservationId: "order-1~r1", lines: lines.map(({ lineId }) => ({ lineId, quantity, holds: [] })) },
    },
    example.authorised(),
  ];
}
