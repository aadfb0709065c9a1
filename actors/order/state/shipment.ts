import { z } from "zod";
import { carrierOutcome, minorUnits, units } from "../events/shapes.ts";

/** Goods that one location sends, in one or more shipments: packed ≤ picked ≤ planned. */
export const plannedFulfilment = z.strictObject({
  fulfilmentId: z.string(),
  location: z.string(),
  lines: z.array(z.strictObject({ lineId: z.string(), planned: units, picked: units, packed: units })),
});
export type PlannedFulfilment = Readonly<z.output<typeof plannedFulfilment>>;

/** Which request to capture a shipment was made last: 1 for the first, null for those that were made before they had names. */
const captureRequest = { attempt: units.nullable() };

/** What is to be paid back with a return, by its place among the order's, once a shipment is captured. */
const owed = z.strictObject({ return: units, amountMinor: minorUnits });

export type Owed = Readonly<z.output<typeof owed>>;

const capture = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("requested"),
    ...captureRequest,
    requestedAt: z.string(),
    owed: z.array(owed),
  }),
  z.strictObject({ status: z.literal("declined"), ...captureRequest, code: z.string(), declinedAt: z.string() }),
  z.strictObject({ status: z.literal("captured"), captureId: z.string() }),
  // It has left, and nobody is going to pay for it. Why stands in the history: states have no room for that of so many shipments.
  z.strictObject({ status: z.literal("waived") }),
]);
export type Capture = Readonly<z.output<typeof capture>>;

const packed = {
  shipmentId: z.string(),
  /** Null for an external order, whose fulfilments are planned elsewhere. */
  fulfilmentId: z.string().nullable(),
  /** What is in it, and how much of that came back. */
  lines: z.array(z.strictObject({ lineId: z.string(), quantity: units, returned: units })),
  /** What was, or is to be, captured for it: what is in it, but for what came back when its capture was declined, or is waived. */
  amountMinor: minorUnits,
  capture,
  packedAt: z.string(),
};

const sent = { ...packed, carrier: z.string(), trackingNumber: z.string(), dispatchedAt: z.string() };

export const shipment = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("Packed"),
    ...packed,
    /** What the carrier told of it before its dispatch was. */
    reported: carrierOutcome.nullable(),
  }),
  z.strictObject({ status: z.literal("Dispatched"), ...sent }),
  z.strictObject({ status: z.literal("Failed"), ...sent, failures: units, failedAt: z.string() }),
  z.strictObject({ status: z.literal("Delivered"), ...sent, deliveredAt: z.string() }),
]);
export type Shipment = Readonly<z.output<typeof shipment>>;
export type PackedShipment = Extract<Shipment, { status: "Packed" }>;
export type SentShipment = Exclude<Shipment, { status: "Packed" }>;

/** Whether nothing is to be captured any more. */
export const isSettled = (capture: Capture): capture is Extract<Capture, { status: "captured" | "waived" }> =>
  capture.status === "captured" || capture.status === "waived";

/** Whether something is paid back with a return as soon as a shipment is captured; `index` is its place among the returns. */
export const isOwed = (shipments: readonly Shipment[], index: number): boolean =>
  shipments.some(({ capture }) => capture.status === "requested" && capture.owed.some((part) => part.return === index));

/** Whether a shipment has left. */
export const isSent = (shipment: Shipment): shipment is SentShipment => shipment.status !== "Packed";

/** Whether everything that was in a shipment came back. */
export const cameBack = (shipment: Shipment): boolean =>
  shipment.lines.every(({ quantity, returned }) => quantity === returned);
