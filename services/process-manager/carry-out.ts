import { unreachable } from "../../actors/kernel/decision.ts";
import type { Task } from "./plan/task.ts";
import type { Run } from "./run.ts";
import { confirmStock, fulfilOrder } from "./steps/confirm.ts";
import { expireOrder } from "./steps/expire.ts";
import { authorisePayment, capturePayment, refundPayment, requestPayment } from "./steps/pay.ts";
import type { StepParts } from "./steps/ports.ts";
import { recordFilled } from "./steps/record-reservation.ts";
import { releaseParts, releaseReservations } from "./steps/release.ts";
import { reserveStock } from "./steps/reserve.ts";
import { settleEverywhere } from "./steps/settle.ts";
import { takeSold } from "./steps/sell.ts";
import { bookShipment, commitShipment } from "./steps/ship.ts";
import { allocateToShards, bringBack, recallStock, restockItems } from "./steps/stock-in.ts";
import { undoOrder } from "./steps/undo.ts";
import { voidLate, voidRest } from "./steps/void.ts";

/**
 * Does a task, or finds that it is done.
 *
 * @throws StepLeft if a part of it could not be done now; NotUnderstood; the reason of the run's signal
 */
export const carryOut = async (run: Run, task: Task, parts: StepParts): Promise<unknown> => {
  switch (task.kind) {
    case "reserve":
      return reserveStock(run, task, parts);
    case "settle":
      return settleEverywhere(run, task, parts);
    case "recordFilled":
      return recordFilled(run, task.orderId, task.held);
    case "confirm":
      return confirmStock(run, task);
    case "fulfil":
      return fulfilOrder(run, task);
    case "release":
      return releaseReservations(run, run.streamId, task.reservations, parts);
    case "releaseParts":
      return releaseParts(run, run.streamId, task.parts);
    case "requestPayment":
      return requestPayment(run, task.orderId);
    case "authorise":
      return authorisePayment(run, task);
    case "capture":
      return capturePayment(run, task);
    case "book":
      return bookShipment(run, task);
    case "commit":
      return commitShipment(run, run.streamId, task);
    case "undo":
      return undoOrder(run, task, parts);
    case "voidRest":
      return voidRest(run, task);
    case "voidLate":
      return voidLate(run, task);
    case "refund":
      return refundPayment(run, task);
    case "restock":
      return restockItems(run, task.items);
    case "expire":
      return expireOrder(run, task);
    case "takeSold":
      return takeSold(run, task, parts);
    case "recall":
      return recallStock(run, task, parts);
    case "bringBack":
      return bringBack(run, task);
    case "allocate":
      return allocateToShards(run, task);
    default:
      return unreachable(task);
  }
};
