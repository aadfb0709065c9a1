import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import { adjustStock } from "./adjusting.ts";
import { commitStock, releaseStock } from "./ending.ts";
import type { StockItemEvent } from "./events.ts";
import { expireReservations } from "./expiry.ts";
import { receiveStock, restockItems } from "./receiving.ts";
import { refuse } from "./rejections.ts";
import { confirmReservation, reserveStock } from "./reserving.ts";
import type { StockItemCommand } from "./schemas.ts";
import { recallStock, shardStock } from "./sharding.ts";
import type { StockItemState } from "./state.ts";
import { distributed } from "./supply.ts";

/** Decides a command on a stock item: the events it causes, none if it was satisfied before, or why it is refused. */
export const decideStockItem = (
  command: StockItemCommand,
  state: StockItemState,
  context: DecisionContext,
): Decision<StockItemEvent> => {
  const refusal = refuseSender(command, context);
  if (refusal !== undefined) return refusal;
  const decision = decideAlone(command, state, context);
  if (decision.outcome === "rejected") return decision;
  // What a satisfied command finds undistributed is left to the reminder, so that the command changes nothing.
  return decision.events.length === 0 && command.type !== "ExpireReservations"
    ? decision
    : accept(...distributed(state, decision.events, context));
};

const refuseSender = (command: StockItemCommand, { issuer }: DecisionContext): Decision<never> | undefined => {
  switch (command.type) {
    case "ReceiveStock":
    case "AdjustStock":
    case "ShardStock":
      return undefined;
    case "RestockItems":
    case "RecallStock":
    case "ReserveStock":
    case "ConfirmReservation":
    case "ReleaseStock":
    case "CommitStock":
      return issuer === "process-manager"
        ? undefined
        : refuse("NotForOutside", "Only the process manager may send this command.");
    case "ExpireReservations":
      return issuer === "reminder"
        ? undefined
        : refuse("ReminderOnly", "Only the reminder of the stock item itself sends this command.");
    default:
      return unreachable(command);
  }
};

/** What the command itself causes, before the units that it makes available go on to those who wait for them. */
const decideAlone = (
  command: StockItemCommand,
  state: StockItemState,
  context: DecisionContext,
): Decision<StockItemEvent> => {
  switch (command.type) {
    case "ReceiveStock":
      return receiveStock(command, state);
    case "AdjustStock":
      return adjustStock(command, state);
    case "ShardStock":
      return shardStock(command, state, context);
    case "RestockItems":
      return restockItems(command, state);
    case "RecallStock":
      return recallStock(command, state, context);
    case "ReserveStock":
      return reserveStock(command, state);
    case "ConfirmReservation":
      return confirmReservation(command, state);
    case "ReleaseStock":
      return releaseStock(command, state);
    case "CommitStock":
      return commitStock(command, state);
    case "ExpireReservations":
      return expireReservations(state, context);
    default:
      return unreachable(command);
  }
};
