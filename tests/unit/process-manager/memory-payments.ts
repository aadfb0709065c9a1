import { createSimulatedProvider } from "../../../services/process-manager/payment/simulated-provider.ts";
import type { PaymentProvider } from "../../../services/process-manager/payment/payment-provider.ts";

export interface Account {
  readonly authorisedMinor: number;
  readonly voided: boolean;
  readonly captures: Map<string, number>;
}

/**
 * The simulated provider, with an account of what it was asked for per order. It takes the worst case for the truth: an
 * authorisation after a void holds the money again.
 */
export const createMemoryPayments = (): {
  readonly provider: PaymentProvider;
  readonly accounts: Map<string, Account>;
} => {
  const accounts = new Map<string, Account>();
  const simulated = createSimulatedProvider();
  const accountOf = (orderId: string): Account => {
    const account = accounts.get(orderId) ?? { authorisedMinor: 0, voided: false, captures: new Map() };
    accounts.set(orderId, account);
    return account;
  };
  return {
    accounts,
    provider: {
      authorise: async (request) => {
        Object.assign(accountOf(request.orderId), { authorisedMinor: request.amountMinor, voided: false });
        return simulated.authorise(request);
      },
      capture: async (request) => {
        accountOf(request.orderId).captures.set(request.shipmentId, request.amountMinor);
        return simulated.capture(request);
      },
      void: async (request) => {
        Object.assign(accountOf(request.orderId), { voided: true });
        return simulated.void(request);
      },
    },
  };
};
