import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderListRow, orderView } from "../../../actors/order/view.ts";
import { foldOrder } from "../../demo/checks/orders.ts";
import type { Observed, ObservedOrder } from "../../demo/observe.ts";
import type { CommandStep, MalformedStep, OrderPlan, Plan, StockPlan } from "../../demo/plan.ts";
import type { Sent, SentByHttp, SentByKafka, SentReceipt } from "../../demo/send.ts";
import type { OrderCommandBody, OrderCommandReply, OrderEvent, StockCommandReply } from "../../support/api.ts";
import { commandMessage, type PublishedEvent, type TopicRecord } from "../../support/kafka.ts";
import { publicFormOfNew } from "../../support/public-form.ts";

const at = "2030-01-01T00:00:00.000Z";

type Answer = Omit<OrderCommandReply, "replayed">;

const accepting = (accepted: NonNullable<OrderCommandReply["accepted"]>): Answer => ({
  httpStatus: 200,
  text: JSON.stringify(accepted),
  etag: `"${accepted.version}"`,
  retryAfterSeconds: undefined,
  accepted,
  problem: undefined,
});

const refusing = (httpStatus: number, code: string): Answer => ({
  httpStatus,
  text: JSON.stringify({ code }),
  etag: undefined,
  retryAfterSeconds: undefined,
  accepted: undefined,
  problem: { title: "refused", status: httpStatus, code },
});

/** One order as a stack without a fault treats it: the pure domain, and what a process manager would send. */
const createOrder = ({ orderId, fulfilment }: OrderPlan, hasStock: boolean) => {
  const events: OrderEvent[] = [];
  const answers = new Map<string, Answer>();

  const decide = (commandId: string, body: OrderCommandBody, issuer: "outside" | "process-manager"): Answer => {
    const { type, ...fields } = body;
    const parsed = orderAggregate.parseCommand(type, fields);
    if (!parsed.valid) throw new Error(`${type} is not valid: ${JSON.stringify(parsed.issues)}`);
    const context = { streamId: orderId, commandId, at, issuer };
    const decision = orderAggregate.decide(parsed.command, foldOrder(events), context);
    if (decision.outcome === "rejected") return refusing(409, decision.rejection.code);
    const written = decision.events.map((event, index) => ({
      version: events.length + 1 + index,
      type: event.type,
      data: { ...event.data },
      at,
    }));
    events.push(...written);
    return accepting({
      orderId,
      version: events.length,
      status: foldOrder(events).status,
      events: written.map(({ type, version }) => ({ type, version })),
    });
  };

  const drive = (): void => {
    const step = (body: OrderCommandBody): void => {
      decide(`${orderId}/${events.length}`, body, "process-manager");
    };
    const state = foldOrder(events);
    if (state.status === "Placed" && hasStock) {
      step({ type: "RecordReservation", reservationId: "r" });
      step({ type: "RecordAuthorisation", authorisationId: "a", amountMinor: state.totalMinor });
    } else if (state.status === "Placed") {
      step({
        type: "RecordShortage",
        reserved: [],
        short: [{ sku: "s", location: "l", requested: 1, available: 0 }],
      });
    } else if (state.status === "Cancelling") step({ type: "CompleteCancel" });
  };

  return {
    events,
    carryOut: ({ commandId, body }: CommandStep): OrderCommandReply => {
      const first = answers.get(commandId);
      if (first !== undefined) return { ...first, replayed: true };
      const answer = decide(commandId, body, "outside");
      answers.set(commandId, answer);
      if (fulfilment === "managed") drive();
      return { ...answer, replayed: false };
    },
  };
};

/** The command topic: one partition, and the dead letters of what cannot be a command. */
const createTopic = () => {
  const deadLetters: TopicRecord[] = [];
  let offset = 0;
  return {
    deadLetters,
    send: (orderId: string, step: CommandStep | MalformedStep, content: string, isDoomed: boolean): SentByKafka => {
      offset += 1;
      const headers = {
        "dlq-reason": "it is no command",
        "dlq-topic": "order-commands",
        "dlq-partition": "3",
        "dlq-offset": String(offset),
      };
      const value = Buffer.from(content);
      if (isDoomed) {
        deadLetters.push({ topic: "order-commands-dead-letter", partition: 1, offset, key: orderId, value, headers });
      }
      return { via: "kafka", orderId, step, content, place: { partition: 3, offset } };
    },
  };
};

const publish = (
  streamType: StreamType,
  streamId: string,
  events: readonly Pick<OrderEvent, "type" | "data">[],
): PublishedEvent[] =>
  events.map((event, index) => ({
    specversion: "1.0",
    id: `${streamId}/${index + 1}`,
    source: "/orders",
    ...publicFormOfNew(streamType, streamId, event),
    subject: streamId,
    time: at,
    key: streamId,
    partition: 0,
  }));

const receive = (stock: StockPlan): SentReceipt[] =>
  stock.receipts.map(({ receiptId }, index) => {
    const version = index + 1;
    const { sku, location } = stock;
    const accepted = { sku, location, version, events: [{ type: "StockReceived", version }] };
    const first: StockCommandReply = {
      httpStatus: 200,
      text: JSON.stringify(accepted),
      etag: `"${version}"`,
      replayed: false,
      retryAfterSeconds: undefined,
      accepted,
      problem: undefined,
    };
    return { stock, receiptId, first, repeated: { ...first, replayed: true } };
  });

/** What happens to the stock of each item: it is received, what is shipped is committed, what is reserved stays. */
const moveStock = (plan: Plan, orders: ReadonlyMap<string, ObservedOrder>) => {
  const managed = [...orders.values()].flatMap(({ snapshot }) =>
    snapshot?.fulfilment === "managed" ? snapshot.lines : [],
  );
  return plan.stock.map(({ sku, location, receipts }) => {
    const lines = managed.filter((line) => line.sku === sku && line.location === location);
    const shipped = lines.reduce((sum, line) => sum + line.shipped, 0);
    const reserved = lines.reduce((sum, line) => sum + line.reserved, 0);
    const events = [
      ...receipts.map((data) => ({ type: "StockReceived", data })),
      { type: "StockReserved", data: { reservationId: "shipped", quantity: shipped, expiresAt: null } },
      { type: "StockCommitted", data: { reservationId: "shipped", commitId: "c", quantity: shipped } },
      { type: "StockReserved", data: { reservationId: "open", quantity: reserved, expiresAt: null } },
    ];
    const onHand = receipts.reduce((sum, { quantity }) => sum + quantity, 0) - shipped;
    const calm = { oversold: 0, backordered: 0, shards: 0 };
    const view = { sku, location, onHand, reserved, available: onHand - reserved, ...calm, version: events.length };
    return { streamId: `${sku}~${location}`, events, view };
  });
};

/** What a run of this plan looks like if nothing goes wrong. */
export const runPerfectly = (plan: Plan): { sent: Sent; observed: Observed } => {
  const topic = createTopic();
  const steps: (SentByHttp | SentByKafka)[] = [];
  const orders = new Map<string, ObservedOrder>();
  let contendedUnits = plan.stock.reduce((sum, { winners }) => sum + (winners ?? 0), 0);

  for (const planned of plan.orders) {
    const { orderId, scenario } = planned;
    const hasStock = scenario === "managed-contended" ? contendedUnits > 0 : !scenario.startsWith("managed-short");
    if (scenario === "managed-contended") contendedUnits -= 1;
    const { events, carryOut } = createOrder(planned, hasStock);
    for (const step of planned.steps) {
      if (step.kind === "await") continue;
      const reply = step.kind === "command" ? carryOut(step) : { ...refusing(400, "Invalid"), replayed: false };
      const content = step.kind === "command" ? commandMessage(orderId, step.commandId, step.body) : step.content;
      if (step.channel === "http") steps.push({ via: "http", orderId, step, reply, attempts: 1 });
      else steps.push(topic.send(orderId, step, content, reply.accepted === undefined));
    }
    const view = orderView(orderId, events.length, foldOrder(events));
    orders.set(orderId, { snapshot: view, strong: view, events });
  }

  const stock = moveStock(plan, orders);
  const rows = [...orders].flatMap(
    ([orderId, { events }]) => orderListRow(orderId, events.length, foldOrder(events)) ?? [],
  );
  return {
    sent: { steps, receipts: plan.stock.flatMap(receive), failures: [] },
    observed: {
      orders,
      stock: new Map(stock.map(({ streamId, view }) => [streamId, view])),
      orderEvents: [...orders].flatMap(([orderId, { events }]) => publish("Order", orderId, events)),
      stockEvents: stock.flatMap(({ streamId, events }) => publish("StockItem", streamId, events)),
      deadLetters: topic.deadLetters,
      byCustomer: Map.groupBy(rows, ({ customerId }) => customerId),
      byStatus: Map.groupBy(rows, ({ status }) => status),
    },
  };
};
