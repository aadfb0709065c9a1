import { z } from "zod";
import type { Aggregate } from "../../../../actors/kernel/aggregate.ts";
import { parseCommandWith } from "../../../../actors/kernel/parse-command.ts";
import { decodeStoredEvent } from "../../../../actors/kernel/upcasting.ts";
import { intakeEventHistories } from "../../../../actors/order/events/intake.ts";
import { decideSale } from "../../../../actors/order/sale/decide.ts";
import { saleEventHistories } from "../../../../actors/order/sale/events.ts";
import type { MessageIgnored, SaleEvent } from "../../../../actors/order/sale/events.ts";
import { evolveSale } from "../../../../actors/order/sale/evolve.ts";
import { saleParsers } from "../../../../actors/order/sale/schemas.ts";
import type { SaleCommand } from "../../../../actors/order/sale/schemas.ts";
import { saleStates } from "../../../../actors/order/sale/state.ts";
import type { SaleState } from "../../../../actors/order/sale/state.ts";

const saleState: z.ZodType<SaleState> = z.discriminatedUnion("status", [
  ...saleStates,
  z.strictObject({ status: z.literal("NotPlaced") }),
]);
const histories = { ...saleEventHistories, MessageIgnored: intakeEventHistories.MessageIgnored };

/** The sale's part of the order aggregate, by itself. */
export const saleAggregate: Aggregate<SaleState, SaleCommand, SaleEvent | MessageIgnored> = {
  streamType: "Order",
  stateVersion: 2,
  initial: { status: "NotPlaced" },
  parseCommand: (type, fields) => parseCommandWith(saleParsers, type, fields),
  decide: decideSale,
  evolve: (state, event, at) => (event.type === "MessageIgnored" ? state : evolveSale(state, event, at)),
  decodeEvent: (type, schemaVersion, data) =>
    decodeStoredEvent<SaleEvent | MessageIgnored>(histories, type, schemaVersion, data),
  schemaVersionOf: (type) => histories[type].schemaVersion,
  decodeState: (state) => saleState.parse(state),
  statusOf: (state) => state.status,
};
