import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";

type Book = Extract<Task, { kind: "book" }>;
type Commit = Extract<Task, { kind: "commit" }>;

/**
 * Whether a carrier told of a shipment before it was paid for, and so before it could be booked. What it tells later may come
 * of a booking by an earlier run that died over it.
 */
const isWithCarrier = async (run: Run, orderId: string, shipmentId: string): Promise<boolean> => {
  const before = await run.readOrderEvents(orderId, run.eventVersion);
  return before.some(({ type, data }) => type === "DeliveryReportedEarly" && data.shipmentId === shipmentId);
};

/**
 * Books the transport of a packed shipment, and dispatches it.
 *
 * One that a carrier has already, as it told, is not booked with another: whoever gave it away has to say to whom.
 *
 * A carrier that refuses leaves the shipment packed: somebody has to find another carrier and dispatch it by hand, which
 * the order takes from anyone. A dispatch that is refused was made by hand already.
 */
export const bookShipment = async (run: Run, { orderId, shipmentId, lines, isReported }: Book): Promise<void> => {
  if (isReported && (await isWithCarrier(run, orderId, shipmentId))) {
    run.report(`shipment ${shipmentId} is with a carrier already: its dispatch has to be told`);
    return;
  }
  const booked = await run.ship(async (carrier) => carrier.book({ orderId, shipmentId, lines }));
  hitFailpoint("pm-after-book", orderId);
  if (booked.status === "refused") {
    run.report(`the carrier refuses shipment ${shipmentId}: ${booked.code}`);
    return;
  }
  const { carrier, trackingNumber } = booked;
  await run.drive("Order", orderId, {
    step: "dispatch",
    type: "DispatchShipment",
    data: { shipmentId, carrier, trackingNumber },
  });
  hitFailpoint("pm-after-record", orderId);
};

/** Takes what has left out of stock. */
export const commitShipment = async (
  run: Run,
  orderId: string,
  { commitId, units }: Omit<Commit, "kind">,
): Promise<void> => {
  for (const { reservationId, stockItemId, quantity } of units) {
    // Refused, it parks the order: the goods are gone, and the books of the item say otherwise.
    await run.drive("StockItem", stockItemId, {
      step: `commit-${roundOf(reservationId)}`,
      type: "CommitStock",
      data: { reservationId, commitId, quantity },
    });
    hitFailpoint("pm-after-commit", orderId);
  }
};
