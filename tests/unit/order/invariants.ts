import { expect } from "@jest/globals";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { valueMinorOf } from "../../../actors/order/schemas.ts";
import type { OrderState, PlacedOrder } from "../../../actors/order/state.ts";

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const expectLinesAddUp = ({ lines, totalMinor }: PlacedOrder): void => {
  for (const line of lines) {
    expect(line.open + line.reserved + line.shipped + line.cancelled).toBe(line.quantity);
    expect(Math.min(line.open, line.reserved, line.shipped, line.delivered, line.cancelled)).toBeGreaterThanOrEqual(0);
    expect(line.delivered).toBeLessThanOrEqual(line.shipped);
  }
  expect(valueMinorOf(lines)).toBe(totalMinor);
  expect(Number.isSafeInteger(totalMinor)).toBe(true);
};

const expectMoneyAddsUp = (order: PlacedOrder): void => {
  if (!("payment" in order)) return;
  expect(order.payment.authorisedMinor).toBe(order.totalMinor);
  expect(order.payment.capturedMinor).toBeLessThanOrEqual(order.payment.authorisedMinor);
  expect(order.payment.capturedMinor).toBe(valueMinorOf(order.lines.filter((line) => line.shipped > 0)));
};

/** What must be true of an order between any two commands. */
export const expectOrderInvariants = (order: OrderState): void => {
  if (order.status === "NotPlaced") return;
  expectLinesAddUp(order);
  expectMoneyAddsUp(order);
  const shipped = sum(order.lines.map((line) => line.shipped));
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
      expect(order.lines.every((line) => line.open === line.quantity)).toBe(true);
      break;
    case "Reserved":
    case "Authorised":
      expect(order.lines.every((line) => line.reserved === line.quantity)).toBe(true);
      break;
    case "Fulfilling":
      expect(shipped).toBeGreaterThan(0);
      expect(sum(order.shipments.map((shipment) => shipment.amountMinor))).toBe(order.payment.capturedMinor);
      break;
    case "Completed":
      expect(order.lines.every((line) => line.delivered === line.quantity)).toBe(true);
      expect(order.payment.capturedMinor).toBe(order.totalMinor);
      break;
    case "Cancelling":
      expect(shipped).toBe(0);
      break;
    case "Cancelled":
      expect(order.lines.every((line) => line.cancelled === line.quantity)).toBe(true);
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
    expect(types.filter((other) => other === type).length).toBeLessThanOrEqual(1);
  }
  if (types.includes("ShipmentDispatched")) {
    expect(types).toEqual(expect.arrayContaining(["LinesReserved", "PaymentAuthorised"]));
    expect(types.indexOf("PaymentAuthorised")).toBeLessThan(types.indexOf("ShipmentDispatched"));
    expect(types).not.toContain("OrderCancelled");
    expect(types).not.toContain("CancellationRequested");
  }
  const sentLineIds = history.flatMap((event) => (event.type === "ShipmentDispatched" ? event.data.lineIds : []));
  expect(new Set(sentLineIds).size).toBe(sentLineIds.length);
  const last = types.findIndex((type) => type === "OrderCompleted" || type === "OrderCancelled");
  if (last !== -1) expect(last).toBe(types.length - 1);
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
    expect(history[index - 1]).toEqual({ type: "PaymentCaptured", data: { shipmentId, amountMinor } });
  });
  const counted = (type: OrderEvent["type"]): number => typesIn(history).filter((other) => other === type).length;
  expect(counted("PaymentCaptured")).toBe(counted("ShipmentDispatched"));
};
