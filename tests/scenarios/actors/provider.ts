import { z } from "zod";
import { behaviour, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";

const minor = z.int().min(0);

const balance = z.object({ authorisedMinor: minor, capturedMinor: minor, voidedMinor: minor, refundedMinor: minor });

/** Where the money of an order is, in minor units. */
export type Balance = z.output<typeof balance>;

const account = z.object({
  orderId: z.string(),
  currency: z.string().nullable(),
  balance,
  authorisations: z.array(
    z.discriminatedUnion("status", [
      balance.extend({ status: z.literal("authorised"), requestId: z.string(), authorisationId: z.string() }),
      z.object({ status: z.literal("declined"), requestId: z.string(), code: z.string() }),
    ]),
  ),
  shipments: z.array(z.object({ shipmentId: z.string(), carrier: z.string(), trackingNumber: z.string() })),
});

/** The ledger of one order, as the provider keeps it. */
export type Account = z.output<typeof account>;

/** The payment provider and carrier of local runs, as a test or the demo asks them. */
export interface ProviderApi {
  /** Undefined if the provider was never asked anything for the order. */
  readAccount(orderId: string): Promise<Account | undefined>;
  readBehaviour(): Promise<Behaviour>;
  setBehaviour(wanted: Behaviour): Promise<void>;
  isThere(): Promise<boolean>;
}

const timeoutMs = 10_000;

/** Opens a client of the simulated provider at `baseUrl`. */
export const openProvider = (baseUrl: string): ProviderApi => {
  const call = async (path: string, body?: object): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`${baseUrl}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined
        ? {}
        : { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    if (response.status !== 200 && response.status !== 404)
      throw new Error(`the provider answered ${response.status} to ${path}: ${JSON.stringify(json)}`);
    return { status: response.status, json };
  };
  return {
    readAccount: async (orderId) => {
      const { status, json } = await call(`/ledger/${encodeURIComponent(orderId)}`);
      return status === 404 ? undefined : account.parse(json);
    },
    readBehaviour: async () => behaviour.parse((await call("/behaviour")).json),
    setBehaviour: async (wanted) => {
      await call("/behaviour", wanted);
    },
    isThere: async () =>
      call("/behaviour").then(
        ({ status }) => status === 200,
        () => false,
      ),
  };
};
