import type { OrderCommandBody } from "../support/api.ts";
import { pickMalformed } from "./malformed.ts";
import type { Channel, Expected, OrderPlan, PlannedLine, Step } from "./plan.ts";
import type { Random } from "./random.ts";
import type { ScenarioName } from "./scenario-mix.ts";

export interface ScenarioInput {
  readonly orderId: string;
  readonly customerId: string;
  readonly channel: Channel;
  readonly skus: {
    readonly ordinary: readonly string[];
    readonly scarce: string;
    readonly contended: string;
    readonly locations: readonly string[];
    readonly singleLocation: string;
  };
  readonly random: Random;
}

type Script = Pick<OrderPlan, "fulfilment" | "lines" | "steps" | "finalStatuses">;

/** The commands of one order, each under an id of its own; `repeat` sends the step before under the same id. */
const writeSteps = ({ orderId, customerId, channel, random }: ScenarioInput, lines: readonly PlannedLine[]) => {
  let sent = 0;
  const nextId = (): string => `${orderId}-command-${(sent += 1)}`;
  const send = (body: OrderCommandBody, expected: Expected = "accepted"): Step => ({
    kind: "command",
    channel,
    commandId: nextId(),
    body,
    expected,
  });
  const totalMinor = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  return {
    place: (fulfilment: "external" | "managed"): Step =>
      send({ type: "PlaceOrder", customerId, currency: "EUR", fulfilment, lines }),
    reserve: (expected?: Expected): Step =>
      send({ type: "RecordReservation", reservationId: `${orderId}-reservation` }, expected),
    authorise: (): Step =>
      send({ type: "RecordAuthorisation", authorisationId: `${orderId}-authorisation`, amountMinor: totalMinor }),
    authoriseWrongAmount: (): Step =>
      send(
        { type: "RecordAuthorisation", authorisationId: `${orderId}-authorisation`, amountMinor: totalMinor + 1 },
        "rejected",
      ),
    dispatch: (shipment = 1, lineIds?: readonly string[]): Step =>
      send({
        type: "DispatchShipment",
        shipmentId: `${orderId}-shipment-${shipment}`,
        carrier: random.pick(["Hare", "Tortoise"]),
        trackingNumber: `T${random.integer(100_000, 999_999)}`,
        ...(lineIds === undefined ? {} : { lineIds }),
      }),
    deliver: (shipment = 1): Step => send({ type: "RecordDelivery", shipmentId: `${orderId}-shipment-${shipment}` }),
    deliverUnknown: (): Step =>
      send({ type: "RecordDelivery", shipmentId: `${orderId}-shipment-that-is-not` }, "rejected"),
    cancel: (): Step => send({ type: "RequestCancel", reason: random.pick(["changed my mind", "found it cheaper"]) }),
    malformed: (): Step => {
      const commandId = nextId();
      return { kind: "malformed", channel, commandId, ...pickMalformed(channel, commandId, orderId, random) };
    },
    until: (...statuses: string[]): Step => ({ kind: "await", statuses }),
  };
};

const repeat = (step: Step, channel?: Channel): Step =>
  step.kind === "command" ? { ...step, expected: "repeated", channel: channel ?? step.channel } : step;

const through = (step: Step, channel: Channel): Step => (step.kind === "await" ? step : { ...step, channel });

const twice = (step: Step): Step[] => [step, repeat(step)];

const ordinaryLines = ({ skus, random }: ScenarioInput, least = 1): PlannedLine[] =>
  Array.from({ length: random.integer(least, 3) }, (_, index) => ({
    lineId: String(index + 1),
    sku: random.pick(skus.ordinary),
    location: random.pick(skus.locations),
    quantity: random.integer(1, 4),
    unitPriceMinor: random.integer(100, 9_999),
  }));

const singleLine = (sku: string, location: string, quantity: number): PlannedLine => ({
  lineId: "1",
  sku,
  location,
  quantity,
  unitPriceMinor: 1_999,
});

const external = (input: ScenarioInput, name: ScenarioName): Script => {
  const lines = ordinaryLines(input, name === "external-two-shipments" ? 2 : 1);
  const {
    place,
    reserve,
    authorise,
    authoriseWrongAmount,
    dispatch,
    deliver,
    deliverUnknown,
    cancel,
    malformed,
    until,
  } = writeSteps(input, lines);
  const script = (finalStatus: string, ...steps: Step[]): Script => ({
    fulfilment: "external",
    lines,
    steps,
    finalStatuses: [finalStatus],
  });
  switch (name) {
    case "external-two-shipments": {
      const [first, ...others] = lines.map(({ lineId }) => lineId);
      const opening = [place("external"), reserve(), authorise(), dispatch(1, [first ?? ""])];
      return script("Completed", ...opening, dispatch(2, others), deliver(2), deliver(1));
    }
    case "external-open": {
      const stages = ["Placed", "Reserved", "Authorised", "Fulfilling"] as const;
      const reached = input.random.integer(0, stages.length - 1);
      const steps = [place("external"), reserve(), authorise(), dispatch()].slice(0, reached + 1);
      return script(stages[reached] ?? "Placed", ...steps);
    }
    case "external-cancelled": {
      const before = [place("external"), reserve(), authorise()].slice(0, input.random.integer(1, 3));
      return script("Cancelled", ...before, cancel());
    }
    case "external-with-rejections": {
      const wrong = authoriseWrongAmount();
      // By HTTP a refusal is repeated as well: it is remembered like any other answer.
      const refused = input.channel === "http" ? twice(wrong) : [wrong];
      const end = [authorise(), dispatch(), deliverUnknown(), deliver()];
      return script("Completed", place("external"), reserve(), ...refused, ...end);
    }
    case "external-all-repeated":
      return script(
        "Completed",
        ...[place("external"), reserve(), authorise(), dispatch(), deliver()].flatMap((step) => twice(step)),
      );
    case "external-repeated-across": {
      const [placed, reserved, authorised] = [place("external"), reserve(), authorise()];
      return script(
        "Authorised",
        through(placed, "http"),
        repeat(placed, "kafka"),
        through(reserved, "kafka"),
        until("Reserved"),
        repeat(reserved, "http"),
        through(authorised, "http"),
      );
    }
    case "malformed-then-placed":
      return script("Reserved", malformed(), place("external"), malformed(), reserve());
    default:
      return script("Completed", place("external"), reserve(), authorise(), dispatch(), deliver());
  }
};

const managed = (input: ScenarioInput, name: ScenarioName): Script => {
  const { skus, random } = input;
  const lines = ordinaryLines(input, name === "managed-two-shipments" ? 2 : 1);
  const { place, reserve, dispatch, deliver, cancel, until } = writeSteps(input, lines);
  const script = (finalStatus: string, ...steps: Step[]): Script => ({
    fulfilment: "managed",
    lines,
    steps,
    finalStatuses: [finalStatus],
  });
  switch (name) {
    case "managed-two-shipments": {
      const [first, ...others] = lines.map(({ lineId }) => lineId);
      const opening = [place("managed"), until("Authorised"), dispatch(1, [first ?? ""])];
      return script("Completed", ...opening, deliver(1), dispatch(2, others), deliver(2));
    }
    case "managed-open":
      // Only the process manager may reserve for a managed order.
      return script("Authorised", place("managed"), until("Authorised"), reserve("rejected"));
    case "managed-cancelled":
      return script("Cancelled", place("managed"), until("Authorised"), cancel());
    case "managed-cancelled-at-once":
      return script("Cancelled", place("managed"), cancel());
    case "managed-short":
    case "managed-short-cancelled": {
      const scarce = { ...singleLine(skus.scarce, skus.singleLocation, random.integer(2, 5)), lineId: "scarce" };
      const wanted = [...lines, scarce];
      const steps = writeSteps(input, wanted);
      const short = [steps.place("managed"), steps.until("AwaitingCustomer")];
      return name === "managed-short"
        ? { ...script("AwaitingCustomer", ...short), lines: wanted }
        : { ...script("Cancelled", ...short, steps.cancel()), lines: wanted };
    }
    case "managed-contended": {
      const wanted = [singleLine(skus.contended, skus.singleLocation, 1)];
      return {
        fulfilment: "managed",
        lines: wanted,
        steps: [writeSteps(input, wanted).place("managed")],
        finalStatuses: ["Authorised", "AwaitingCustomer"],
      };
    }
    default:
      return script("Completed", place("managed"), until("Authorised"), dispatch(), deliver());
  }
};

const neverAnOrder = (input: ScenarioInput): Script => {
  const { malformed } = writeSteps(input, []);
  return { fulfilment: "external", lines: [], steps: [malformed(), malformed()], finalStatuses: [] };
};

/** Writes one order of a scenario: its lines, its commands in order, and where it must end. */
export const buildScenario = (scenario: ScenarioName, input: ScenarioInput): OrderPlan => {
  const { orderId, customerId, channel } = input;
  const script =
    scenario === "malformed-only"
      ? neverAnOrder(input)
      : scenario.startsWith("managed")
        ? managed(input, scenario)
        : external(input, scenario);
  return { orderId, customerId, scenario, channel, ...script };
};
