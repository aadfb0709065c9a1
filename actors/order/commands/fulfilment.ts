import { z } from "zod";
import { reference, text } from "../../kernel/fields.ts";
import { commandOf } from "../../kernel/parse-command.ts";
import { identifier } from "../../kernel/stream-id.ts";
import { fulfilmentId, lineIds, lineQuantities, listWithout, reason } from "./fields.ts";
import { maximumLines } from "../line-terms.ts";

/** What becomes of the goods on their way to the customer, as far as anyone may send it. */
export const fulfilmentCommandSchemas = {
  RecordPick: z.strictObject({ pickId: reference.optional(), fulfilmentId, lines: lineQuantities }),
  RecordPack: z.strictObject({ shipmentId: reference, fulfilmentId, lines: lineQuantities }),
  RecordUnpack: z.strictObject({ shipmentId: reference }),
  DispatchShipment: z
    .strictObject({
      shipmentId: reference,
      carrier: text(128),
      trackingNumber: text(128),
      lineIds: lineIds.optional(),
      lines: lineQuantities.optional(),
    })
    .check((context) => {
      if (context.value.lines === undefined || context.value.lineIds === undefined) return;
      context.issues.push({
        code: "custom",
        path: ["lineIds"],
        message: "must not stand beside lines",
        input: context.value,
      });
    }),
  RecordDelivery: z.strictObject({ shipmentId: reference }),
  RecordDeliveryFailure: z.strictObject({ shipmentId: reference, reason }),
} as const;

const plannedFulfilment = z.strictObject({ fulfilmentId, location: identifier, lines: lineQuantities });

export const fulfilmentProcessCommandSchemas = {
  PlanFulfilment: z.strictObject({
    fulfilments: listWithout(
      plannedFulfilment,
      maximumLines,
      (planned) => planned.fulfilmentId,
      ["fulfilmentId"],
      "is named twice",
    ),
  }),
} as const;

const planFulfilment = commandOf("PlanFulfilment", fulfilmentProcessCommandSchemas.PlanFulfilment);
const recordPick = commandOf("RecordPick", fulfilmentCommandSchemas.RecordPick);
const recordPack = commandOf("RecordPack", fulfilmentCommandSchemas.RecordPack);
const recordUnpack = commandOf("RecordUnpack", fulfilmentCommandSchemas.RecordUnpack);
const dispatchShipment = commandOf("DispatchShipment", fulfilmentCommandSchemas.DispatchShipment);
const recordDelivery = commandOf("RecordDelivery", fulfilmentCommandSchemas.RecordDelivery);
const recordDeliveryFailure = commandOf("RecordDeliveryFailure", fulfilmentCommandSchemas.RecordDeliveryFailure);

export type PlanFulfilment = z.output<typeof planFulfilment>;
export type RecordPick = z.output<typeof recordPick>;
export type RecordPack = z.output<typeof recordPack>;
export type RecordUnpack = z.output<typeof recordUnpack>;
export type DispatchShipment = z.output<typeof dispatchShipment>;
export type RecordDelivery = z.output<typeof recordDelivery>;
export type RecordDeliveryFailure = z.output<typeof recordDeliveryFailure>;

export type FulfilmentCommand =
  | PlanFulfilment
  | RecordPick
  | RecordPack
  | RecordUnpack
  | DispatchShipment
  | RecordDelivery
  | RecordDeliveryFailure;

export const fulfilmentParsers: { readonly [Type in FulfilmentCommand["type"]]: z.ZodType<FulfilmentCommand> } = {
  PlanFulfilment: planFulfilment,
  RecordPick: recordPick,
  RecordPack: recordPack,
  RecordUnpack: recordUnpack,
  DispatchShipment: dispatchShipment,
  RecordDelivery: recordDelivery,
  RecordDeliveryFailure: recordDeliveryFailure,
};
