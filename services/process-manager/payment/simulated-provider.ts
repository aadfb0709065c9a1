import { canonicalHash } from "../../../actors/kernel/request-hash.ts";
import type { PaymentProvider } from "./payment-provider.ts";

/**
 * A provider that moves no money and agrees to everything, for running without a contract with a real one. Its answers are
 * a function of the requests, so that they are the same in every process and after every restart.
 */
export const createSimulatedProvider = (): PaymentProvider => ({
  authorise: async ({ orderId }) => ({ authorisationId: `sim-auth-${canonicalHash(orderId)}` }),
  capture: async ({ authorisationId, shipmentId }) => ({
    captureId: `sim-capture-${canonicalHash({ authorisationId, shipmentId })}`,
  }),
  void: async () => undefined,
});
