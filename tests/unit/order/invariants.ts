import assert from "node:assert/strict";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { valueMinorOf } from "../../../actors/order/schemas.ts";
import type { OrderState, PlacedOrder } from "../../../actors/order/state.ts";

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const expectLinesAddUp = ({ lines, totalMinor }: PlacedOrder): void => {
  for (const line of lines) {
    assert.equal(line.open + line.reserved + line.shipped + line.cancelled, line.quantity);
    assert.ok(Math.min(line.open, line.reserved, line.shipped, line.delivered, line.cancelled) >= 0);
    assert.ok(line.delivered <= line.shipped);
  }
  assert.equal(valueMinorOf(lines), totalMinor);
  assert.ok(Number.isSafeInteger(totalMinor));
};

const expectMoneyAddsUp = (order: PlacedOrder): void => {
  if (!("payment" in order)) return;
  assert.equal(order.payment.authorisedMinor, order.totalMinor);
  assert.ok(order.payment.capturedMinor <= order.payment.authorisedMinor);
  assert.equal(order.payment.capturedMinor, valueMinorOf(order.lines.filter((line) => line.shipped > 0)));
};

/**
 * What must be true of an order between any two commands. Plain assertions, since they run very often and those of jest
 * cost more than all that they look at.
 */
export const expectOrderInvariants = (order: OrderState): void => {
  if (order.status === "NotPlaced") return;
  expectLinesAddUp(order);
  expectMoneyAddsUp(order);
  const shipped = sum(order.lines.map((line) => line.shipped));
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
      assert.ok(order.lines.every((line) => line.open === line.quantity));
      break;
    case "Reserved":
    case "Authorised":
      assert.ok(order.lines.every((line) => line.reserved === line.quantity));
      break;
    case "Fulfilling":
      assert.ok(shipped > 0);
      assert.equal(sum(order.shipments.map((shipment) => shipment.amountMinor)), order.payment.capturedMinor);
      break;
    case "Completed":
      assert.ok(order.lines.every((line) => line.delivered === line.quantity));
      assert.equal(order.payment.capturedMinor, order.totalMinor);
      break;
    case "Cancelling":
      assert.equal(shipped, 0);
      break;
    case "Cancelled":
      assert.ok(order.lines.every((line) => line.cancelled === line.quantity));
      break;
    default:
      throw new Error(`no invariants are written down for ${JSON.stringify(order)}`);
  }
};

const typesIn = (history: readonly OrderEvent[]): string[] => history.map((event) => event.type);

/** What must be true of a whole history, told without the state that it adds up to. */
export const expectHistoryIsSound = (history: readonly OrderEvent[]): void => {
  const types = typesIn(history);
  const once = ["OrderPlaced", "LinesReserved", "ShortageRaised", "PaymentAuthorised", "OrderCompleted"];
  for (const type of [...once, "CancellationRequested", "OrderCancelled"]) {
    assert.ok(types.filter((other) => other === type).length <= 1, `${type} happened twice`);
  }
  if (types.includes("ShipmentDispatched")) {
    assert.ok(types.includes("LinesReserved"));
    assert.ok(types.includes("PaymentAuthorised"));
    assert.ok(types.indexOf("PaymentAuthorised") < types.indexOf("ShipmentDispatched"));
    assert.ok(!types.includes("OrderCancelled"));
    assert.ok(!types.includes("CancellationRequested"));
  }
  const sentLineIds = history.flatMap((event) => (event.type === "ShipmentDispatched" ? event.data.lineIds : []));
  assert.equal(new Set(sentLineIds).size, sentLineIds.length);
  const last = types.findIndex((type) => type === "OrderCompleted" || type === "OrderCancelled");
  if (last !== -1) assert.equal(last, types.length - 1);
  expectCapturesMatchShipments(history);
};

/** Every shipment is captured once, right before it is dispatched, by the value of its lines. */
const expectCapturesMatchShipments = (history: readonly OrderEvent[]): void => {
  const [placed] = history;
  const lines = placed?.type === "OrderPlaced" ? placed.data.lines : [];
  history.forEach((event, index) => {
    if (event.type !== "ShipmentDispatched") return;
    const { shipmentId, lineIds } = event.data;
    const amountMinor = valueMinorOf(lines.filter((line) => lineIds.includes(line.lineId)));
    assert.deepEqual(history[index - 1], { type: "PaymentCaptured", data: { shipmentId, amountMinor } });
  });
  const counted = (type: OrderEvent["type"]): number => typesIn(history).filter((other) => other === type).length;
  assert.equal(counted("PaymentCaptured"), counted("ShipmentDispatched"));
};
