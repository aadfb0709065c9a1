import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import { refuse, refuseAwaitingCustomer, refuseCancelled, refuseNotPlaced } from "./rejections.ts";
import type { RecordAuthorisation } from "./schemas.ts";
import type { OrderState, PlacedOrder } from "./state.ts";
import { refuseOtherDriver } from "./who-may-send.ts";

/** Records that the payment of the whole order is authorised. */
export const recordAuthorisation = (
  command: RecordAuthorisation,
  state: OrderState,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (state.status === "NotPlaced") return refuseNotPlaced();
  const refusal = refuseOtherDriver(state, context);
  if (refusal !== undefined) return refusal;
  switch (state.status) {
    case "Placed":
      return refuse("NotReserved", "The stock of the order is not reserved yet.");
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
      return command.amountMinor === state.totalMinor
        ? accept({
            type: "PaymentAuthorised",
            data: { authorisationId: command.authorisationId, amountMinor: command.amountMinor },
          })
        : refuseAmount(command, state);
    case "Authorised":
    case "Fulfilling":
    case "Completed":
      if (state.payment.authorisationId !== command.authorisationId) {
        return refuse("AuthorisationMismatch", `The order's authorisation is ${state.payment.authorisationId}.`);
      }
      return command.amountMinor === state.payment.authorisedMinor ? accept() : refuseAmount(command, state);
    case "Cancelling":
    case "Cancelled":
      return refuseCancelled();
    default:
      return unreachable(state);
  }
};

const refuseAmount = (command: RecordAuthorisation, state: PlacedOrder): Decision<never> =>
  refuse(
    "AmountMismatch",
    `The order's total is ${state.totalMinor} minor units of ${state.currency}, not ${command.amountMinor}.`,
  );
