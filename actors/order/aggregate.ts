import type { Aggregate } from "../kernel/aggregate.ts";
import { decideOrder } from "./decide.ts";
import { decodeOrderEvent, orderEventHistories } from "./events.ts";
import type { OrderEvent } from "./events.ts";
import { evolveOrder } from "./evolve.ts";
import { parseOrderCommand } from "./schemas.ts";
import type { OrderCommand } from "./schemas.ts";
import { decodeOrderState, notPlaced } from "./state.ts";
import type { OrderState } from "./state.ts";

/** An order, from placement to completion or cancellation, or a sale at a register. Its stream id is the order id. */
export const orderAggregate: Aggregate<OrderState, OrderCommand, OrderEvent> = {
  streamType: "Order",
  stateVersion: 6,
  initial: notPlaced,
  parseCommand: parseOrderCommand,
  decide: decideOrder,
  evolve: evolveOrder,
  decodeEvent: decodeOrderEvent,
  schemaVersionOf: (type) => orderEventHistories[type].schemaVersion,
  decodeState: decodeOrderState,
  statusOf: (state) => state.status,
};
