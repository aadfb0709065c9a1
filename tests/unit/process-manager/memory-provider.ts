import { unreachable } from "../../../actors/kernel/decision.ts";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { Carrier } from "../../../services/process-manager/carrier/carrier.ts";
import type { PaymentProvider, VoidRequest } from "../../../services/process-manager/payment/payment-provider.ts";
import { agreeable, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { newAccount, type Account } from "../../../services/simulated-provider/ledger/account.ts";
import { authorise } from "../../../services/simulated-provider/ledger/authorise.ts";
import { capture } from "../../../services/simulated-provider/ledger/capture.ts";
import type { Decision } from "../../../services/simulated-provider/ledger/decision.ts";
import { refund } from "../../../services/simulated-provider/ledger/refund.ts";
import { bookShipment } from "../../../services/simulated-provider/ledger/ship.ts";
import { voidAuthorisations } from "../../../services/simulated-provider/ledger/void.ts";
import type { ProviderMessage } from "../../../services/simulated-provider/messages/message.ts";

/** A payment provider and a carrier in memory, that decide as the simulated one does. */
export interface MemoryProvider {
  behaviour: Behaviour;
  /** The accounts of the orders that it heard of. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** What it was asked to let go of. */
  readonly voids: VoidRequest[];
  /** What it has yet to tell by message. */
  readonly waiting: ProviderMessage[];
  /** Takes one of the waiting messages out, by any index; undefined if none waits. */
  take(index: number): ProviderMessage | undefined;
  /** The ports, whose calls wait for `around` before the provider decides, and again before its answer arrives. */
  open(around: () => Promise<void>): { readonly payments: PaymentProvider; readonly carrier: Carrier };
}

const orDeclined = <Answer extends object>(answer: Answer | { readonly refused: string }) =>
  "refused" in answer ? { status: "declined" as const, code: answer.refused, retryable: false } : answer;

export const createMemoryProvider = (behaviour: Behaviour = agreeable): MemoryProvider => {
  const accounts = new Map<string, Account>();
  const waiting: ProviderMessage[] = [];
  const voids: VoidRequest[] = [];
  const self = { behaviour };

  const decide = <Outcome>(
    orderId: string,
    decision: (account: Account, behaviour: Behaviour) => Decision<Outcome>,
  ): Outcome | { readonly status: "pending" } | { readonly refused: string } => {
    const decided = decision(accounts.get(orderId) ?? newAccount(orderId), self.behaviour);
    if (decided.kind === "refused") return { refused: decided.code };
    if (decided.kind === "decided") {
      accounts.set(orderId, decided.account);
      self.behaviour = decided.behaviour;
      waiting.push(...decided.messages.map(({ message }) => message));
    }
    const isPending = waiting.some(({ id }) => id === decided.toldBy);
    return isPending ? { status: "pending" } : decided.outcome;
  };

  return {
    get behaviour() {
      return self.behaviour;
    },
    set behaviour(next) {
      self.behaviour = next;
    },
    accounts,
    voids,
    waiting,
    take: (index) => (waiting.length === 0 ? undefined : waiting.splice(index % waiting.length, 1)[0]),
    open: (around) => {
      const ask = async <Answer>(question: () => Answer): Promise<Answer> => {
        await around();
        const answer = question();
        await around();
        return answer;
      };
      return {
        payments: {
          authorise: async (request) =>
            ask(() => orDeclined(decide(request.orderId, (account, now) => authorise(account, request, now)))),
          capture: async (request) =>
            ask(() => orDeclined(decide(request.orderId, (account, now) => capture(account, request, now)))),
          refund: async (request) =>
            ask(() => orDeclined(decide(request.orderId, (account, now) => refund(account, request, now)))),
          void: async (request) =>
            ask(() => {
              voids.push(request);
              const answer = decide(request.orderId, (account, now) => voidAuthorisations(account, request, now));
              if ("refused" in answer) return { status: "declined", code: answer.refused, retryable: false };
              if (answer.status === "pending") throw new Error("a void is never pending");
              return answer;
            }),
        },
        carrier: {
          book: async (request) =>
            ask(() => {
              const shipment = { ...request, lines: [...request.lines] };
              const answer = decide(request.orderId, (account, now) => bookShipment(account, shipment, now));
              if ("refused" in answer) return { status: "refused", code: answer.refused };
              if ("status" in answer) throw new Error("a booking is never pending");
              return { status: "booked", ...answer };
            }),
        },
      };
    },
  };
};

/** The command that a message of the provider is taken for. */
export const commandOfMessage = (message: ProviderMessage): Pick<CommandEnvelope, "type" | "data"> => {
  switch (message.type) {
    case "payment.authorised":
      return { type: "RecordAuthorisation", data: message.data };
    case "payment.declined":
      return { type: "RecordPaymentFailure", data: message.data };
    case "payment.captured":
      return { type: "RecordCapture", data: message.data };
    case "payment.refunded":
      return { type: "RecordRefund", data: message.data };
    case "carrier.delivered":
      return { type: "RecordDelivery", data: message.data };
    case "carrier.failed":
      return { type: "RecordDeliveryFailure", data: message.data };
    default:
      return unreachable(message);
  }
};
