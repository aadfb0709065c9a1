import { agreeable, behaviour, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { newAccount, type Account } from "../../../services/simulated-provider/ledger/account.ts";
import { authorise } from "../../../services/simulated-provider/ledger/authorise.ts";
import { capture } from "../../../services/simulated-provider/ledger/capture.ts";
import type { Decision } from "../../../services/simulated-provider/ledger/decision.ts";
import { refund } from "../../../services/simulated-provider/ledger/refund.ts";
import type {
  AuthorisationRequest,
  CaptureRequest,
  RefundRequest,
  ShipmentRequest,
  VoidRequest,
} from "../../../services/simulated-provider/ledger/requests.ts";
import { bookShipment } from "../../../services/simulated-provider/ledger/ship.ts";
import { voidAuthorisations } from "../../../services/simulated-provider/ledger/void.ts";

/** A behaviour that differs from the agreeable one only in what is given. */
export const behaving = (differences: object): Behaviour => behaviour.parse(differences);

/** The account of one order, of which requests are asked one after the other. */
export const createOrder = (wanted: Behaviour = agreeable, orderId = "o1") => {
  let account: Account = newAccount(orderId);
  let current = wanted;

  const apply = <Outcome>(decision: Decision<Outcome>): Decision<Outcome> => {
    if (decision.kind === "decided") {
      account = decision.account;
      current = decision.behaviour;
    }
    return decision;
  };

  return {
    account: () => account,
    behaviour: () => current,
    behave: (next: Behaviour) => {
      current = next;
    },
    authorise: (changes: Partial<AuthorisationRequest> = {}) =>
      apply(authorise(account, { requestId: "a1", orderId, amountMinor: 900, currency: "EUR", ...changes }, current)),
    capture: (changes: Partial<CaptureRequest> & { readonly authorisationId: string }) =>
      apply(
        capture(
          account,
          { requestId: "c1", orderId, shipmentId: "s1", amountMinor: 500, currency: "EUR", ...changes },
          current,
        ),
      ),
    refund: (changes: Partial<RefundRequest> & { readonly authorisationId: string }) =>
      apply(refund(account, { refundId: "r1", orderId, amountMinor: 200, currency: "EUR", ...changes }, current)),
    void: (changes: Partial<VoidRequest> = {}) => apply(voidAuthorisations(account, { orderId, ...changes }, current)),
    ship: (changes: Partial<ShipmentRequest> = {}) =>
      apply(
        bookShipment(
          account,
          { shipmentId: "s1", orderId, lines: [{ lineId: "1", quantity: 2 }], ...changes },
          current,
        ),
      ),
  };
};
export type TestOrder = ReturnType<typeof createOrder>;

/** What a decision says; throws if the request was refused. */
export const outcomeOf = <Outcome>(decision: Decision<Outcome>): Outcome => {
  if (decision.kind === "refused") throw new Error(`refused: ${decision.code}`);
  return decision.outcome;
};

/** Authorises and gives the authorisation's id; throws if it is declined. */
export const authorised = (order: TestOrder, changes: Parameters<TestOrder["authorise"]>[0] = {}): string => {
  const outcome = outcomeOf(order.authorise(changes));
  if (outcome.status !== "authorised") throw new Error(`declined: ${outcome.code}`);
  return outcome.authorisationId;
};
