import { z } from "zod";
import type { ProviderAnswer, ProviderClient } from "../provider-client.ts";
import type { Declined, PaymentProvider } from "./payment-provider.ts";

const identification = z.string().min(1).max(128);

const declined = z.object({
  status: z.literal("declined"),
  code: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "must be letters and digits"),
  retryable: z.boolean(),
});

const pending = z.object({ status: z.literal("pending") });

const authorisation = z.discriminatedUnion("status", [
  z.object({ status: z.literal("authorised"), authorisationId: identification }),
  declined,
  pending,
]);

const capture = z.discriminatedUnion("status", [
  z.object({ status: z.literal("captured"), captureId: identification }),
  declined,
  pending,
]);

const refund = z.discriminatedUnion("status", [z.object({ status: z.literal("refunded") }), declined, pending]);

const voided = z.object({ status: z.literal("voided"), voidedMinor: z.int().min(0) });

/** A request that the contract refuses is refused for good: as declined, it reaches whoever waits for the outcome. */
const orDeclined = <Body>(answer: ProviderAnswer<Body>): Body | Declined =>
  answer.kind === "answered" ? answer.body : { status: "declined", code: answer.code, retryable: false };

/** A payment provider with the HTTP interface of docs/simulated-provider.md. */
export const createHttpPaymentProvider = (client: Pick<ProviderClient, "post">): PaymentProvider => ({
  authorise: async (request) => orDeclined(await client.post("/payments/authorisations", request, authorisation)),
  capture: async (request) => orDeclined(await client.post("/payments/captures", request, capture)),
  refund: async (request) => orDeclined(await client.post("/payments/refunds", request, refund)),
  void: async (request) => orDeclined(await client.post("/payments/voids", request, voided)),
});
