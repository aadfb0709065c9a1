import type { OrderCommand } from "../../../../actors/order/schemas.ts";
import type { OrderState, PlacedOrder, ShippingOrder } from "../../../../actors/order/state.ts";
import type { Shipment } from "../../../../actors/order/state/shipment.ts";
import { orderId } from "../examples.ts";

/** Numbers that make one command differ from another of its type; each is 0 or more. */
export interface Choice {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const asPlaced = (state: OrderState): PlacedOrder | undefined => ("customerId" in state ? state : undefined);
const asShipping = (state: OrderState): ShippingOrder | undefined => ("shipments" in state ? state : undefined);

/** One of the items, or the fallback if there are none. */
const oneOf = <Item>(items: readonly Item[], index: number, fallback: NoInfer<Item>): Item =>
  items[index % Math.max(1, items.length)] ?? fallback;

interface Units {
  readonly lineId: string;
  readonly quantity: number;
}

/** Some units of some of the lines: of each a part, or all, or now and then one too many. */
const someUnits = (available: readonly Units[], { a, b, c }: Choice): Units[] => {
  const chosen = available.filter(({ quantity }, index) => quantity > 0 && (c + index) % 3 !== 0);
  const lines = chosen.length > 0 ? chosen : available.slice(0, 1);
  return lines.map(({ lineId, quantity }) => {
    if (a % 11 === 10) return { lineId, quantity: quantity + 1 };
    return { lineId, quantity: a % 2 === 0 ? Math.max(1, quantity) : Math.max(1, b % Math.max(1, quantity)) };
  });
};

const unitsOf = (state: OrderState, of: (line: PlacedOrder["lines"][number]) => number): Units[] =>
  (asPlaced(state)?.lines ?? [{ lineId: "line-1" }]).map((line) => ({
    lineId: line.lineId,
    quantity: "quantity" in line ? of(line) : 1,
  }));

const requestedLines = (state: OrderState): readonly { lineId: string; requested: number; reserved: number }[] => {
  if (!("reservation" in state)) return [];
  return (
    state.reservation?.lines ??
    state.lines.map(({ lineId, open, reserved }) => ({ lineId, requested: open + reserved, reserved }))
  );
};

/** What a report tells of the reservation: all of it, or some units less of some lines, in one stock item or in two. */
const reportedLines = (state: OrderState, { a, b, c }: Choice) =>
  requestedLines(state).flatMap(({ lineId, requested, reserved }, index) => {
    const line = asPlaced(state)?.lines.find((known) => known.lineId === lineId);
    if (line === undefined) return [];
    const less = (a + index) % 3 === 0 ? b % (requested + 1) : 0;
    const quantity = Math.max(requested - less, c % 5 === 0 ? 0 : Math.min(reserved, requested));
    const root = `${line.sku}~${line.location}`;
    const first = c % 2 === 0 ? quantity : Math.ceil(quantity / 2);
    const holds = [
      { stockItemId: `${root}~0`, quantity: first },
      { stockItemId: `${root}~1`, quantity: quantity - first },
    ].filter((hold) => hold.quantity > 0);
    return [{ lineId, quantity, ...(asPlaced(state)?.fulfilment === "managed" ? { holds } : {}) }];
  });

const heldReservationId = (state: OrderState, index: number): string =>
  oneOf("holds" in state ? state.holds.map((hold) => hold.reservationId) : [], index, `${orderId}~r1`);

const currentReservationId = (state: OrderState): string =>
  "reservation" in state ? (state.reservation?.reservationId ?? `${orderId}~r1`) : `${orderId}~r1`;

/** What is to be paid, worked out here again so that a mistake there is not repeated. */
const dueMinor = (state: OrderState): number => {
  const order = asPlaced(state);
  if (order === undefined) return 0;
  const shipping = BigInt(order.shipping?.amountMinor ?? 0) + BigInt(order.shipping?.taxMinor ?? 0);
  return Number(order.lines.reduce((sum, line) => sum + worth(line, line.quantity - line.cancelled), shipping));
};

/** What the units at the first places of a line are worth: rounded to the nearest minor unit, halves up. */
const worthOfPlaces = (line: PlacedOrder["lines"][number], places: number): bigint => {
  const gross = BigInt(line.quantity) * BigInt(line.unitPriceMinor);
  const total = gross - BigInt(line.discountMinor) + BigInt(line.taxMinor);
  const quantity = BigInt(line.quantity);
  return (2n * total * BigInt(places) + quantity) / (2n * quantity);
};

/** What so many units of a line are worth, in the order in which they are paid for. */
export const worth = (line: PlacedOrder["lines"][number], units: number): bigint => {
  let left = units;
  let sum = 0n;
  for (const [first, count] of line.valueOrder) {
    const taken = Math.min(left, count);
    sum += worthOfPlaces(line, first + taken) - worthOfPlaces(line, first);
    left -= taken;
  }
  return sum;
};

const amountOf = (exact: number, { c }: Choice): number => (c % 13 === 12 ? exact + 1 : exact);

/** A shipment that the command suits, most of the time. */
const shipmentIdOf = (state: OrderState, { a, b }: Choice, suits: (shipment: Shipment) => boolean): string => {
  if (b % 17 === 16) return "shipment-9";
  const all = asShipping(state)?.shipments ?? [];
  const suitable = b % 5 === 4 ? all : all.filter(suits);
  return oneOf(
    (suitable.length > 0 ? suitable : all).map(({ shipmentId }) => shipmentId),
    a,
    "shipment-1",
  );
};

const isUncaptured = ({ capture }: Shipment): boolean =>
  capture.status === "requested" || capture.status === "declined";
const isPacked = ({ status }: Shipment): boolean => status === "Packed";
const isUnderWay = ({ status }: Shipment): boolean => status === "Dispatched" || status === "Failed";

const isDeclined = ({ capture }: Shipment): boolean => capture.status === "declined";
const isUnpackable = (shipment: Shipment): boolean => isPacked(shipment) && isDeclined(shipment);
const isWaivable = (shipment: Shipment): boolean => !isPacked(shipment) && isDeclined(shipment);

const freshShipmentId = (state: OrderState): string => {
  const { shipments = [], unpacked = [] } = asShipping(state) ?? {};
  return `shipment-${shipments.length + unpacked.length + 1}`;
};

/** The request of a capture as it stands, or as it was before; now and then none is named. */
const captureRequestOf = (state: OrderState, shipmentId: string, { a }: Choice): { requestId?: string } => {
  const known = asShipping(state)?.shipments.find((shipment) => shipment.shipmentId === shipmentId);
  const attempt = known !== undefined && "attempt" in known.capture ? (known.capture.attempt ?? 1) : 1;
  if (a % 3 === 0) return {};
  return { requestId: `${orderId}~${shipmentId}~c${a % 3 === 1 ? attempt : Math.max(1, attempt - 1)}` };
};

const fulfilmentOf = (state: OrderState, { a }: Choice) =>
  oneOf(asShipping(state)?.fulfilments ?? [], a, { fulfilmentId: "fulfilment-1", location: "berlin", lines: [] });

const returnIdOf = (state: OrderState, { a, b }: Choice): string =>
  b % 5 === 4 ? "return-9" : oneOf(asShipping(state)?.returns.map(({ returnId }) => returnId) ?? [], a, "return-1");

const freshReturnId = (state: OrderState): string => `return-${(asShipping(state)?.returns.length ?? 0) + 1}`;

const refundOf = (state: OrderState, { a }: Choice): { refundId: string; amountMinor: number } => {
  const refunds = (asShipping(state)?.returns ?? []).flatMap((known) =>
    known.status === "Received" && "refundId" in known.refund ? [known.refund] : [],
  );
  const { refundId, amountMinor } = oneOf(refunds, a, {
    status: "issued" as const,
    refundId: `${orderId}~return-1`,
    amountMinor: 1,
  });
  return { refundId, amountMinor };
};

/** One fulfilment for each location, or two that share its lines. */
const planOf = (state: OrderState, { a }: Choice) => {
  const lines = asPlaced(state)?.lines ?? [];
  const locations = [...new Set(lines.map(({ location }) => location))];
  return locations.flatMap((location, index) => {
    const here = lines.filter((line) => line.location === location && line.reserved + line.shipped - line.packed > 0);
    const units = here.map((line) => ({ lineId: line.lineId, quantity: line.reserved + line.shipped - line.packed }));
    const halves = [
      units.map(({ lineId, quantity }) => ({ lineId, quantity: Math.ceil(quantity / 2) })),
      units.flatMap(({ lineId, quantity }) => (quantity < 2 ? [] : [{ lineId, quantity: Math.floor(quantity / 2) }])),
    ];
    return (a % 2 === 0 ? [units] : halves)
      .filter((part) => part.length > 0)
      .map((part, half) => ({ fulfilmentId: `fulfilment-${index}-${half}`, location, lines: part }));
  });
};

const packedUnits = (state: OrderState, choice: Choice): Units[] =>
  fulfilmentOf(state, choice).lines.map(({ lineId, planned, packed }) => ({ lineId, quantity: planned - packed }));

const reason = ({ a }: Choice): string => oneOf(["one", "two"], a, "one");

/** Makes fields of a command that suit the state more often than not. */
export type Plausible = (state: OrderState, choice: Choice) => object;

export const plausible: { readonly [Type in Exclude<OrderCommand["type"], "PlaceOrder" | "AmendOrder">]?: Plausible } =
  {
    ExpireOrder: (_, choice) => ({ reason: reason(choice) }),
    RequestCancel: (state, choice) =>
      choice.b % 4 === 0
        ? { reason: reason(choice) }
        : {
            reason: reason(choice),
            lines: someUnits(
              unitsOf(state, ({ open, reserved, shipped, packed }) => open + reserved + shipped - packed),
              choice,
            ),
          },
    CompleteCancel: () => ({}),
    RecordReservation: (state, choice) =>
      choice.b % 4 === 0
        ? { reservationId: currentReservationId(state) }
        : { reservationId: currentReservationId(state), lines: reportedLines(state, choice) },
    RejectReservation: (state, choice) => ({
      reservationId: heldReservationId(state, choice.a),
      reason: reason(choice),
    }),
    ConfirmShortage: (_, { a }) => ({ choice: oneOf(["accept", "wait", "accept", "wait", "refuse"], a, "accept") }),
    ReleaseReservation: (state, { a }) => ({ reservationId: heldReservationId(state, a) }),
    RequestAuthorisation: () => ({}),
    RecordAuthorisation: (state, choice) => {
      const payment = state.status === "Reserved" ? state.payment : undefined;
      const exact =
        payment?.status === "requested"
          ? payment.amountMinor
          : "payment" in state && state.payment.status === "authorised"
            ? state.payment.authorisedMinor
            : dueMinor(state);
      return {
        authorisationId: choice.a % 9 === 8 ? "authorisation-2" : "authorisation-1",
        amountMinor: amountOf(exact, choice),
        ...(choice.b % 3 === 0 ? { requestId: `${orderId}~a${1 + (choice.a % 3)}` } : {}),
      };
    },
    RecordPaymentFailure: (state, choice) => {
      const failure = { code: reason(choice), retryable: choice.c % 4 !== 0 };
      if (choice.b % 2 === 0) {
        const shipmentId = shipmentIdOf(state, choice, isUncaptured);
        return { ...failure, shipmentId, ...captureRequestOf(state, shipmentId, choice) };
      }
      return choice.b % 3 === 0 ? { ...failure, requestId: `${orderId}~a${1 + (choice.a % 3)}` } : failure;
    },
    RequestCapture: (state, choice) => ({ shipmentId: shipmentIdOf(state, choice, isUncaptured) }),
    RecordCapture: (state, choice) => {
      const shipmentId = shipmentIdOf(state, choice, isUncaptured);
      const known = asShipping(state)?.shipments.find((shipment) => shipment.shipmentId === shipmentId);
      return { shipmentId, captureId: `capture-${shipmentId}`, amountMinor: amountOf(known?.amountMinor ?? 1, choice) };
    },
    WaiveCapture: (state, choice) => ({
      shipmentId: shipmentIdOf(state, choice, isWaivable),
      reason: reason(choice),
    }),
    VoidAuthorisation: (_, { a }) => ({ authorisationId: a % 9 === 8 ? "authorisation-2" : "authorisation-1" }),
    PlanFulfilment: (state, choice) => ({ fulfilments: planOf(state, choice) }),
    RecordPick: (state, choice) => ({
      ...(choice.c % 4 === 0 ? {} : { pickId: `pick-${choice.b % 9}` }),
      fulfilmentId: fulfilmentOf(state, choice).fulfilmentId,
      lines: someUnits(packedUnits(state, choice), choice),
    }),
    RecordPack: (state, choice) => ({
      shipmentId: choice.b % 5 === 4 ? shipmentIdOf(state, choice, isPacked) : freshShipmentId(state),
      fulfilmentId: fulfilmentOf(state, choice).fulfilmentId,
      lines: someUnits(packedUnits(state, choice), choice),
    }),
    RecordUnpack: (state, choice) => ({
      shipmentId:
        choice.c % 7 === 6
          ? oneOf(
              (asShipping(state)?.unpacked ?? []).map(({ shipmentId }) => shipmentId),
              choice.a,
              "shipment-1",
            )
          : shipmentIdOf(state, choice, isUnpackable),
    }),
    DispatchShipment: (state, choice) => {
      const isManaged = asPlaced(state)?.fulfilment === "managed";
      const left = unitsOf(state, ({ reserved, shipped, packed }) => reserved + shipped - packed);
      const content = [
        {},
        { lines: someUnits(left, choice) },
        { lineIds: someUnits(left, choice).map(({ lineId }) => lineId) },
      ];
      return {
        shipmentId: isManaged || choice.b % 5 === 4 ? shipmentIdOf(state, choice, isPacked) : freshShipmentId(state),
        carrier: choice.c % 19 === 18 ? "Other Co" : "Parcel Co",
        trackingNumber: "P 1",
        ...(isManaged ? {} : oneOf(content, choice.c, {})),
      };
    },
    RecordDelivery: (state, choice) => ({ shipmentId: shipmentIdOf(state, choice, isUnderWay) }),
    RecordDeliveryFailure: (state, choice) => ({
      shipmentId: shipmentIdOf(state, choice, isUnderWay),
      reason: reason(choice),
    }),
    RequestReturn: (state, choice) => ({
      returnId: choice.b % 5 === 4 ? returnIdOf(state, choice) : freshReturnId(state),
      reason: reason(choice),
      lines: someUnits(
        unitsOf(state, ({ shipped, returned }) => shipped - returned),
        choice,
      ),
    }),
    ApproveReturn: (state, choice) => ({ returnId: returnIdOf(state, choice), refundShipping: choice.c % 3 === 0 }),
    DeclineReturn: (state, choice) => ({ returnId: returnIdOf(state, choice), reason: reason(choice) }),
    ReceiveReturn: (state, choice) => {
      const units = someUnits(
        unitsOf(state, ({ shipped, returned }) => shipped - returned),
        choice,
      );
      return {
        returnId: returnIdOf(state, choice),
        lines: units.map((line, index) => ({
          ...line,
          condition: oneOf(["resalable", "damaged", "lost"], choice.c + index, "resalable"),
        })),
        deductionMinor: choice.a % 4 === 0 ? choice.b % 50 : 0,
      };
    },
    RecordRefund: (state, choice) => {
      const { refundId, amountMinor } = refundOf(state, choice);
      return { refundId, amountMinor: amountOf(amountMinor, choice) };
    },
  };

export const plausibleTypes = Object.keys(plausible);

const nextOfFulfilling = (state: ShippingOrder): readonly OrderCommand["type"][] => {
  const { fulfilments, shipments, lines } = state;
  const isLeft = lines.some(({ reserved, shipped, packed }) => reserved + shipped - packed > 0);
  if (state.fulfilment === "external") {
    return [...(isLeft ? (["DispatchShipment"] as const) : []), "RecordDelivery"];
  }
  const isToPick = fulfilments.some((one) => one.lines.some(({ planned, picked }) => picked < planned));
  return [
    ...(isLeft ? (["RecordPack", "RecordPack"] as const) : []),
    ...(isToPick ? (["RecordPick"] as const) : []),
    ...(shipments.some(isUncaptured) ? (["RecordCapture"] as const) : []),
    ...(shipments.some(isUncaptured) ? (["RecordPaymentFailure"] as const) : []),
    ...(shipments.some(isUnpackable) ? (["RecordUnpack", "RequestCapture"] as const) : []),
    ...(shipments.some(isWaivable) ? (["WaiveCapture", "RequestCapture"] as const) : []),
    ...(shipments.some(isPacked) ? (["DispatchShipment"] as const) : []),
    ...(shipments.some(isUnderWay) ? (["RecordDelivery"] as const) : []),
    // Goods may come back before it is decided whether they are paid.
    ...(shipments.some((shipment) => !isPacked(shipment) && isUncaptured(shipment))
      ? (["ReceiveReturn"] as const)
      : []),
    "RecordDeliveryFailure",
  ];
};

/** The commands that usually come next in a state; of a managed order the process manager's too. */
export const usualNext = (state: OrderState): readonly OrderCommand["type"][] => {
  switch (state.status) {
    case "Placed":
      return ["RecordReservation"];
    case "AwaitingCustomer":
      return ["ConfirmShortage"];
    case "Reserved":
      return state.payment.status === "declined" && state.fulfilment === "managed"
        ? ["RequestAuthorisation"]
        : ["RecordAuthorisation", "RecordAuthorisation", "RecordPaymentFailure"];
    case "Authorised":
      return state.fulfilment === "managed" ? ["PlanFulfilment"] : ["DispatchShipment"];
    case "Fulfilling":
      return nextOfFulfilling(state);
    case "Completed":
    case "Returning":
      return ["RequestReturn", "ApproveReturn", "ReceiveReturn", "RecordRefund"];
    case "Cancelling":
      return ["ReleaseReservation", "VoidAuthorisation", "CompleteCancel"];
    default:
      return ["RecordAuthorisation", "RequestCancel", "RecordDelivery"];
  }
};
