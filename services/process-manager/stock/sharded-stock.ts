import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { availableIn } from "../../../actors/stock-item/state.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Run } from "../run.ts";
import {
  openReservationAt,
  requestStock,
  type StockHold,
  type StockRequest,
  type StockTaken,
} from "./reserved-stock.ts";
import { shardOrder, type ShardKnowledge } from "./shard-knowledge.ts";

/**
 * A reservation at a shard always expires unless it is confirmed: a run that died, or was overtaken, may have taken units
 * that nobody comes to know of, and they go back by themselves.
 */
const leftoverMs = 86_400_000;

/** An order that waits does so for long, and confirms what it has; what is committed at once needs no time at all. */
const expiryAtShard = (run: Run, { mode, expiresAt }: StockRequest): string =>
  mode === "backorder" || expiresAt === undefined ? new Date(Date.parse(run.at) + leftoverMs).toISOString() : expiresAt;

/** Shards that are looked at side by side. */
const looksAtOnce = 8;

/** What a shard holds under a reservation now. */
const heldAt = async (run: Run, stockItemId: string, reservationId: string): Promise<number> =>
  (await openReservationAt(run, stockItemId, reservationId))?.held ?? 0;

/** What a shard holds that an earlier run asked for, in another quantity than this one; no more of it is kept than is needed. */
const keepNoMoreThan = async (
  run: Run,
  stockItemId: string,
  { reservationId }: StockRequest,
  most: number,
): Promise<number> => {
  const held = await heldAt(run, stockItemId, reservationId);
  if (held <= most) return held;
  const excess = held - most;
  await run.drive("StockItem", stockItemId, {
    step: `release-excess-${roundOf(reservationId)}-${excess}`,
    type: "ReleaseStock",
    data: { reservationId, part: { releaseId: `excess-${excess}`, quantity: excess } },
  });
  return most;
};

/**
 * Looks at a shard that could not give all it was asked for. The answer alone would not do: it stays the same when the run is
 * made again, and does not say who holds what is there.
 */
const lookIfEmpty = async (run: Run, stockItemId: string, knowledge: ShardKnowledge): Promise<void> => {
  const { state: item, version } = await run.readStockItem(stockItemId);
  if (item.status !== "Unknown" && availableIn(item) > 0) return;
  const open = item.status === "Unknown" ? [] : item.openReservations;
  knowledge.learnEmpty(stockItemId, version, new Set(open.map(({ reservationId }) => reservationId)));
};

/** Takes what a shard has of the units that are still missing. */
const takeFrom = async (
  run: Run,
  stockItemId: string,
  request: StockRequest,
  missing: number,
  knowledge: ShardKnowledge,
): Promise<number> => {
  const { orderId, reservationId } = request;
  // Asked for another quantity, it is another command, whose outcome must not be that of the first.
  const requested = await requestStock(run, stockItemId, `reserve-${roundOf(reservationId)}-${missing}`, {
    reservationId,
    quantity: missing,
    mode: "partial",
    expiresAt: expiryAtShard(run, request),
  });
  hitFailpoint("pm-after-shard", orderId);
  switch (requested.kind) {
    case "reserved":
      if (!requested.isAll) await lookIfEmpty(run, stockItemId, knowledge);
      return requested.quantity;
    case "known":
      return keepNoMoreThan(run, stockItemId, request, missing);
    case "nothing":
    case "sharded":
      await lookIfEmpty(run, stockItemId, knowledge);
      return 0;
    default:
      return unreachable(requested);
  }
};

/** Has the order wait at the item itself, where the next goods arrive; what is held there after all is given. */
const waitAtItem = async (run: Run, request: StockRequest, missing: number): Promise<StockHold[]> => {
  const { orderId, reservationId, sku, location } = request;
  const stockItemId = stockStreamId(sku, location);
  const step = `wait-${roundOf(reservationId)}-${missing}`;
  const requested = await requestStock(run, stockItemId, step, { ...request, quantity: missing });
  hitFailpoint("pm-after-shard", orderId);
  switch (requested.kind) {
    case "reserved":
      return [{ stockItemId, quantity: requested.quantity }];
    case "known": {
      // An earlier run that found more, or less, in the shards has it waiting already.
      const quantity = await keepNoMoreThan(run, stockItemId, request, missing);
      return quantity === 0 ? [] : [{ stockItemId, quantity }];
    }
    case "nothing":
    case "sharded":
      return [];
    default:
      return unreachable(requested);
  }
};

const sumOf = (holds: readonly StockHold[]): number => holds.reduce((sum, { quantity }) => sum + quantity, 0);

const releaseHold = async (run: Run, reservationId: string, stockItemId: string): Promise<void> => {
  await run.drive("StockItem", stockItemId, {
    step: `release-${roundOf(reservationId)}`,
    type: "ReleaseStock",
    data: { reservationId },
  });
};

/** All of it or nothing. An earlier run may have given back what the answers, which stay the same, say was reserved. */
const allOrNothing = async (run: Run, request: StockRequest, holds: readonly StockHold[]): Promise<StockTaken> => {
  const { reservationId, quantity } = request;
  let isWhole = sumOf(holds) === quantity;
  for (const hold of holds) {
    if (!isWhole) break;
    isWhole = (await heldAt(run, hold.stockItemId, reservationId)) >= hold.quantity;
  }
  if (isWhole) return { holds, missing: 0 };
  for (const { stockItemId } of holds) await releaseHold(run, reservationId, stockItemId);
  return { holds: [], missing: quantity };
};

/**
 * Reserves over the shards of an item, one after the other from one that the order's id decides, until there is enough. A
 * shard that is known to have nothing for it is not asked. No shard gives more than it has, so neither do all of them.
 */
export const reserveAtShards = async (
  run: Run,
  request: StockRequest,
  shards: number,
  knowledge: ShardKnowledge,
): Promise<StockTaken> => {
  const { orderId, reservationId, sku, location, quantity, mode } = request;
  const holds: StockHold[] = [];
  let missing = quantity;
  for (const shard of shardOrder(orderId, shards)) {
    const stockItemId = stockStreamId(sku, location, shard);
    if (missing === 0) break;
    if (knowledge.hasNothingFor(stockItemId, reservationId)) continue;
    const held = await takeFrom(run, stockItemId, request, missing, knowledge);
    if (held > 0) holds.push({ stockItemId, quantity: held });
    missing -= held;
  }
  if (mode === "all") return allOrNothing(run, request, holds);
  if (mode === "backorder" && missing > 0) holds.push(...(await waitAtItem(run, request, missing)));
  return { holds, missing: quantity - sumOf(holds) };
};

/**
 * Ends a reservation at every shard that holds something under it. One that lands at a shard only later expires by itself:
 * to have it refused by each of up to 64 shards would be a write to all of them.
 */
export const releaseAtShards = async (
  run: Run,
  { reservationId, sku, location }: Pick<StockRequest, "reservationId" | "sku" | "location">,
  shards: number,
): Promise<void> => {
  const ids = Array.from({ length: shards }, (_, shard) => stockStreamId(sku, location, shard));
  await concurrently(ids, looksAtOnce, async (stockItemId) => {
    if ((await heldAt(run, stockItemId, reservationId)) > 0) await releaseHold(run, reservationId, stockItemId);
  });
};
