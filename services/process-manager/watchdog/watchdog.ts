import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import type { Logger } from "../../platform/logger.ts";
import type { StuckOrder } from "../../platform/stuck-orders.ts";
import type { StreamNow } from "../run.ts";
import { judge, type Judgement, type JudgementRules } from "./judge.ts";
import type { Redrive } from "./redrive.ts";
import type { StoredStuckOrder, StuckStore } from "./stuck-store.ts";
import type { WaitingOrder, WaitingOrders } from "./waiting-orders.ts";

/** What one look at all orders found, by step: how many are stuck there, and for how long the oldest has been waiting. */
export type Findings = ReadonlyMap<string, { readonly orders: number; readonly oldestSeconds: number }>;

/** What was done about an order. */
export type Attention = "redriven" | "expired" | "shown" | "recovered" | "failed";

export interface WatchdogPorts extends Redrive, JudgementRules {
  readonly waiting: WaitingOrders;
  readonly stuck: StuckStore;
  /** The order as it is now. */
  readonly readOrder: (orderId: string, signal: AbortSignal) => Promise<StreamNow<OrderState>>;
  /** Why a step of the order was left lately, as far as this instance knows: at what time (ISO 8601, UTC), and why. */
  readonly lastFailureOf: (orderId: string) => StuckOrder["lastFailure"];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
  readonly onAttention: (attention: Attention) => void;
}

export interface Watchdog {
  /**
   * Looks at all waiting orders once, and attends to those that have waited for longer than is allowed. Any number of
   * watchdogs may do so at the same time: one of them attends to an order, and if two did, it would change nothing.
   *
   * @throws what the store throws if it is away; the signal's reason
   */
  sweep(signal: AbortSignal): Promise<Findings>;
}

/** Orders that are attended to at the same time. */
const concurrency = 8;
const recordsPerPage = 100;

const isoOf = (ms: number): string => new Date(ms).toISOString();

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the record is about the same waiting: attempts are counted for as long as it goes on. */
const isAboutSame = (record: StuckOrder, { waits }: Pick<Judgement, "waits">): boolean =>
  waits.some(({ step, since }) => record.waits.some((known) => known.step === step && known.since === since));

/** Whether something is done about an order: one that others have to act on is only shown, and nothing is counted. */
const acts = ({ redrive, expire }: Judgement): boolean => redrive || expire !== undefined;

export const createWatchdog = (ports: WatchdogPorts): Watchdog => {
  const { stuck, limits, logger, now } = ports;

  /** The steps of a waiting order that are overdue, as far as the snapshot database knows, with the seconds they take. */
  const overdueSteps = ({ waiting }: WaitingOrder): [step: string, seconds: number][] =>
    Object.entries(limits).flatMap(([step, { allowedSeconds }]): [string, number][] => {
      const since = waiting[step];
      const seconds = since === undefined ? -1 : (now() - Date.parse(since)) / 1_000;
      return seconds >= allowedSeconds ? [[step, seconds]] : [];
    });

  const judgeAnew = (
    order: OrderState,
    record: StuckOrder | undefined,
  ): { judgement: Judgement; attempts: number } | undefined => {
    const attempts = record?.attempts ?? 0;
    const judgement = judge(order, ports, isoOf(now()), attempts);
    if (judgement === undefined) return undefined;
    if (!acts(judgement)) return { judgement, attempts: 0 };
    if (record === undefined || isAboutSame(record, judgement)) return { judgement, attempts };
    const fresh = judge(order, ports, isoOf(now()), 0);
    return fresh && { judgement: fresh, attempts: 0 };
  };

  const act = async (
    orderId: string,
    { redrive, expire }: Judgement,
    version: number,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    let failure = redrive ? await ports.redrive(orderId, signal) : undefined;
    if (expire === undefined) return failure;
    // Taken once more, the step may just have succeeded; the order is then of another version, and is not given up.
    const current = redrive ? (await ports.readOrder(orderId, signal)).version : version;
    if (current !== version) return failure;
    failure = await ports.expire(orderId, version, expire, signal);
    if (failure === undefined) ports.onAttention("expired");
    return failure;
  };

  /** Attends to an order, and keeps what was found; `found` is what was kept before. */
  const attend = async (orderId: string, found: StoredStuckOrder | undefined, signal: AbortSignal): Promise<void> => {
    const { state, version } = await ports.readOrder(orderId, signal);
    const judged = judgeAnew(state, found?.order);
    if (judged === undefined) {
      if (found === undefined) return;
      await stuck.remove(orderId, found.etag);
      ports.onAttention("recovered");
      return;
    }
    const { judgement } = judged;
    const at = now();
    const record: StuckOrder = {
      orderId,
      status: state.status,
      waits: [...judgement.waits],
      attempts: judged.attempts + (acts(judgement) ? 1 : 0),
      lastAttemptAt: acts(judgement) ? isoOf(at) : (found?.order.lastAttemptAt ?? null),
      nextAttemptAt: isoOf(at + judgement.againInMs),
      lastFailure: ports.lastFailureOf(orderId) ?? found?.order.lastFailure ?? null,
    };
    // Whoever writes this attends to the order until the next attempt; dies it now, that is when another one does.
    const claim = await stuck.write(record, found?.etag);
    if (claim === undefined) return;
    hitFailpoint("pm-after-claim", orderId);
    logger.warn("an order is stuck", { ...record });
    if (!acts(judgement)) {
      ports.onAttention("shown");
      return;
    }
    await actAndKeep(claim, judgement, version, signal);
  };

  const actAndKeep = async (
    claim: StoredStuckOrder,
    judgement: Judgement,
    version: number,
    signal: AbortSignal,
  ): Promise<void> => {
    const { orderId } = claim.order;
    const failure = await act(orderId, judgement, version, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return reasonOf(error);
    });
    ports.onAttention(failure === undefined ? "redriven" : "failed");
    const after = await ports.readOrder(orderId, signal);
    const left = judge(after.state, ports, isoOf(now()), claim.order.attempts);
    if (left === undefined) {
      await stuck.remove(orderId, claim.etag);
      ports.onAttention("recovered");
      return;
    }
    const lastFailure = failure === undefined ? claim.order.lastFailure : { at: isoOf(now()), reason: failure };
    await stuck.write({ ...claim.order, status: after.state.status, waits: [...left.waits], lastFailure }, claim.etag);
  };

  /** Attends to an order unless its next attempt is later and nothing is new. A failure of one keeps nobody from the others. */
  const attendIfDue = async (order: WaitingOrder, signal: AbortSignal): Promise<void> => {
    const { orderId } = order;
    signal.throwIfAborted();
    try {
      const found = await stuck.read(orderId);
      const known = found?.order.waits.map(({ step }) => step) ?? [];
      const isNew = overdueSteps(order).some(([step]) => !known.includes(step));
      if (found !== undefined && !isNew && found.order.nextAttemptAt > isoOf(now())) return;
      await attend(orderId, found, signal);
    } catch (error) {
      signal.throwIfAborted();
      ports.onAttention("failed");
      logger.warn("a stuck order could not be attended to", { orderId, error });
    }
  };

  /** Looks again at what was kept and not found this time: it has moved on, or is past the time of its next attempt. */
  const tidy = async (signal: AbortSignal): Promise<void> => {
    for (let after = ""; ; ) {
      const page = await stuck.list(after, recordsPerPage);
      const last = page.at(-1);
      if (last === undefined) return;
      const due = page.filter(({ nextAttemptAt }) => nextAttemptAt <= isoOf(now()));
      await concurrently(due, concurrency, async ({ orderId }) => attendIfDue({ orderId, waiting: {} }, signal));
      after = last.orderId;
    }
  };

  return {
    sweep: async (signal) => {
      const findings = new Map<string, { orders: number; oldestSeconds: number }>();
      const overdue = Object.entries(limits).map(([step, { allowedSeconds }]) => ({
        step,
        before: isoOf(now() - allowedSeconds * 1_000),
      }));
      for await (const page of ports.waiting.find(overdue)) {
        signal.throwIfAborted();
        for (const order of page) {
          for (const [step, seconds] of overdueSteps(order)) {
            const { orders = 0, oldestSeconds = 0 } = findings.get(step) ?? {};
            findings.set(step, { orders: orders + 1, oldestSeconds: Math.max(oldestSeconds, seconds) });
          }
        }
        await concurrently(page, concurrency, async (order) => attendIfDue(order, signal));
      }
      await tidy(signal);
      return findings;
    },
  };
};
