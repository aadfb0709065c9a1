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

/** What is in each shipment, and what of it came back, is worth, shipping with the shipment that pays for it. */
const worthOfShipments = (order: ShippingOrder) => {
  const places = new Map<string, number>();
  return order.shipments.map((shipment) => {
    const units = shipment.lines.map(({ lineId, quantity, returned }) => {
      const line = order.lines.find((known) => known.lineId === lineId);
      assert.ok(line !== undefined && returned <= quantity);
      const place = places.get(lineId) ?? 0;
      places.set(lineId, place + quantity);
      return {
        packed: worth(line, place + quantity) - worth(line, place),
        back: worth(line, place + returned) - worth(line, place),
      };
    });
    const shipping = shipment.shipmentId === order.shippingPaidBy ? shippingMinor(order) : 0n;
    return {
      shipment,
      packed: bigSum(units.map(({ packed }) => packed)) + shipping,
      back: bigSum(units.map(({ back }) => back)) + (isShippingPromisedBack(order) ? shipping : 0n),
    };
  });
};

const receivedOf = ({ returns }: ShippingOrder) =>
  returns.flatMap((known, index) => (known.status === "Received" ? [{ ...known, index }] : []));

const isShippingPromisedBack = (order: ShippingOrder): boolean =>
  receivedOf(order).some(({ refundShipping }) => refundShipping);

const deductionsOf = (order: ShippingOrder): bigint =>
  bigSum(receivedOf(order).map(({ deductionMinor }) => BigInt(deductionMinor)));

const isWaived = ({ capture }: ShippingOrder["shipments"][number]): boolean => capture.status === "waived";

/**
 * Of an order of which nothing is waived, an amount is exact. What was waived takes deductions with it that were to be paid as a
 * part of it, so that with it, the amount is within what all deductions are.
 */
const expectButForWaived = (order: ShippingOrder, amount: bigint, withoutDeductions: bigint): void => {
  const deducted = amount - withoutDeductions;
  const deductions = deductionsOf(order);
  assert.ok(order.shipments.some(isWaived) ? 0n <= deducted && deducted <= deductions : deducted === deductions);
};

/**
 * Captured ≤ authorised, refunded ≤ captured. What came back is paid back, or will be, or was never paid and is not to be
 * paid any more; but for what it lost in value.
 */
const expectMoney = (order: ShippingOrder): void => {
  const { payment, shipments } = order;
  assert.ok(payment.capturedMinor + payment.voidedMinor <= payment.authorisedMinor);
  assert.ok(payment.authorisedMinor <= order.totalMinor);
  assert.ok(payment.refundedMinor <= payment.capturedMinor);
  assert.ok(order.shippingPaidBy === null || shipments.some(({ shipmentId }) => shipmentId === order.shippingPaidBy));
  const captured = shipments.filter(({ capture }) => capture.status === "captured");
  assert.equal(sum(captured.map(({ amountMinor }) => amountMinor)), payment.capturedMinor);

  const worths = worthOfShipments(order);
  for (const { shipment, packed, back } of worths) {
    if (isWaived(shipment)) {
      assert.ok(shipment.status !== "Packed" && shipment.amountMinor === 0, "only what has left is given away");
      continue;
    }
    const letOff = packed - BigInt(shipment.amountMinor);
    assert.ok(letOff >= 0n && letOff <= back, "only what came back is not to be paid any more");
    assert.ok(shipment.capture.status !== "requested" || back > 0n || shipment.capture.owed.length === 0);
    assert.ok(shipment.capture.status !== "declined" || shipment.amountMinor > 0, "nothing is left to capture");
  }
  const payable = worths.filter(({ shipment }) => !isWaived(shipment));
  const letOff = bigSum(payable.map(({ shipment, packed }) => packed - BigInt(shipment.amountMinor)));
  const owed = shipments.flatMap(({ capture }) => (capture.status === "requested" ? capture.owed : []));
  const refunds = receivedOf(order).flatMap(({ refund, index }) => {
    const awaited = owed.filter((part) => part.return === index).map(({ amountMinor }) => amountMinor);
    assert.equal(
      refund.status === "awaited",
      awaited.length > 0,
      "a refund is due as soon as nothing of it is awaited",
    );
    return refund.status === "none" ? [] : [{ status: refund.status, amountMinor: refund.amountMinor, awaited }];
  });
  const issued = refunds.filter(({ status }) => status === "issued");
  assert.equal(sum(issued.map(({ amountMinor }) => amountMinor)), payment.refundedMinor);
  const promised = sum(refunds.map(({ amountMinor }) => amountMinor));
  assert.ok(promised <= payment.capturedMinor);
  const awaited = sum(refunds.flatMap((refund) => refund.awaited));
  const back = bigSum(payable.map((one) => one.back));
  expectButForWaived(order, back, BigInt(promised) + BigInt(awaited) + letOff);
};

const expectShipping = (order: ShippingOrder): void => {
  expectShipmentsAddUp(order);
  expectMoney(order);
};

/** Everything is delivered, back or cancelled, and what is kept is paid for or waived, no more and no less. */
const expectCompleted = (order: ShippingOrder): void => {
  assert.ok(order.lines.every(({ open, reserved }) => open + reserved === 0));
  assert.ok(
    order.shipments.every(
      ({ status, lines }) => status === "Delivered" || lines.every(({ quantity, returned }) => quantity === returned),
    ),
  );
  const payable = worthOfShipments(order).filter(({ shipment }) => !isWaived(shipment));
  const kept = bigSum(payable.map(({ packed, back }) => packed - back));
  const { capturedMinor, refundedMinor } = order.payment;
  expectButForWaived(order, BigInt(capturedMinor) - BigInt(refundedMinor), kept);
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
