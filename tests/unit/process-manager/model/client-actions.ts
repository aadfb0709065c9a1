import * as fc from "fast-check";
import { unreachable } from "../../../../actors/kernel/decision.ts";
import type { CommandEnvelope } from "../../../../actors/kernel/envelope.ts";
import { cancellableUnits, isShipping } from "../../../../actors/order/lines.ts";
import type { OrderState } from "../../../../actors/order/state.ts";

export const skus = ["cup", "mug", "pot", "never-stocked"] as const;
export const location = "berlin";

/** What anybody outside may do at any moment. Indexes are taken modulo what there is. */
export type ClientAction =
  | { readonly kind: "place"; readonly orderId: string; readonly quantities: readonly number[] }
  | { readonly kind: "amend"; readonly orderId: string; readonly quantities: readonly number[] }
  | { readonly kind: "decide"; readonly orderId: string; readonly choice: "accept" | "refuse" | "wait" }
  | { readonly kind: "cancel"; readonly orderId: string }
  | { readonly kind: "cancelUnits"; readonly orderId: string; readonly line: number; readonly quantity: number }
  | { readonly kind: "cancelLine"; readonly orderId: string; readonly line: number }
  | { readonly kind: "payAgain"; readonly orderId: string }
  | { readonly kind: "pack"; readonly orderId: string; readonly shipmentId: string; readonly all: boolean }
  | { readonly kind: "captureAgain"; readonly orderId: string; readonly shipmentId: string }
  | { readonly kind: "waive"; readonly orderId: string; readonly shipmentId: string }
  | { readonly kind: "send"; readonly orderId: string; readonly shipmentId: string }
  | { readonly kind: "deliver"; readonly orderId: string; readonly shipmentId: string }
  | { readonly kind: "fail"; readonly orderId: string; readonly shipmentId: string }
  | { readonly kind: "return"; readonly orderId: string; readonly returnId: string; readonly resalable: boolean }
  | { readonly kind: "sell"; readonly receipt: string; readonly quantities: readonly number[] }
  | { readonly kind: "voidSale"; readonly receipt: string }
  | { readonly kind: "passTime"; readonly minutes: number };

const orderId = fc.constantFrom("o1", "o2", "o3");
const shipmentId = fc.constantFrom("s1", "s2");
const returnId = fc.constantFrom("b1", "b2");
const receipt = fc.constantFrom("n1", "n2");
const quantities = fc.tuple(fc.nat(4), fc.nat(2), fc.nat(2), fc.constantFrom(0, 0, 0, 1));
const soldQuantities = fc.tuple(fc.nat(3), fc.nat(2), fc.constant(0), fc.constantFrom(0, 0, 1));
const constantKind = <Kind extends string>(kind: Kind) => fc.constant(kind);

const aloneAction: fc.Arbitrary<ClientAction> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: constantKind("place"), orderId, quantities }) },
  fc.record({ kind: constantKind("amend"), orderId, quantities }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: constantKind("decide"),
      orderId,
      choice: fc.constantFrom("accept" as const, "refuse" as const, "wait" as const),
    }),
  },
  fc.record({ kind: constantKind("cancel"), orderId }),
  fc.record({ kind: constantKind("cancelUnits"), orderId, line: fc.nat(3), quantity: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: constantKind("cancelLine"), orderId, line: fc.nat(3) }),
  fc.record({ kind: constantKind("payAgain"), orderId }),
  fc.record({ kind: constantKind("pack"), orderId, shipmentId, all: fc.boolean() }),
  fc.record({ kind: constantKind("captureAgain"), orderId, shipmentId }),
  fc.record({ kind: constantKind("waive"), orderId, shipmentId }),
  fc.record({ kind: constantKind("send"), orderId, shipmentId }),
  fc.record({ kind: constantKind("deliver"), orderId, shipmentId }),
  fc.record({ kind: constantKind("fail"), orderId, shipmentId }),
  fc.record({ kind: constantKind("return"), orderId, returnId, resalable: fc.boolean() }),
  fc.record({ kind: constantKind("sell"), receipt, quantities: soldQuantities }),
  fc.record({ kind: constantKind("voidSale"), receipt }),
  fc.record({ kind: constantKind("passTime"), minutes: fc.constantFrom(1, 10, 40) }),
);

/** Mostly what there is enough of. */
const modestQuantities = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.constantFrom(0, 0, 0, 1),
  fc.nat(1),
  fc.constant(0),
);

/** An order that goes on as far as it can: what follows the first is not by chance. */
const story: fc.Arbitrary<ClientAction[]> = fc
  .record({
    orderId,
    quantities: modestQuantities,
    first: fc.boolean(),
    length: fc.integer({ min: 2, max: 6 }),
    resalable: fc.boolean(),
  })
  .map(({ orderId, quantities, first, length, resalable }) =>
    [
      { kind: "place" as const, orderId, quantities },
      { kind: "pack" as const, orderId, shipmentId: "s1", all: first },
      { kind: "pack" as const, orderId, shipmentId: "s2", all: true },
      { kind: "deliver" as const, orderId, shipmentId: "s1" },
      { kind: "deliver" as const, orderId, shipmentId: "s2" },
      { kind: "return" as const, orderId, returnId: "b1", resalable },
    ].slice(0, length),
  );

/** An order of which not everything is there, and what its customer makes of that. */
const shortage: fc.Arbitrary<ClientAction[]> = fc
  .record({
    orderId,
    quantities: fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 2 }), fc.constant(0), fc.constantFrom(0, 0, 1)),
    choice: fc.constantFrom("accept" as const, "refuse" as const, "wait" as const, "wait" as const),
  })
  .map(({ orderId, quantities, choice }) => [
    { kind: "place" as const, orderId, quantities },
    { kind: "decide" as const, orderId, choice },
    { kind: "pack" as const, orderId, shipmentId: "s1", all: true },
    { kind: "deliver" as const, orderId, shipmentId: "s1" },
  ]);

/** An order that its customer changes on its way. */
const change: fc.Arbitrary<ClientAction[]> = fc
  .record({
    orderId,
    quantities: modestQuantities,
    others: modestQuantities,
    how: fc.constantFrom("amend" as const, "cancelUnits" as const, "cancelLine" as const, "cancel" as const),
    late: fc.boolean(),
  })
  .map(({ orderId, quantities, others, how, late }) => {
    const pack: ClientAction = { kind: "pack", orderId, shipmentId: "s1", all: false };
    const changes: Readonly<Record<typeof how, ClientAction>> = {
      amend: { kind: "amend", orderId, quantities: others },
      cancelUnits: { kind: "cancelUnits", orderId, line: 0, quantity: 1 },
      cancelLine: { kind: "cancelLine", orderId, line: 0 },
      cancel: { kind: "cancel", orderId },
    };
    return [{ kind: "place", orderId, quantities }, ...(late ? [pack, changes[how]] : [changes[how], pack])];
  });

/** An order that its location sends before it is paid, and that comes back as soon; it is paid after all, or never. */
const hasty: fc.Arbitrary<ClientAction[]> = fc
  .record({
    orderId,
    quantities: modestQuantities,
    resalable: fc.boolean(),
    after: fc.constantFrom(undefined, "captureAgain" as const, "waive" as const),
  })
  .map(({ orderId, quantities, resalable, after }) => [
    { kind: "place" as const, orderId, quantities },
    { kind: "pack" as const, orderId, shipmentId: "s1", all: true },
    { kind: "send" as const, orderId, shipmentId: "s1" },
    { kind: "return" as const, orderId, returnId: "b1", resalable },
    ...(after === undefined ? [] : [{ kind: after, orderId, shipmentId: "s1" }]),
    { kind: "deliver" as const, orderId, shipmentId: "s1" },
  ]);

/** What everybody does, one thing after the other; several orders may be on their way at a time. */
export const clientActions: fc.Arbitrary<ClientAction[]> = fc
  .array(
    fc.oneof(
      story,
      shortage,
      change,
      hasty,
      aloneAction.map((action) => [action]),
    ),
    { minLength: 2, maxLength: 10 },
  )
  .map((parts) => parts.flat());

const linesOf = (quantities: readonly number[]) =>
  skus.flatMap((sku, index) => {
    const quantity = quantities[index] ?? 0;
    return quantity === 0 ? [] : [{ lineId: sku, sku, location, quantity, unitPriceMinor: 10 }];
  });

const register = { storeId: "store", terminalId: "till" };
export const saleIdOfReceipt = (receipt: string): string => `pos.store.till.${receipt}`;

/** The stream that an action is about. */
export const streamOf = (action: ClientAction): string => {
  if ("orderId" in action) return action.orderId;
  return "receipt" in action ? saleIdOfReceipt(action.receipt) : "";
};

type Sent = Pick<CommandEnvelope, "type" | "data">;

const packing = ({ shipmentId, all }: Extract<ClientAction, { kind: "pack" }>, order: OrderState): Sent | undefined => {
  if (order.status !== "Fulfilling") return undefined;
  for (const { fulfilmentId, lines } of order.fulfilments) {
    const left = lines.flatMap(({ lineId, planned, packed }) =>
      planned > packed ? [{ lineId, quantity: all ? planned - packed : 1 }] : [],
    );
    const chosen = all ? left : left.slice(0, 1);
    if (chosen.length > 0) return { type: "RecordPack", data: { shipmentId, fulfilmentId, lines: chosen } };
  }
  return undefined;
};

/** A location sends what is packed although it does not know yet whether that is paid. */
const sending = ({ shipmentId }: Extract<ClientAction, { kind: "send" }>, order: OrderState): Sent | undefined => {
  if (!isShipping(order)) return undefined;
  const packed = order.shipments.find((shipment) => shipment.shipmentId === shipmentId);
  return packed?.status === "Packed" && packed.capture.status === "requested"
    ? { type: "DispatchShipment", data: { shipmentId, carrier: "own van", trackingNumber: "1" } }
    : undefined;
};

const returning = (
  { returnId, resalable }: Extract<ClientAction, { kind: "return" }>,
  order: OrderState,
): Sent | undefined => {
  if (!isShipping(order)) return undefined;
  const line = order.lines.find(({ shipped, returned }) => shipped > returned);
  if (line === undefined) return undefined;
  const condition = resalable ? "resalable" : "damaged";
  return { type: "ReceiveReturn", data: { returnId, lines: [{ lineId: line.lineId, quantity: 1, condition }] } };
};

/** What a client sends for an action, given the order as it is; undefined if it makes no sense as yet. */
export const commandOf = (action: ClientAction, order: OrderState): Sent | undefined => {
  switch (action.kind) {
    case "place": {
      const lines = linesOf(action.quantities);
      const terms = { customerId: "c", currency: "EUR", fulfilment: "managed", shipping: { amountMinor: 5 } };
      return lines.length === 0 ? undefined : { type: "PlaceOrder", data: { ...terms, lines } };
    }
    case "amend": {
      const lines = linesOf(action.quantities);
      return lines.length === 0 ? undefined : { type: "AmendOrder", data: { lines } };
    }
    case "decide":
      return order.status === "AwaitingCustomer"
        ? { type: "ConfirmShortage", data: { choice: action.choice } }
        : undefined;
    case "cancel":
      return { type: "RequestCancel", data: { reason: "changed my mind" } };
    case "cancelUnits": {
      const lines = "lines" in order ? order.lines : [];
      const line = lines[action.line % Math.max(1, lines.length)];
      if (line === undefined) return undefined;
      const units = [{ lineId: line.lineId, quantity: action.quantity }];
      return { type: "RequestCancel", data: { reason: "too many", lines: units } };
    }
    case "cancelLine": {
      const lines = "lines" in order ? order.lines : [];
      const line = lines[action.line % Math.max(1, lines.length)];
      if (line === undefined || cancellableUnits(line) === 0) return undefined;
      const units = [{ lineId: line.lineId, quantity: cancellableUnits(line) }];
      return { type: "RequestCancel", data: { reason: "no more", lines: units } };
    }
    case "payAgain":
      return { type: "RequestAuthorisation", data: {} };
    case "pack":
      return packing(action, order);
    case "captureAgain":
      return { type: "RequestCapture", data: { shipmentId: action.shipmentId } };
    case "waive":
      return { type: "WaiveCapture", data: { shipmentId: action.shipmentId, reason: "it will never be paid" } };
    case "send":
      return sending(action, order);
    case "deliver":
      return { type: "RecordDelivery", data: { shipmentId: action.shipmentId } };
    case "fail":
      return { type: "RecordDeliveryFailure", data: { shipmentId: action.shipmentId, reason: "nobody at home" } };
    case "return":
      return returning(action, order);
    case "sell": {
      const lines = linesOf(action.quantities);
      if (lines.length === 0) return undefined;
      const amountMinor = lines.reduce((sum, { quantity }) => sum + quantity * 10, 0);
      const tenders = [{ tenderId: "t", method: "cash", amountMinor }];
      const terms = { ...register, receiptNumber: action.receipt, currency: "EUR", soldAt: "2026-01-01T00:00:00Z" };
      return { type: "RecordSale", data: { ...terms, lines, tenders } };
    }
    case "voidSale":
      return { type: "VoidSale", data: { reason: "wrong button" } };
    case "passTime":
      return undefined;
    default:
      return unreachable(action);
  }
};

/** Whether the process manager, or the provider, has yet to do what the action needs: it is worth waiting for that. */
export const isEarly = (action: ClientAction, order: OrderState): boolean => {
  switch (action.kind) {
    case "cancelLine":
      return order.status === "Placed" || order.status === "Reserved";
    case "pack":
      return order.status === "Placed" || order.status === "Reserved" || order.status === "Authorised";
    case "decide":
    case "cancelUnits":
    case "payAgain":
      return order.status === "Placed";
    case "return":
      return (
        order.status === "Fulfilling" &&
        order.shipments.some(({ status, capture }) => status === "Packed" && capture.status !== "declined")
      );
    default:
      return false;
  }
};
