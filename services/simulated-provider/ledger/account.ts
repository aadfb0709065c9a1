import { z } from "zod";
import { shippedLine } from "./requests.ts";

const declined = z.object({ status: z.literal("declined"), code: z.string(), retryable: z.boolean() });
export type Declined = z.output<typeof declined>;

const money = { amountMinor: z.int().min(0), currency: z.string() };
/** The message that tells the outcome, if the answer to the request did not. */
const toldBy = { messageId: z.string().nullable() };

const authorised = z.object({
  status: z.literal("authorised"),
  authorisationId: z.string(),
  /** What is not captured was let go of, for good. */
  isVoided: z.boolean(),
});

const authorisation = z.object({
  requestId: z.string(),
  ...money,
  ...toldBy,
  outcome: z.discriminatedUnion("status", [authorised, declined]),
});
export type Authorisation = z.output<typeof authorisation>;

const captured = z.object({ status: z.literal("captured"), captureId: z.string() });

const capture = z.object({
  requestId: z.string(),
  shipmentId: z.string(),
  authorisationId: z.string(),
  ...money,
  ...toldBy,
  outcome: z.discriminatedUnion("status", [captured, declined]),
});
export type Capture = z.output<typeof capture>;

const refund = z.object({ refundId: z.string(), authorisationId: z.string(), ...money, ...toldBy });

const shipment = z.object({
  shipmentId: z.string(),
  lines: z.array(shippedLine),
  carrier: z.string(),
  trackingNumber: z.string(),
});

/** Everything that was ever asked of the provider for one order, and what it decided. */
export const account = z.object({
  orderId: z.string(),
  authorisations: z.array(authorisation).readonly(),
  captures: z.array(capture).readonly(),
  refunds: z.array(refund).readonly(),
  shipments: z.array(shipment).readonly(),
  /** Requests that may no longer authorise anything, and whether that goes for every one. */
  voidedRequestIds: z.array(z.string()).readonly(),
  isVoided: z.boolean(),
});
export type Account = z.output<typeof account>;

/** The account of an order of which nothing was heard. */
export const newAccount = (orderId: string): Account => ({
  orderId,
  authorisations: [],
  captures: [],
  refunds: [],
  shipments: [],
  voidedRequestIds: [],
  isVoided: false,
});

/** An authorisation that was given, as opposed to declined. */
export type Given = Authorisation & { readonly outcome: z.output<typeof authorised> };

const isGiven = (authorisation: Authorisation): authorisation is Given => authorisation.outcome.status === "authorised";

/** The authorisations that were given. */
export const givenIn = ({ authorisations }: Account): Given[] => authorisations.filter(isGiven);

export const findGiven = (account: Account, authorisationId: string): Given | undefined =>
  givenIn(account).find(({ outcome }) => outcome.authorisationId === authorisationId);

/** Where the money of one authorisation is, in minor units of its currency. */
export interface Balance {
  readonly authorisedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
}

const sum = (entries: readonly { readonly amountMinor: number }[]): number =>
  entries.reduce((total, { amountMinor }) => total + amountMinor, 0);

/** Never `captured + voided > authorised`, never `refunded > captured`. */
export const balanceOf = ({ captures, refunds }: Account, { amountMinor, outcome }: Given): Balance => {
  const { authorisationId, isVoided } = outcome;
  const isOfIt = (entry: { readonly authorisationId: string }): boolean => entry.authorisationId === authorisationId;
  const capturedMinor = sum(captures.filter((one) => isOfIt(one) && one.outcome.status === "captured"));
  return {
    authorisedMinor: amountMinor,
    capturedMinor,
    voidedMinor: isVoided ? amountMinor - capturedMinor : 0,
    refundedMinor: sum(refunds.filter(isOfIt)),
  };
};
