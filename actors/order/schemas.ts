import { z } from "zod";
import type { ParsedCommand } from "../kernel/aggregate.ts";
import { identifier } from "../kernel/stream-id.ts";
import { currency } from "./currency.ts";
import { amountMinor, reference, text } from "../kernel/fields.ts";
import { commandOf, parseCommandWith } from "../kernel/parse-command.ts";

/** More lines would let an order outgrow what one atomic batch can hold. */
export const maximumLines = 200;

/** `external`: other systems send every step. `managed`: the process manager reserves stock and authorises the payment. */
export const fulfilment = z.enum(["external", "managed"]);

const orderLine = z.strictObject({
  lineId: identifier,
  sku: identifier,
  location: identifier,
  quantity: z.int().min(1).max(1_000_000),
  unitPriceMinor: amountMinor,
});

/** The value of lines in minor units. It is exact as long as it is a safe integer. */
export const valueMinorOf = (lines: readonly { quantity: number; unitPriceMinor: number }[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);

/** The places at which an id stands that stood before. */
const repetitionsIn = (ids: readonly string[]): number[] => {
  const seen = new Set<string>();
  return ids.flatMap((id, index) => (seen.size === seen.add(id).size ? [index] : []));
};

const orderLines = z
  .array(orderLine)
  .min(1)
  .max(maximumLines)
  .check((context) => {
    for (const index of repetitionsIn(context.value.map((line) => line.lineId))) {
      context.issues.push({
        code: "custom",
        path: [index, "lineId"],
        message: "is the id of an earlier line",
        input: context.value,
      });
    }
    if (!Number.isSafeInteger(valueMinorOf(context.value))) {
      context.issues.push({
        code: "custom",
        path: [],
        message: `must not be worth more than ${Number.MAX_SAFE_INTEGER} minor units`,
        input: context.value,
      });
    }
  });

const lineIds = z
  .array(identifier)
  .min(1)
  .max(maximumLines)
  .check((context) => {
    for (const index of repetitionsIn(context.value)) {
      context.issues.push({ code: "custom", path: [index], message: "is named twice", input: context.value });
    }
  });

/** The fields of every command that anyone may send, by command type. */
export const orderCommandSchemas = {
  PlaceOrder: z.strictObject({ customerId: text(128), currency, fulfilment, lines: orderLines }),
  RecordReservation: z.strictObject({ reservationId: reference }),
  RecordAuthorisation: z.strictObject({ authorisationId: reference, amountMinor }),
  DispatchShipment: z.strictObject({
    shipmentId: reference,
    carrier: text(128),
    trackingNumber: text(128),
    lineIds: lineIds.optional(),
  }),
  RecordDelivery: z.strictObject({ shipmentId: reference }),
  RequestCancel: z.strictObject({ reason: text(500) }),
} as const;

/** What a stock item had reserved for the order before another one fell short. */
const takenStock = z.strictObject({ sku: identifier, location: identifier, quantity: z.int().min(1) });

/** A stock item that had less than the order needs. */
const missingStock = z.strictObject({
  sku: identifier,
  location: identifier,
  requested: z.int().min(1),
  available: z.int().min(0),
});

/** The fields of the commands that only the process manager may send, by command type. */
export const orderProcessCommandSchemas = {
  RecordShortage: z.strictObject({
    reserved: z.array(takenStock).max(maximumLines),
    short: z.array(missingStock).min(1).max(maximumLines),
  }),
  CompleteCancel: z.strictObject({}),
} as const;

const placeOrder = commandOf("PlaceOrder", orderCommandSchemas.PlaceOrder);
const recordReservation = commandOf("RecordReservation", orderCommandSchemas.RecordReservation);
const recordAuthorisation = commandOf("RecordAuthorisation", orderCommandSchemas.RecordAuthorisation);
const dispatchShipment = commandOf("DispatchShipment", orderCommandSchemas.DispatchShipment);
const recordDelivery = commandOf("RecordDelivery", orderCommandSchemas.RecordDelivery);
const requestCancel = commandOf("RequestCancel", orderCommandSchemas.RequestCancel);
const recordShortage = commandOf("RecordShortage", orderProcessCommandSchemas.RecordShortage);
const completeCancel = orderProcessCommandSchemas.CompleteCancel.transform(() => ({ type: "CompleteCancel" as const }));

export type PlaceOrder = z.output<typeof placeOrder>;
export type RecordReservation = z.output<typeof recordReservation>;
export type RecordAuthorisation = z.output<typeof recordAuthorisation>;
export type DispatchShipment = z.output<typeof dispatchShipment>;
export type RecordDelivery = z.output<typeof recordDelivery>;
export type RequestCancel = z.output<typeof requestCancel>;
export type RecordShortage = z.output<typeof recordShortage>;
export type CompleteCancel = z.output<typeof completeCancel>;

export type OrderCommand =
  | PlaceOrder
  | RecordReservation
  | RecordAuthorisation
  | DispatchShipment
  | RecordDelivery
  | RequestCancel
  | RecordShortage
  | CompleteCancel;

const parsers: { readonly [Type in OrderCommand["type"]]: z.ZodType<OrderCommand> } = {
  PlaceOrder: placeOrder,
  RecordReservation: recordReservation,
  RecordAuthorisation: recordAuthorisation,
  DispatchShipment: dispatchShipment,
  RecordDelivery: recordDelivery,
  RequestCancel: requestCancel,
  RecordShortage: recordShortage,
  CompleteCancel: completeCancel,
};

/** Parses a command of the order, whoever sent it; gives the command or every wrong field. */
export const parseOrderCommand = (type: string, fields: unknown): ParsedCommand<OrderCommand> =>
  parseCommandWith(parsers, type, fields);
