import type { PaymentProvider } from "../../../services/process-manager/payment/payment-provider.ts";

export interface Account {
  readonly authorisedMinor: number;
  readonly voided: boolean;
  readonly captures: Map<string, number>;
}

/**
 * A provider that agrees to everything, with an account of what it was asked for per order. It takes the worst case for the
 * truth: an authorisation after a void holds the money again.
 */
export const createMemoryPayments = (): {
  readonly provider: PaymentProvider;
  readonly accounts: Map<string, Account>;
} => {
  const accounts = new Map<string, Account>();
  const accountOf = (orderId: string): Account => {
    const account = accounts.get(orderId) ?? { authorisedMinor: 0, voided: false, captures: new Map() };
    accounts.set(orderId, account);
    return account;
  };
  return {
    accounts,
    provider: {
      authorise: async ({ requestId, orderId, amountMinor }) => {
        Object.assign(accountOf(orderId), { authorisedMinor: amountMinor, voided: false });
        return { status: "authorised", authorisationId: `auth-${requestId}` };
      },
      capture: async ({ orderId, authorisationId, shipmentId, amountMinor }) => {
        accountOf(orderId).captures.set(shipmentId, amountMinor);
        return { status: "captured", captureId: `capture-${authorisationId}-${shipmentId}` };
      },
      refund: async () => ({ status: "refunded" }),
      void: async ({ orderId }) => {
        const account = accountOf(orderId);
        Object.assign(account, { voided: true });
        const captured = [...account.captures.values()].reduce((sum, amount) => sum + amount, 0);
        return { status: "voided", voidedMinor: account.authorisedMinor - captured };
      },
    },
  };
};
