import assert from "node:assert/strict";
import { orderBounds } from "../../../../actors/order/state.ts";
import type { OrderState, PlacedOrder, ShippingOrder, StockedOrder } from "../../../../actors/order/state.ts";
import { worth } from "./plausible.ts";

type Line = PlacedOrder["lines"][number];

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const bigSum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
const ofLine = (units: readonly { lineId: string; quantity: number }[], lineId: string): number =>
  sum(units.filter((one) => one.lineId === lineId).map(({ quantity }) => quantity));

/** The order in which the units of a line are paid for has each of them once. */
const expectEveryPlaceOnce = ({ valueOrder, quantity }: Line): void => {
  let next = 0;
  for (const [first, count] of valueOrder.toSorted(([a], [b]) => a - b)) {
    assert.ok(first === next && count > 0);
    next += count;
  }
  assert.equal(next, quantity);
};

/** Per line, every unit is in exactly one place, and none is where it cannot be. */
const expectUnitsAddUp = ({ lines }: PlacedOrder): void => {
  for (const line of lines) {
    const { quantity, open, reserved, packed, shipped, delivered, returned, cancelled } = line;
    assert.equal(open + reserved + shipped + cancelled, quantity);
    assert.ok(Math.min(open, reserved, packed, shipped, delivered, returned, cancelled) >= 0);
    assert.ok(shipped <= packed && packed <= shipped + reserved);
    assert.ok(delivered <= shipped && returned <= shipped);
    expectEveryPlaceOnce(line);
  }
};

const shippingMinor = ({ shipping }: PlacedOrder): bigint =>
  BigInt(shipping?.amountMinor ?? 0) + BigInt(shipping?.taxMinor ?? 0);

/** total = lines + tax + shipping − discounts, in integers that are exact. */
const expectTotal = (order: PlacedOrder): void => {
  const lines = order.lines.map(
    (line) => BigInt(line.quantity) * BigInt(line.unitPriceMinor) - BigInt(line.discountMinor) + BigInt(line.taxMinor),
  );
  assert.equal(bigSum(lines) + shippingMinor(order), BigInt(order.totalMinor));
  assert.ok(Number.isSafeInteger(order.totalMinor));
  assert.ok(lines.every((line) => line >= 0n));
  assert.ok(sum(order.lines.map((line) => line.discountMinor)) >= order.discountMinor);
};

/** What stock items hold is what is reserved, line by line; of an external order they hold nothing. */
const expectHolds = (order: StockedOrder): void => {
  if (order.fulfilment === "external") {
    assert.deepEqual(order.holds, []);
    return;
  }
  for (const { lineId, sku, location, reserved } of order.lines) {
    const holds = order.holds.filter((hold) => hold.lineId === lineId);
    assert.equal(ofLine(holds, lineId), reserved);
    assert.ok(holds.every(({ stockItemId }) => `${stockItemId}~`.startsWith(`${sku}~${location}~`)));
  }
  assert.ok(order.holds.every(({ quantity }) => quantity > 0));
  assert.equal(
    new Set(order.holds.map((h) => JSON.stringify([h.reservationId, h.lineId, h.stockItemId]))).size,
    order.holds.length,
  );
  assert.ok(order.holds.length <= orderBounds.holds);
  for (const { requested, reserved } of order.reservation?.lines ?? []) assert.ok(reserved <= requested);
};

const sumLines = (order: ShippingOrder, line: Line, isIn: (status: string) => boolean): number =>
  sum(order.shipments.filter(({ status }) => isIn(status)).map(({ lines }) => ofLine(lines, line.lineId)));

/** Shipments tell the same as lines, and so do fulfilments. */
const expectShipmentsAddUp = (order: ShippingOrder): void => {
  for (const line of order.lines) {
    assert.equal(
      sumLines(order, line, () => true),
      line.packed,
    );
    assert.equal(
      sumLines(order, line, (status) => status !== "Packed"),
      line.shipped,
    );
    assert.equal(
      sumLines(order, line, (status) => status === "Delivered"),
      line.delivered,
    );
    const back = order.shipments.flatMap(({ lines }) =>
      lines.map(({ lineId, returned }) => ({ lineId, quantity: returned })),
    );
    assert.equal(ofLine(back, line.lineId), line.returned);
  }
  for (const { lines } of order.fulfilments) {
    for (const { planned, picked, packed } of lines) assert.ok(packed <= picked && picked <= planned);
  }
  if (order.fulfilment === "managed" && order.fulfilments.length > 0) {
    for (const line of order.lines) {
      const plan = order.fulfilments.flatMap(({ lines }) =>
        lines.map(({ lineId, planned, packed }) => ({ lineId, quantity: planned - packed })),
      );
      assert.equal(ofLine(plan, line.lineId), line.reserved + line.shipped - line.packed);
    }
  }
  assert.ok(order.shipments.length + order.unpacked.length <= orderBounds.shipments);
  assert.ok(order.returns.length <= orderBounds.returns);
};

/** Captured ≤ authorised, refunded ≤ captured; both are exactly what was packed and what came back. */
const expectMoney = (order: ShippingOrder): void => {
  const { payment, shipments, returns, lines } = order;
  assert.ok(payment.capturedMinor + payment.voidedMinor <= payment.authorisedMinor);
  assert.ok(payment.refundedMinor <= payment.capturedMinor);
  const packedWorth = bigSum(lines.map((line) => worth(line, line.packed)));
  const shippingDue = order.shippingPaidBy === null ? 0n : shippingMinor(order);
  assert.ok(order.shippingPaidBy === null || shipments.some(({ shipmentId }) => shipmentId === order.shippingPaidBy));
  assert.equal(bigSum(shipments.map(({ amountMinor }) => BigInt(amountMinor))), packedWorth + shippingDue);
  const capturedShipments = shipments.filter(({ capture }) => capture.status === "captured");
  assert.equal(sum(capturedShipments.map(({ amountMinor }) => amountMinor)), payment.capturedMinor);

  const received = returns.flatMap((known) => (known.status === "Received" ? [known] : []));
  const refunds = received.flatMap(({ refund }) => (refund.status === "none" ? [] : [refund]));
  const issued = refunds.filter(({ status }) => status === "issued");
  assert.equal(sum(issued.map(({ amountMinor }) => amountMinor)), payment.refundedMinor);
  const returnedWorth = bigSum(lines.map((line) => worth(line, line.returned)));
  const shippingBack = received.some(({ refundShipping }) => refundShipping) ? shippingDue : 0n;
  const deductions = sum(received.map(({ deductionMinor }) => deductionMinor));
  assert.equal(
    bigSum(refunds.map(({ amountMinor }) => BigInt(amountMinor))),
    returnedWorth + shippingBack - BigInt(deductions),
  );
  assert.ok(sum(refunds.map(({ amountMinor }) => amountMinor)) <= payment.capturedMinor);
};

const expectShipping = (order: ShippingOrder): void => {
  expectShipmentsAddUp(order);
  expectMoney(order);
};

/** Everything is delivered, back or cancelled, and what is kept is paid for, no more and no less. */
const expectCompleted = (order: ShippingOrder): void => {
  assert.ok(order.lines.every(({ open, reserved }) => open + reserved === 0));
  assert.ok(
    order.shipments.every(
      ({ status, lines }) => status === "Delivered" || lines.every(({ quantity, returned }) => quantity === returned),
    ),
  );
  const kept = bigSum(order.lines.map((line) => worth(line, line.shipped) - worth(line, line.returned)));
  const received = order.returns.flatMap((known) => (known.status === "Received" ? [known] : []));
  // Shipping is not paid if the shipment that was to pay for it was unpacked, and nothing was packed after that.
  const isShippingKept = order.shippingPaidBy !== null && !received.some(({ refundShipping }) => refundShipping);
  const shippingKept = isShippingKept ? shippingMinor(order) : 0n;
  const deductions = BigInt(sum(received.map(({ deductionMinor }) => deductionMinor)));
  const { capturedMinor, refundedMinor } = order.payment;
  assert.equal(BigInt(capturedMinor) - BigInt(refundedMinor), kept + shippingKept + deductions);
};

const expectNothingSent = (order: PlacedOrder): void => {
  assert.ok(order.lines.every(({ packed, shipped }) => packed + shipped === 0));
};

/**
 * What must be true of an order between any two commands. Plain assertions, since they run very often and those of jest
 * cost more than all that they look at.
 */
export const expectOrderInvariants = (order: OrderState): void => {
  if (!("customerId" in order)) return;
  expectUnitsAddUp(order);
  expectTotal(order);
  if ("holds" in order) expectHolds(order);
  switch (order.status) {
    case "Placed":
      expectNothingSent(order);
      assert.ok(order.lines.some(({ open }) => open > 0));
      break;
    case "AwaitingCustomer":
      expectNothingSent(order);
      assert.ok(order.shortage.lines.length > 0);
      for (const { lineId, missing } of order.shortage.lines) {
        assert.ok(missing > 0 && missing <= (order.lines.find((line) => line.lineId === lineId)?.open ?? 0));
      }
      break;
    case "Reserved":
    case "Authorised":
      expectNothingSent(order);
      assert.ok(order.lines.every(({ open }) => open === 0) && order.lines.some(({ reserved }) => reserved > 0));
      break;
    case "Fulfilling":
      assert.ok(order.lines.every(({ open }) => open === 0));
      expectShipping(order);
      break;
    case "Completed":
      expectShipping(order);
      expectCompleted(order);
      break;
    case "Returning":
      expectShipping(order);
      assert.ok(order.returns.some((known) => known.status === "Received" && known.refund.status === "requested"));
      break;
    case "Cancelling":
      expectNothingSent(order);
      break;
    case "Cancelled":
    case "Rejected":
    case "Expired":
      expectNothingSent(order);
      assert.ok(order.lines.every((line) => line.cancelled === line.quantity));
      break;
    default:
      throw new Error(`no invariants are written down for ${JSON.stringify(order)}`);
  }
};
