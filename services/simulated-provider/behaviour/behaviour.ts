import { z } from "zod";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import { amountMinor, text } from "../../../actors/kernel/fields.ts";

/** No delay, and no time after which something happens, is longer. */
const longestAnswerDelayMs = 60_000;
const longestMessageDelayMs = 24 * 60 * 60 * 1_000;
const mostRules = 100;
const mostTimes = 1_000_000;

/** A share of all, from none (0) to all (1). */
const rate = z.number().min(0).max(1);

const spanUpTo = (most: number) =>
  z
    .strictObject({ least: z.int().min(0).max(most), most: z.int().min(0).max(most) })
    .refine((span) => span.least <= span.most, "least must not be above most");

/** A stable word for why something was declined. */
export const declineCode = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "must be 1 to 64 letters and digits");

const decline = z.strictObject({ code: declineCode, retryable: z.boolean() });

const forOrders = {
  /** Only orders whose id begins like this; all without. */
  orderIdPrefix: z.string().min(1).max(128).optional(),
  /** How many more requests the rule decides; every one without. */
  times: z.int().min(0).max(mostTimes).optional(),
};

const forAmounts = { ...forOrders, leastMinor: amountMinor.optional(), mostMinor: amountMinor.optional() };

const paymentRule = <Kind extends string>(kind: Kind) =>
  z.strictObject({
    on: z.literal(kind),
    ...forAmounts,
    /** Declines; without it, agrees. */
    decline: decline.optional(),
    /** Whether the outcome comes later, as a message. */
    pending: z.boolean().default(false),
  });

/** Decides what it is for, whatever the rates say. The first rule that fits has the word. */
export const rule = z.discriminatedUnion("on", [
  paymentRule("authorisation"),
  paymentRule("capture"),
  z.strictObject({ on: z.literal("refund"), ...forAmounts, pending: z.boolean().default(false) }),
  z.strictObject({
    on: z.literal("delivery"),
    ...forOrders,
    /** How long after the booking, and after a failed attempt, the carrier comes; null: never. */
    afterMs: z.int().min(0).max(longestMessageDelayMs).nullable(),
    /** How many attempts fail. */
    failures: z.int().min(0).max(5).default(0),
  }),
]);
export type Rule = z.output<typeof rule>;

/** How the simulated provider behaves. Everything has a default, which together agree to everything at once. */
export const behaviour = z.strictObject({
  /** What all chances are drawn from. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),

  declineRate: rate.default(0),
  captureDeclineRate: rate.default(0),
  /** What is said of what `declineNext` and the rates decline. */
  declineCode: declineCode.default("InsufficientFunds"),
  declineRetryable: z.boolean().default(true),
  /** How many more authorisations are declined, whatever the rate says. Counts down. */
  declineNext: z.int().min(0).max(mostTimes).default(0),
  rules: z.array(rule).max(mostRules).default([]),

  /** The share of payment requests that are answered `pending`. */
  pendingRate: rate.default(0),
  /** How long the first answer to a request is held up. */
  answerDelayMs: spanUpTo(longestAnswerDelayMs).default({ least: 0, most: 0 }),
  /** The share of requests whose first answer is lost: done and stored, but the connection ends without it. */
  lostAnswerRate: rate.default(0),

  messageDelayMs: spanUpTo(longestMessageDelayMs).default({ least: 0, most: 0 }),
  /** The share of messages that come twice, and whether the second has the id of the first. */
  duplicateRate: rate.default(0),
  duplicateIds: z.enum(["same", "fresh"]).default("same"),
  /** The share of messages that are kept back for up to so long, so that later ones overtake them. */
  reorderRate: rate.default(0),
  reorderWithinMs: z.int().min(1).max(longestMessageDelayMs).default(1_000),
  /** Keeps all messages back until it is false again. */
  holdMessages: z.boolean().default(false),
  /** In which order those messages are then let go. */
  releaseOrder: z.enum(["asSent", "reversed", "shuffled"]).default("asSent"),

  /** How long after its booking a shipment is delivered; null: nothing is heard of it. */
  deliverAfterMs: spanUpTo(longestMessageDelayMs).nullable().default(null),
  /** The share of attempts to deliver that fail; after the last nothing more is heard. */
  deliveryFailureRate: rate.default(0),
  deliveryAttempts: z.int().min(1).max(5).default(3),
  deliveryFailureReason: text(200).default("Nobody was at home."),
});
export type Behaviour = z.output<typeof behaviour>;

/** A provider that agrees to everything, at once. */
export const agreeable: Behaviour = behaviour.parse({});

/** A behaviour as JSON text, as an environment variable has it. */
export const behaviourText = z.string().transform((value, context): Behaviour => {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "is not JSON" });
    return z.NEVER;
  }
  const parsed = behaviour.safeParse(json);
  if (parsed.success) return parsed.data;
  for (const { field, message } of fieldIssuesOf(parsed.error))
    context.addIssue({ code: "custom", message: field === "" ? message : `${field} ${message}` });
  return z.NEVER;
});
