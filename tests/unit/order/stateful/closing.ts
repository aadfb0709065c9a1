import { cancellableUnits, isCancellable, isShipping, quantitiesOf } from "../../../../actors/order/lines.ts";
import type { OrderIn, OrderState, ShippingOrder } from "../../../../actors/order/state.ts";
import { liveMinorOf } from "../../../../actors/order/state/payment.ts";
import { cameBack } from "../../../../actors/order/state/shipment.ts";
import type { PackedShipment, Shipment } from "../../../../actors/order/state/shipment.ts";
import type { Sent } from "./steps.ts";

/** What becomes of what people cannot decide. */
export interface Fate {
  /** Whether captures succeed, or are declined for good. */
  readonly pays: boolean;
  /** Whether parcels arrive, or are lost for good. What a carrier told before a dispatch is right, or wrong. */
  readonly arrives: boolean;
}

const fromOutside = (type: string, fields: object): Sent => ({ type, fields, issuer: "outside" });
const fromProcessManager = (type: string, fields: object): Sent => ({ type, fields, issuer: "process-manager" });

const reason = "it has to end";

const givenBack = ({ holds, payment }: OrderIn<"Cancelling">): Sent => {
  const [held] = holds;
  if (held !== undefined) return fromProcessManager("ReleaseReservation", { reservationId: held.reservationId });
  return payment.status === "authorised" && liveMinorOf(payment) > 0
    ? fromProcessManager("VoidAuthorisation", { authorisationId: payment.authorisationId })
    : fromProcessManager("CompleteCancel", {});
};

const dispatchOf = ({ shipmentId }: Shipment): Sent =>
  fromOutside("DispatchShipment", { shipmentId, carrier: "Parcel Co", trackingNumber: "P 1" });

const unpaidAndPacked = (shipment: PackedShipment, { arrives }: Fate): Sent =>
  shipment.reported !== null && arrives
    ? dispatchOf(shipment)
    : fromOutside("RecordUnpack", { shipmentId: shipment.shipmentId });

const captureOf = (shipment: Shipment, fate: Fate): Sent | undefined => {
  const { shipmentId, capture, amountMinor } = shipment;
  switch (capture.status) {
    case "requested":
      return fate.pays
        ? fromOutside("RecordCapture", { shipmentId, captureId: `capture-${shipmentId}`, amountMinor })
        : fromOutside("RecordPaymentFailure", { shipmentId, code: "card-blocked", retryable: false });
    case "declined":
      if (fate.pays) return fromOutside("RequestCapture", { shipmentId });
      return shipment.status === "Packed"
        ? unpaidAndPacked(shipment, fate)
        : fromOutside("WaiveCapture", { shipmentId, reason });
    default:
      return undefined;
  }
};

/** All parcels that are under way: nobody can tell whose units are lost if only some are. */
const lostOf = (underWay: readonly Shipment[], { returns }: ShippingOrder): Sent => {
  const units = underWay.flatMap(({ lines }) =>
    lines.map(({ lineId, quantity, returned }) => ({ lineId, quantity: quantity - returned })),
  );
  const lines = [...quantitiesOf(units)]
    .filter(([, quantity]) => quantity > 0)
    .map(([lineId, quantity]) => ({ lineId, quantity, condition: "lost" }));
  return fromOutside("ReceiveReturn", { returnId: `lost-${returns.length}`, lines });
};

const goodsOf = (order: ShippingOrder, { arrives }: Fate): Sent | undefined => {
  const packed = order.shipments.find(({ status }) => status === "Packed");
  if (packed !== undefined) return dispatchOf(packed);
  const underWay = order.shipments.filter((shipment) => shipment.status !== "Delivered" && !cameBack(shipment));
  const [first] = underWay;
  if (first === undefined) return undefined;
  return arrives ? fromOutside("RecordDelivery", { shipmentId: first.shipmentId }) : lostOf(underWay, order);
};

const cancelOf = ({ lines }: ShippingOrder): Sent | undefined => {
  const left = lines.map((line) => ({ lineId: line.lineId, quantity: cancellableUnits(line) }));
  const some = left.filter(({ quantity }) => quantity > 0);
  return some.length === 0 ? undefined : fromOutside("RequestCancel", { reason, lines: some });
};

const moneyOf = ({ shipments }: ShippingOrder, fate: Fate): Sent | undefined => {
  for (const shipment of shipments) {
    const command = captureOf(shipment, fate);
    if (command !== undefined) return command;
  }
  return undefined;
};

const refundOf = ({ returns }: ShippingOrder): Sent | undefined => {
  for (const known of returns) {
    if (known.status !== "Received" || known.refund.status !== "requested") continue;
    const { refundId, amountMinor } = known.refund;
    return fromOutside("RecordRefund", { refundId, amountMinor });
  }
  return undefined;
};

/**
 * What people, and the systems that they ask, do next to bring an order to its end.
 *
 * @returns undefined if there is nothing left to do
 */
export const nextToClose = (state: OrderState, fate: Fate): Sent | undefined => {
  if (state.status === "Cancelling") return givenBack(state);
  if (isCancellable(state)) return fromOutside("RequestCancel", { reason });
  if (!isShipping(state) || state.status === "Completed") return undefined;
  return moneyOf(state, fate) ?? cancelOf(state) ?? goodsOf(state, fate) ?? refundOf(state);
};
