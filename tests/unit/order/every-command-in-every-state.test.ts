import { describe, expect, test } from "@jest/globals";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";
import { orderStatuses } from "../../../actors/order/view/schema.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { orderExamples, saleExamples } from "./decision-examples.ts";
import { orderId } from "./examples.ts";
import { fulfilment } from "./expected/fulfilment.ts";
import { intake } from "./expected/intake.ts";
import { payment } from "./expected/payment.ts";
import { returns } from "./expected/returns.ts";
import { stock } from "./expected/stock.ts";
import type { Expected } from "./expected/words.ts";
import { histories } from "./histories.ts";
import { saleHistories, saleId } from "./sale/examples.ts";

/** What is expected of each example of a command; without one for every command this does not compile. */
const expected = { ...intake, ...stock, ...payment, ...fulfilment, ...returns } satisfies Record<
  keyof typeof orderExamples,
  Expected
>;

type Kind = "managed" | "external";
type States = ReadonlyMap<string, readonly OrderEvent[]>;
const issuers: readonly Issuer[] = ["outside", "process-manager"];

/** What a command comes to, in the words of the expectations. */
const outcomeOf = (
  command: OrderCommand,
  history: readonly OrderEvent[],
  issuer: Issuer,
  streamId = orderId,
): string => {
  const context = { streamId, commandId: "command-1", at: specificationTime, issuer };
  const decision = orderAggregate.decide(command, stateAfter(orderAggregate, history), context);
  if (decision.outcome === "rejected") return `refused as ${decision.rejection.code}`;
  const recorded = decision.events.map((event) =>
    event.type === "MessageIgnored" ? `ignored as ${event.data.reason}` : event.type,
  );
  return recorded.join(", ") || "nothing";
};

const outcomesIn = (states: States, command: OrderCommand, issuer: Issuer): Record<string, string> =>
  Object.fromEntries([...states].map(([state, history]) => [state, outcomeOf(command, history, issuer)]));

/** The states of one kind of order, by name. */
const statesOf = (kind: Kind): States =>
  new Map(
    Object.entries<readonly OrderEvent[]>(histories).flatMap(([name, history]) =>
      name.startsWith(`${kind} `) ? [[name.slice(kind.length + 1), history] as const] : [],
    ),
  );
const states = { managed: statesOf("managed"), external: statesOf("external") };

/** The status of a state, which is what its name begins with. */
const statusNamed = (state: string): string => state.replace(/,.*$/, "");

/** Finds what is expected in each state: what is said of itself, else of its status. Throws if that is not one thing. */
const byState = (states: States, outcomes: Readonly<Record<string, readonly string[]>>): Record<string, string> => {
  const named = Object.entries(outcomes).flatMap(([outcome, places]) =>
    places.map((place) => [place, outcome] as const),
  );
  const byPlace = new Map(named);
  if (byPlace.size < named.length) throw new Error("A state is named twice.");
  const found = [...states.keys()].map((state) => {
    const place = byPlace.has(state) ? state : statusNamed(state);
    const outcome = byPlace.get(place);
    if (outcome === undefined) throw new Error(`Nothing is expected in ${state}.`);
    return { state, place, outcome };
  });
  const used = new Set(found.map(({ place }) => place));
  const unused = named.flatMap(([place]) => (used.has(place) ? [] : [place]));
  if (unused.length > 0) throw new Error(`No state is left for ${unused.join(" and ")}.`);
  return Object.fromEntries(found.map(({ state, outcome }) => [state, outcome]));
};

const everywhere = (states: States, outcome: string): Record<string, string> =>
  Object.fromEntries([...states.keys()].map((state) => [state, outcome]));

/** Why a sender is refused who may not send the command, whatever the state; undefined of one who may. */
const refusalOf = ({ sender }: Expected, kind: Kind, issuer: Issuer): string | undefined => {
  if (issuer === "process-manager") return kind === "external" ? "refused as ExternalOrder" : undefined;
  if (sender === "process manager") return "refused as NotForOutside";
  return sender === "driver" && kind === "managed" ? "refused as ManagedOrder" : undefined;
};

const expectedIn = (kind: Kind, expectation: Expected, issuer: Issuer): Record<string, string> => {
  const refusal = refusalOf(expectation, kind, issuer);
  if (refusal !== undefined) return everywhere(states[kind], refusal);
  if (kind === "managed") return byState(states.managed, expectation.managed);
  if (expectation.sender === "process manager") throw new Error("It never comes to an external order.");
  return byState(states.external, expectation.external);
};

const expectations = new Map<string, Expected>(Object.entries(expected));
const cases = Object.entries<OrderCommand>(orderExamples).map(([name, command]) => {
  const expectation = expectations.get(name);
  if (expectation === undefined) throw new Error(`Nothing is expected of ${name}.`);
  return { name, command, expectation };
});

const statusesOf = (kind: Kind): ReadonlySet<string> => new Set([...states[kind].keys()].map(statusNamed));

describe("every state", () => {
  test.each(["managed", "external"] as const)("of an order that is %s is that of its name", (kind) => {
    for (const [name, history] of states[kind]) {
      expect(stateAfter(orderAggregate, history)).toMatchObject({ status: statusNamed(name), fulfilment: kind });
    }
  });

  test("of an order is there, by every status of it", () => {
    expect(statusesOf("managed")).toEqual(new Set(orderStatuses));
    // An external order is given up at once.
    expect(statusesOf("external")).toEqual(new Set(orderStatuses.filter((status) => status !== "Cancelling")));
  });
});

describe.each(issuers)("every command of an order, sent by %s,", (issuer) => {
  test.each(cases)("comes to what is expected of a managed one: $name", ({ command, expectation }) =>
    expect(outcomesIn(states.managed, command, issuer)).toEqual(expectedIn("managed", expectation, issuer)),
  );

  test.each(cases)("comes to what is expected of an external one: $name", ({ command, expectation }) =>
    expect(outcomesIn(states.external, command, issuer)).toEqual(expectedIn("external", expectation, issuer)),
  );

  test.each(cases)("comes to what is expected of one that was never placed: $name", ({ command, expectation }) => {
    expect(outcomeOf(command, histories.NotPlaced, issuer)).toBe(expectation.NotPlaced);
    expect(outcomeOf(command, histories.Withdrawn, issuer)).toBe(expectation.Withdrawn);
  });

  test.each(cases)("is refused by a sale, and by what can only be one: $name", ({ command }) => {
    for (const history of Object.values(saleHistories)) {
      expect(outcomeOf(command, history, issuer, saleId)).toBe("refused as NotAnOrder");
    }
  });
});

describe.each(issuers)("every command of a sale, sent by %s,", (issuer) => {
  test.each(Object.entries<OrderCommand>(saleExamples))("is refused by an order: %s", (_, command) => {
    const { NotPlaced, ...known } = histories;
    expect(outcomeOf(command, NotPlaced, issuer)).toBe("refused as SaleIdMismatch");
    for (const history of Object.values(known)) expect(outcomeOf(command, history, issuer)).toBe("refused as NotASale");
  });
});

describe("an expectation", () => {
  const some: States = new Map([
    ["Placed", []],
    ["Reserved", []],
    ["Reserved, declined", []],
  ]);

  test("of a status is one of all its states but those that are named themselves", () =>
    expect(byState(some, { nothing: ["Placed", "Reserved"], Paid: ["Reserved, declined"] })).toEqual({
      Placed: "nothing",
      Reserved: "nothing",
      "Reserved, declined": "Paid",
    }));

  test("that leaves out a state, names one twice or means none is a mistake", () => {
    expect(() => byState(some, { nothing: ["Placed"] })).toThrow("Nothing is expected in Reserved.");
    expect(() => byState(some, { nothing: ["Placed", "Reserved"], Paid: ["Placed"] })).toThrow("named twice");
    expect(() => byState(some, { nothing: ["Placed", "Reserved", "Expired"] })).toThrow(
      "No state is left for Expired.",
    );
  });
});
