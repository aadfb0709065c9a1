import * as fc from "fast-check";
import type { Issuer } from "../../../../actors/kernel/aggregate.ts";
import type { OrderState } from "../../../../actors/order/state.ts";
import { plausible, plausibleTypes, usualNext } from "./plausible.ts";
import type { Choice } from "./plausible.ts";

/** A command as it is sent. */
export interface Sent {
  readonly type: string;
  readonly fields: object;
  readonly issuer: Issuer;
}

/** What happens next in a story; which command that is depends on the state by then. */
export type Step = { readonly choice: Choice; readonly issuer: "usual" | Issuer } & (
  | { readonly kind: "next" }
  | { readonly kind: "any"; readonly type: string }
  /** The command is made now and arrives when some others have. */
  | { readonly kind: "late"; readonly type: string | undefined; readonly after: number }
  /** A command that was sent before comes again, under another command id. */
  | { readonly kind: "again"; readonly back: number }
  | { readonly kind: "terms"; readonly type: "PlaceOrder" | "AmendOrder"; readonly fields: object }
);

const number = fc.nat({ max: 1_000 });
const choice = fc.record({ a: number, b: number, c: number });
const issuer = fc.oneof(
  { weight: 12, arbitrary: fc.constant("usual" as const) },
  { weight: 1, arbitrary: fc.constantFrom<Issuer>("outside", "process-manager") },
);

const quantity = fc.constantFrom(1, 2, 3, 7, 999_999, 1_000_000);
const unitPriceMinor = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 1, 33, 250, 1_999_999_999) },
  { weight: 1, arbitrary: fc.constantFrom(9_007_199_254, 9_007_199_255, Number.MAX_SAFE_INTEGER) },
);
const taxRatePpm = fc.constantFrom(0, 0, 70_000, 190_000, 1_000_000);
const line = fc.record({
  location: fc.constantFrom("berlin", "paris"),
  quantity,
  unitPriceMinor,
  discountMinor: fc.constantFrom(0, 0, 0, 1, 10),
  taxRatePpm,
});
const lines = fc
  .array(line, { minLength: 1, maxLength: 3 })
  .map((some) => some.map((one, index) => ({ ...one, lineId: `line-${index + 1}`, sku: `sku-${index % 2}` })));
const anyTerms = fc.record(
  {
    lines,
    discountMinor: fc.constantFrom(0, 0, 1, 7),
    shipping: fc.record({ amountMinor: fc.constantFrom(0, 1, 490), taxRatePpm }),
    pricesIncludeTax: fc.boolean(),
  },
  { requiredKeys: ["lines"] },
);
/** Most terms have no discount that is larger than what it is taken from. */
const terms = fc.tuple(anyTerms, fc.nat({ max: 9 })).map(([some, chance]) => {
  if (chance === 0) return some;
  const covered = some.lines.map((one) => ({ ...one, discountMinor: one.unitPriceMinor > 10 ? one.discountMinor : 0 }));
  const isCovered = covered.some(({ unitPriceMinor }) => unitPriceMinor > 20);
  return { ...some, lines: covered, ...(isCovered ? {} : { discountMinor: 0 }) };
});

/** Everything that a command to place an order may hold, most of it valid together. */
export const placementFields = fc
  .record({ fulfilment: fc.constantFrom("external", "managed", "managed"), terms })
  .map(({ fulfilment, terms }) => ({ customerId: "customer-1", currency: "EUR", fulfilment, ...terms }));

const placement: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("terms" as const),
  type: fc.constant("PlaceOrder" as const),
  fields: placementFields,
  choice,
  issuer,
});
const amendment: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("terms" as const),
  type: fc.constant("AmendOrder" as const),
  fields: terms,
  choice,
  issuer,
});
const anyType = fc.constantFrom(...plausibleTypes);

const laterStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ kind: fc.constant("next" as const), choice, issuer }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("any" as const), type: anyType, choice, issuer }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("late" as const),
      type: fc.option(anyType, { nil: undefined }),
      after: fc.nat({ max: 6 }),
      choice,
      issuer,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("again" as const), back: fc.nat({ max: 9 }), choice, issuer }),
  },
  { weight: 1, arbitrary: amendment },
  { weight: 1, arbitrary: placement },
);

const first: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 20, arbitrary: placement.map((step) => [step]) },
  // Messages, or a cancel, overtake the order.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.record({ kind: fc.constant("any" as const), type: anyType, choice, issuer }), placement)
      .map((steps): Step[] => [...steps]),
  },
);

/** Everything that happens to one order. */
export const story: fc.Arbitrary<Step[]> = fc
  .tuple(first, fc.array(laterStep, { maxLength: 40, size: "max" }))
  .map(([begin, later]) => [...begin, ...later]);

const ofProcessManager = new Set([
  "ReleaseReservation",
  "CompleteCancel",
  "VoidAuthorisation",
  "PlanFulfilment",
  "RecordReservation",
  "RejectReservation",
  "ExpireOrder",
]);

const usualIssuer = (type: string, state: OrderState): Issuer =>
  "fulfilment" in state && state.fulfilment === "managed" && ofProcessManager.has(type) ? "process-manager" : "outside";

const isPlausible = (type: string): type is keyof typeof plausible => Object.hasOwn(plausible, type);

const made = (type: string, step: Step, state: OrderState): Sent => ({
  type,
  fields: (isPlausible(type) ? plausible[type]?.(state, step.choice) : undefined) ?? {},
  issuer: step.issuer === "usual" ? usualIssuer(type, state) : step.issuer,
});

const next = (step: Step, state: OrderState): Sent => {
  const types = usualNext(state);
  return made(types[step.choice.a % types.length] ?? "RecordDelivery", step, state);
};

/**
 * Tells a story command by command: `send` gets each command that arrives, and answers with the state after it.
 */
export const tell = (steps: readonly Step[], initial: OrderState, send: (sent: Sent) => OrderState): void => {
  let state = initial;
  const sent: Sent[] = [];
  let delayed: { readonly command: Sent; readonly at: number }[] = [];
  const deliver = (command: Sent): void => {
    sent.push(command);
    state = send(command);
  };
  steps.forEach((step, index) => {
    switch (step.kind) {
      case "next":
        deliver(next(step, state));
        break;
      case "any":
        deliver(made(step.type, step, state));
        break;
      case "late":
        delayed.push({
          command: step.type === undefined ? next(step, state) : made(step.type, step, state),
          at: index + step.after,
        });
        break;
      case "again": {
        const before = sent.at(-1 - step.back);
        if (before !== undefined) deliver(before);
        break;
      }
      case "terms":
        deliver({ type: step.type, fields: step.fields, issuer: step.issuer === "usual" ? "outside" : step.issuer });
        break;
      default:
        throw new Error(`no step ${JSON.stringify(step)}`);
    }
    const due = delayed.filter(({ at }) => at <= index);
    delayed = delayed.filter(({ at }) => at > index);
    for (const { command } of due) deliver(command);
  });
};
