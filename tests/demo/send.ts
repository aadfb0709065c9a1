import { setTimeout as delay } from "node:timers/promises";
import type { GatewayApi, OrderCommandReply, Reply, StockCommandReply } from "../support/api.ts";
import { commandMessage, type RecordPlace, type TopicWriter } from "../support/kafka.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import type { CommandStep, MalformedStep, OrderPlan, Plan, StockPlan } from "./plan.ts";

/** A step that was answered by HTTP. */
export interface SentByHttp {
  readonly via: "http";
  readonly orderId: string;
  readonly step: CommandStep | MalformedStep;
  readonly reply: OrderCommandReply;
  /** 1 unless an attempt was answered with 503, or not at all. */
  readonly attempts: number;
}

/** A record that Kafka took. */
export interface SentByKafka {
  readonly via: "kafka";
  readonly orderId: string;
  readonly step: CommandStep | MalformedStep;
  readonly content: string;
  readonly place: RecordPlace;
}

export interface SentReceipt {
  readonly stock: StockPlan;
  readonly receiptId: string;
  readonly first: StockCommandReply;
  readonly repeated: StockCommandReply;
}

/** What happened while sending; each order's steps are in the order in which they were sent. */
export interface Sent {
  readonly steps: readonly (SentByHttp | SentByKafka)[];
  readonly receipts: readonly SentReceipt[];
  /** Orders of which not everything could be sent, and why. */
  readonly failures: readonly { readonly orderId: string; readonly reason: string }[];
}

export interface Sending {
  readonly gateway: GatewayApi;
  readonly writer: TopicWriter;
  /** Called whenever an order is sent to its end. */
  readonly onOrder: () => void;
}

export const commandTopic = "order-commands";

const ordersAtATime = 16;
const mostAttempts = 10;
const longestPauseMs = 5_000;
const statusDeadlineMs = 60_000;
const pollEveryMs = 200;

/** Repeats a request under the same command id while the answer is that a part is away, as the API asks its callers to. */
const insist = async <Accepted>(
  request: () => Promise<Reply<Accepted>>,
): Promise<{ reply: Reply<Accepted>; attempts: number }> => {
  for (let attempts = 1; ; attempts += 1) {
    let pauseMs = 1_000;
    try {
      const reply = await request();
      if (reply.httpStatus !== 503 || attempts === mostAttempts) return { reply, attempts };
      pauseMs = Math.min((reply.retryAfterSeconds ?? 1) * 1_000, longestPauseMs);
    } catch (error) {
      if (attempts === mostAttempts) throw error;
    }
    await delay(pauseMs);
  }
};

const awaitStatus = async (gateway: GatewayApi, orderId: string, statuses: readonly string[]): Promise<void> => {
  const endsAt = Date.now() + statusDeadlineMs;
  for (;;) {
    let seen: string;
    try {
      seen = (await gateway.readOrder(orderId))?.status ?? "unknown";
    } catch (error) {
      // A part may be away for a while; only the deadline decides.
      seen = error instanceof Error ? error.message : String(error);
    }
    if (statuses.includes(seen)) return;
    if (Date.now() > endsAt) {
      throw new Error(`it is not ${statuses.join(" or ")} after ${statusDeadlineMs} ms, but ${seen}`);
    }
    await delay(pollEveryMs);
  }
};

const sendStep = async (
  { gateway, writer }: Sending,
  orderId: string,
  step: CommandStep | MalformedStep,
): Promise<SentByHttp | SentByKafka> => {
  if (step.channel === "http") {
    const request =
      step.kind === "command"
        ? async () => gateway.sendOrderCommand(orderId, step.commandId, step.body)
        : async () => gateway.sendRawOrderCommand(orderId, step.commandId, step.content);
    return { via: "http", orderId, step, ...(await insist(request)) };
  }
  const content = step.kind === "command" ? commandMessage(orderId, step.commandId, step.body) : step.content;
  return { via: "kafka", orderId, step, content, place: await writer.write(commandTopic, orderId, content) };
};

const sendReceipts = async ({ gateway }: Sending, stock: StockPlan): Promise<SentReceipt[]> => {
  const sent: SentReceipt[] = [];
  for (const { receiptId, quantity } of stock.receipts) {
    const send = async () =>
      gateway.sendStockCommand(stock.sku, stock.location, receiptId, { type: "ReceiveStock", receiptId, quantity });
    const { reply: first } = await insist(send);
    const { reply: repeated } = await insist(send);
    sent.push({ stock, receiptId, first, repeated });
  }
  return sent;
};

/** Sends everything that is planned: the stock first, then the orders, several at a time, each order's steps in order. */
export const sendPlan = async (plan: Plan, sending: Sending): Promise<Sent> => {
  const receipts: SentReceipt[] = [];
  await forEachAtMost(ordersAtATime, plan.stock, async (stock) => {
    receipts.push(...(await sendReceipts(sending, stock)));
  });

  const steps: (SentByHttp | SentByKafka)[] = [];
  const failures: { orderId: string; reason: string }[] = [];
  const sendOrder = async (order: OrderPlan): Promise<void> => {
    for (const step of order.steps) {
      if (step.kind === "await") await awaitStatus(sending.gateway, order.orderId, step.statuses);
      else steps.push(await sendStep(sending, order.orderId, step));
    }
  };
  await forEachAtMost(ordersAtATime, plan.orders, async (order) => {
    try {
      await sendOrder(order);
    } catch (error) {
      failures.push({ orderId: order.orderId, reason: error instanceof Error ? error.message : String(error) });
    }
    sending.onOrder();
  });
  return { steps, receipts, failures };
};

const markerPrefix = (run: string): string => `${run}-marker-`;

/** Whether this is no order but the key of a marker. */
export const isMarker = (run: string, orderId: string): boolean => orderId.startsWith(markerPrefix(run));

/**
 * Marks the end of what was sent: one record in every partition of the command topic that is no command. Once they are all
 * among the dead letters, everything sent before them has been consumed.
 */
export const sendMarkers = async (run: string, writer: TopicWriter): Promise<SentByKafka[]> => {
  const partitions = await writer.partitionsOf(commandTopic);
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition): Promise<SentByKafka> => {
      const orderId = `${markerPrefix(run)}${partition}`;
      const content = `end of ${run}`;
      const place = await writer.write(commandTopic, orderId, content, partition);
      const step: MalformedStep = {
        kind: "malformed",
        channel: "kafka",
        commandId: orderId,
        content,
        flaw: "the marker at the end of a partition",
      };
      return { via: "kafka", orderId, step, content, place };
    }),
  );
};
