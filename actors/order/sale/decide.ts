import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { MessageIgnored, SaleEvent } from "./events.ts";
import { recordSale } from "./recording.ts";
import { refuseSale } from "./rejections.ts";
import { isSaleId } from "./sale-id.ts";
import type { SaleCommand, VoidSale } from "./schemas.ts";
import type { SaleState } from "./state.ts";
import { recordTender } from "./tendering.ts";

/** Takes a sale back as a whole, whenever the wish comes: even before the sale itself, which then never counts. */
export const voidSale = (
  { reason }: VoidSale,
  state: SaleState,
  { streamId }: DecisionContext,
): Decision<SaleEvent> => {
  switch (state.status) {
    case "NotPlaced":
      return isSaleId(streamId)
        ? accept({ type: "SaleVoided", data: { reason, wasCompleted: false } })
        : refuseSale("SaleIdMismatch", `${streamId} is not the id of a sale.`);
    case "SaleTendered":
    case "SaleOpen":
      return accept({ type: "SaleVoided", data: { reason, wasCompleted: false } });
    case "SaleCompleted":
      return accept({ type: "SaleVoided", data: { reason, wasCompleted: true } });
    case "SaleVoided":
      return accept(); // Another reason for the same wish changes nothing.
    default:
      return unreachable(state);
  }
};

/** Decides a command on a sale, or on a stream of which nothing is recorded yet. Anyone may send each of them. */
export const decideSale = (
  command: SaleCommand,
  state: SaleState,
  context: DecisionContext,
): Decision<SaleEvent | MessageIgnored> => {
  switch (command.type) {
    case "RecordSale":
      return recordSale(command, state, context);
    case "RecordTender":
      return recordTender(command, state, context);
    case "VoidSale":
      return voidSale(command, state, context);
    default:
      return unreachable(command);
  }
};
