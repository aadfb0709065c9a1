import type { OrderEvent } from "../../../actors/order/events.ts";
import type { SaleCommand } from "../../../actors/order/sale/schemas.ts";
import type { OrderCommand, OrderProperCommand } from "../../../actors/order/schemas.ts";
import type { DecisionExamples } from "../../support/decision-table.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import { recordCash, recordSale, saleHistories, saleId, voidSale } from "./sale/examples.ts";

const amended = { ...example.lines[0], lineId: "line-1", quantity: 1 };

/** An example of every command by its type, and of further kinds of a command by its type and what kind it is. */
type Examples<Command extends OrderCommand> = Readonly<Record<Command["type"], Command> & Record<string, Command>>;

/** An example of every command of an order; all are about the first shipment, the first reservation and the first return. */
export const orderExamples = {
  PlaceOrder: example.placeManaged,
  AmendOrder: {
    type: "AmendOrder",
    lines: [{ ...amended, sku: "cup", location: "berlin", unitPriceMinor: 250, discountMinor: 0, taxRatePpm: 0 }],
    discountMinor: 0,
    pricesIncludeTax: false,
  },
  ConfirmShortage: example.confirm("accept"),
  "ConfirmShortage (wait)": example.confirm("wait"),
  ExpireOrder: example.expire,
  RecordReservation: example.recordAll,
  RejectReservation: example.rejectReservation,
  ReleaseReservation: example.release(),
  RequestAuthorisation: example.requestPayment,
  RecordAuthorisation: example.authorise(),
  RecordPaymentFailure: example.decline(true),
  "RecordPaymentFailure (final)": example.decline(false),
  "RecordPaymentFailure (capture)": example.declineCapture("shipment-1"),
  RequestCapture: example.requestCapture("shipment-1"),
  RecordCapture: example.capture("shipment-1", 750),
  WaiveCapture: example.waiveCapture("shipment-1"),
  VoidAuthorisation: example.voidPayment,
  PlanFulfilment: example.plan,
  RecordPick: example.pick(3, 0),
  "RecordPick (with its id)": { ...example.pick(3, 0), pickId: "pick-1" },
  RecordPack: example.pack("shipment-1", 3, 0),
  RecordUnpack: example.unpack("shipment-1"),
  DispatchShipment: example.dispatch("shipment-1"),
  RecordDelivery: example.deliver("shipment-1"),
  RecordDeliveryFailure: example.failDelivery("shipment-1"),
  RequestCancel: example.requestCancel,
  "RequestCancel (lines)": example.cancelUnits(0, 1),
  CompleteCancel: example.completeCancel,
  RequestReturn: example.requestReturn("return-1", 1, 0),
  ApproveReturn: example.approveReturn("return-1"),
  DeclineReturn: example.declineReturn("return-1"),
  ReceiveReturn: example.receiveReturn("return-1", 1, 0),
  RecordRefund: example.refund("return-1", 250),
} satisfies Examples<OrderProperCommand>;

export const saleExamples = {
  RecordSale: recordSale,
  RecordTender: recordCash,
  VoidSale: voidSale,
} satisfies Examples<SaleCommand>;

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
  commands: Object.fromEntries(
    Object.entries<OrderCommand>({ ...orderExamples, ...saleExamples }).map(([name, command]) => [name, { command }]),
  ),
};
