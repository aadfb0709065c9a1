import assert from "node:assert/strict";
import type { OrderCommand } from "../../../../actors/order/schemas.ts";
import type { OrderEvent } from "../../../../actors/order/events.ts";
import type { OrderState } from "../../../../actors/order/state.ts";

const messages = new Set<string>([
  "RecordAuthorisation",
  "RecordPaymentFailure",
  "RecordCapture",
  "RecordPick",
  "RecordPack",
  "RecordUnpack",
  "RecordDelivery",
  "RecordDeliveryFailure",
  "RecordRefund",
] satisfies OrderCommand["type"][]);

/** How far an order has come; a step that leads elsewhere counts as further. */
const ranks: Readonly<Record<string, number>> = {
  Placed: 0,
  AwaitingCustomer: 0,
  Reserved: 1,
  Authorised: 2,
  Fulfilling: 3,
  Returning: 4,
  Completed: 5,
  Cancelling: 6,
  Cancelled: 7,
  Rejected: 7,
  Expired: 7,
};

const over = new Set(["Withdrawn", "Cancelled", "Rejected", "Expired"]);

const deliveredIn = (state: OrderState): number =>
  "shipments" in state ? state.shipments.filter(({ status }) => status === "Delivered").length : 0;
const capturedIn = (state: OrderState): number =>
  "payment" in state && state.payment.status === "authorised" ? state.payment.capturedMinor : 0;

/** What a message brought never takes anything back that was known. */
const expectNoStepBack = (before: OrderState, after: OrderState): void => {
  assert.ok((ranks[after.status] ?? 0) >= (ranks[before.status] ?? 0), `${before.status} became ${after.status}`);
  assert.ok(deliveredIn(after) >= deliveredIn(before));
  if (after.status !== "Cancelling") assert.ok(capturedIn(after) >= capturedIn(before));
};

const withoutTime = (state: OrderState): object => ({ ...state, updatedAt: "" });

/** What must be true of what one command did. */
export const expectSoundStep = (
  type: string,
  before: OrderState,
  events: readonly OrderEvent[],
  after: OrderState,
): void => {
  if (messages.has(type) && before.status !== "NotPlaced") expectNoStepBack(before, after);
  if (events.some((event) => event.type === "MessageIgnored")) {
    assert.equal(events.length, 1);
    assert.deepEqual(withoutTime(after), withoutTime(before));
  }
  if (over.has(before.status)) assert.equal(after.status, before.status, "an order that is over is over");
  if (over.has(after.status) && before.status === "Cancelling") {
    assert.deepEqual(before.holds, [], "stock is still held");
    const { payment } = before;
    if (payment.status === "authorised")
      assert.equal(payment.capturedMinor + payment.voidedMinor, payment.authorisedMinor);
  }
  if (over.has(after.status) && before.status !== after.status && "fulfilment" in before) {
    assert.ok(before.fulfilment === "external" || before.status === "Cancelling", "a managed order ends by cancelling");
  }
  if ("shipments" in before && before.shipments.length > 0) {
    assert.ok("shipments" in after, "an order of which something is packed cannot be given up");
  }
};

/** What must be true of a whole history, told without the state that it adds up to. */
export const expectHistoryIsSound = (history: readonly OrderEvent[]): void => {
  const packed = new Set<string>();
  const captured = new Set<string>();
  const unpacked = new Set<string>();
  const waived = new Set<string>();
  const dispatched = new Set<string>();
  let isAuthorised = false;
  history.forEach((event, index) => {
    switch (event.type) {
      case "OrderPlaced":
        assert.equal(index, 0);
        break;
      case "OrderWithdrawn":
        assert.equal(index, 0);
        break;
      case "PaymentAuthorised":
        assert.ok(!isAuthorised, "authorised twice");
        isAuthorised = true;
        break;
      case "ShipmentPacked":
        assert.ok(isAuthorised, "packed before it is paid");
        assert.ok(!packed.has(event.data.shipmentId), "packed twice");
        packed.add(event.data.shipmentId);
        break;
      case "ShipmentUnpacked":
        assert.ok(packed.has(event.data.shipmentId), "unpacked before it is packed");
        assert.ok(!captured.has(event.data.shipmentId), "unpacked although it is paid");
        assert.ok(!dispatched.has(event.data.shipmentId), "unpacked although it has left");
        assert.ok(!unpacked.has(event.data.shipmentId), "unpacked twice");
        unpacked.add(event.data.shipmentId);
        break;
      case "PaymentCaptured":
        assert.ok(!unpacked.has(event.data.shipmentId), "captured although it is unpacked");
        assert.ok(packed.has(event.data.shipmentId), "captured before it is packed");
        assert.ok(!captured.has(event.data.shipmentId), "captured twice");
        assert.ok(!waived.has(event.data.shipmentId), "captured although it is waived");
        captured.add(event.data.shipmentId);
        break;
      case "CaptureWaived":
        assert.ok(dispatched.has(event.data.shipmentId), "waived before it has left");
        assert.ok(!captured.has(event.data.shipmentId), "waived although it is paid");
        assert.ok(!waived.has(event.data.shipmentId), "waived twice");
        waived.add(event.data.shipmentId);
        break;
      case "ShipmentDispatched":
        assert.ok(!unpacked.has(event.data.shipmentId), "dispatched although it is unpacked");
        assert.ok(packed.has(event.data.shipmentId), "dispatched before it is packed");
        assert.ok(!dispatched.has(event.data.shipmentId), "dispatched twice");
        dispatched.add(event.data.shipmentId);
        break;
      default:
        break;
    }
  });
};
