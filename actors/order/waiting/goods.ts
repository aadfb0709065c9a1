import { unreachable } from "../../kernel/decision.ts";
import type { ShippingOrder } from "../state.ts";
import type { OrderReturn } from "../state/return.ts";
import { cameBack, isSent } from "../state/shipment.ts";
import type { PackedShipment, Shipment } from "../state/shipment.ts";
import type { Wait } from "./wait.ts";

/** What goods that are packed wait for, on their way to the customer and back, and the money for them. */
export const shippingOf = ({ shipments, returns }: ShippingOrder): Wait[] => [
  ...shipments.flatMap(captureOf),
  ...shipments.flatMap(carriageOf),
  ...returns.flatMap(returnOf),
];

const captureOf = (shipment: Shipment): Wait[] => {
  const { shipmentId, capture, amountMinor } = shipment;
  switch (capture.status) {
    case "requested":
      return [
        {
          step: "capture",
          what: `The payment provider has to capture ${amountMinor} minor units for shipment ${shipmentId}.`,
          since: capture.requestedAt,
        },
      ];
    case "declined":
      return [
        {
          step: "capture-retry",
          what: `The capture for shipment ${shipmentId} was declined (${capture.code}): RequestCapture asks again, ${isSent(shipment) ? "WaiveCapture writes it off" : "RecordUnpack takes it apart"}.`,
          since: capture.declinedAt,
        },
      ];
    case "captured":
    case "waived":
      return [];
    default:
      return unreachable(capture);
  }
};

const dispatchOf = ({ shipmentId, reported }: PackedShipment): string =>
  reported === null
    ? `Shipment ${shipmentId} has to be dispatched.`
    : `A carrier has told of shipment ${shipmentId} already; its dispatch has to be told.`;

const carriageOf = (shipment: Shipment): Wait[] => {
  const { shipmentId } = shipment;
  switch (shipment.status) {
    case "Packed":
      // A packed shipment whose money is not there waits for that.
      return shipment.capture.status === "captured"
        ? [{ step: "dispatch", what: dispatchOf(shipment), since: shipment.packedAt }]
        : [];
    case "Dispatched":
      return cameBack(shipment)
        ? []
        : [
            {
              step: "delivery",
              what: `${shipment.carrier} has to deliver shipment ${shipmentId}.`,
              since: shipment.dispatchedAt,
            },
          ];
    case "Failed":
      return cameBack(shipment)
        ? []
        : [
            {
              step: "redelivery",
              what: `${shipment.carrier} has to deliver shipment ${shipmentId} after ${shipment.failures} failures, or bring it back.`,
              since: shipment.failedAt,
            },
          ];
    case "Delivered":
      return [];
    default:
      return unreachable(shipment);
  }
};

const returnOf = (known: OrderReturn): Wait[] => {
  const { returnId } = known;
  switch (known.status) {
    case "Requested":
      return [{ step: "return-decision", what: `Return ${returnId} has to be decided.`, since: known.requestedAt }];
    case "Approved":
      return [{ step: "return-receipt", what: `Return ${returnId} has to come back.`, since: known.approvedAt }];
    case "Declined":
      return [];
    case "Received":
      // One that is awaited waits for the capture of a shipment, which is told there.
      return known.refund.status === "requested"
        ? [
            {
              step: "refund",
              what: `The payment provider has to pay ${known.refund.amountMinor} minor units back as ${known.refund.refundId}.`,
              since: known.refund.requestedAt,
            },
          ]
        : [];
    default:
      return unreachable(known);
  }
};
