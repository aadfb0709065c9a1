import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";
import type { DecisionExamples } from "../../support/decision-table.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import { recordCash, recordSale, saleHistories, saleId, voidSale } from "./sale/examples.ts";

const amended = { ...example.lines[0], lineId: "line-1", quantity: 1 };

const of = <Command>(command: Command) => ({ command });

/** An example of every command; all are about the first shipment, the first reservation and the first return. */
const commands = {
  PlaceOrder: of(example.placeManaged),
  AmendOrder: of({
    type: "AmendOrder",
    lines: [{ ...amended, sku: "cup", location: "berlin", unitPriceMinor: 250, discountMinor: 0, taxRatePpm: 0 }],
    discountMinor: 0,
    pricesIncludeTax: false,
  }),
  ConfirmShortage: of(example.confirm("accept")),
  ExpireOrder: of(example.expire),
  RecordReservation: of(example.recordAll),
  RejectReservation: of(example.rejectReservation),
  ReleaseReservation: of(example.release()),
  RequestAuthorisation: of(example.requestPayment),
  RecordAuthorisation: of(example.authorise()),
  RecordPaymentFailure: of(example.decline(true)),
  "RecordPaymentFailure (final)": of(example.decline(false)),
  "RecordPaymentFailure (capture)": of(example.declineCapture("shipment-1")),
  RequestCapture: of(example.requestCapture("shipment-1")),
  RecordCapture: of(example.capture("shipment-1", 750)),
  VoidAuthorisation: of(example.voidPayment),
  PlanFulfilment: of(example.plan),
  RecordPick: of(example.pick(3, 0)),
  RecordPack: of(example.pack("shipment-1", 3, 0)),
  RecordUnpack: of(example.unpack("shipment-1")),
  DispatchShipment: of(example.dispatch("shipment-1")),
  RecordDelivery: of(example.deliver("shipment-1")),
  RecordDeliveryFailure: of(example.failDelivery("shipment-1")),
  RequestCancel: of(example.requestCancel),
  "RequestCancel (lines)": of(example.cancelUnits(0, 1)),
  CompleteCancel: of(example.completeCancel),
  RequestReturn: of(example.requestReturn("return-1", 1, 0)),
  ApproveReturn: of(example.approveReturn("return-1")),
  DeclineReturn: of(example.declineReturn("return-1")),
  ReceiveReturn: of(example.receiveReturn("return-1", 1, 0)),
  RecordRefund: of(example.refund("return-1", 250)),
  RecordSale: of(recordSale),
  RecordTender: of(recordCash),
  VoidSale: of(voidSale),
} satisfies Record<string, { readonly command: OrderCommand }>;

/** Sales have streams of their own, and so has what nothing is known of but that only a sale can be it. */
const ofSales = Object.entries<readonly OrderEvent[]>(saleHistories).map(
  ([name, history]): [string, readonly OrderEvent[]] =>
    history.length === 0 ? ["NotPlaced, id of a sale", history] : [name, history],
);
const saleNames = new Set(ofSales.map(([name]) => name));

/** What the table of an order's decisions is made of. */
export const orderDecisionExamples: DecisionExamples<OrderCommand, OrderEvent> = {
  streamIdIn: (state) => (saleNames.has(state) ? saleId : example.orderId),
  states: { ...histories, ...Object.fromEntries(ofSales) },
  commands,
};
