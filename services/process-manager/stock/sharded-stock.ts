import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { availableIn, openReservationOf } from "../../../actors/stock-item/state.ts";
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
 * A reservation at a shard always expires unless it is confirmed, also one that is committed at once: a run that died, or was
 * overtaken, may have taken units that nobody comes to know of, and they go back by themselves.
 */
const leftoverMs = 86_400_000;

/** Shards that are looked at side by side. */
export const looksAtOnce = 8;

/** What is kept where, whatever shards it is spread over. */
export type ItemName = Pick<StockRequest, "sku" | "location">;

/** The stream ids of an item's shards. */
export const shardIds = ({ sku, location }: ItemName, shards: number): string[] =>
  Array.from({ length: shards }, (_, shard) => stockStreamId(sku, location, shard));

/** What a shard holds under a reservation now. */
const heldAt = async (run: Run, stockItemId: string, reservationId: string): Promise<number> =>
  (await openReservationAt(run, stockItemId, reservationId))?.held ?? 0;

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

/** Takes what a shard has of the units that are still missing; gives what it then holds, which may be more. */
const takeFrom = async (
  run: Run,
  stockItemId: string,
  request: StockRequest,
  missing: number,
  knowledge: ShardKnowledge,
): Promise<number> => {
  const { orderId, reservationId, expiresAt = new Date(Date.parse(run.at) + leftoverMs).toISOString() } = request;
  // Asked for another quantity, it is another command, whose outcome must not be that of the first.
  const requested = await requestStock(run, stockItemId, `reserve-${roundOf(reservationId)}-${missing}`, {
    reservationId,
    quantity: missing,
    mode: "partial",
    expiresAt,
  });
  hitFailpoint("pm-after-shard", orderId);
  switch (requested.kind) {
    case "reserved":
      if (!requested.isAll) await lookIfEmpty(run, stockItemId, knowledge);
      return requested.quantity;
    case "known":
      return heldAt(run, stockItemId, reservationId);
    case "nothing":
    case "sharded":
      await lookIfEmpty(run, stockItemId, knowledge);
      return 0;
    default:
      return unreachable(requested);
  }
};

/** The shards that have most for a request first; of those that have the same, the one that comes first. */
const richestFirst = async (run: Run, reservationId: string, stockItemIds: readonly string[]): Promise<string[]> => {
  const units = new Map<string, number>();
  await concurrently(stockItemIds, looksAtOnce, async (stockItemId) => {
    const { state: item } = await run.readStockItem(stockItemId);
    if (item.status === "Unknown") return;
    units.set(stockItemId, availableIn(item) + (openReservationOf(item, reservationId)?.held ?? 0));
  });
  return stockItemIds.toSorted((one, other) => (units.get(other) ?? 0) - (units.get(one) ?? 0));
};

/**
 * Reserves over the shards of an item, one after the other from one that the order's id decides, until there is enough. A
 * shard that is known to have nothing for it is not asked. No shard gives more than it has, so neither do all of them.
 *
 * If the stock may not lie in all of them, they are looked at first, and those that have most are asked.
 *
 * Runs that know other things may take other units, at the same time too, so that a shard holds more than is counted on. None of
 * them gives anything back here: only what the order has recorded decides who counts on what.
 */
export const reserveAtShards = async (
  run: Run,
  request: StockRequest,
  shards: number,
  knowledge: ShardKnowledge,
): Promise<StockTaken> => {
  const { orderId, reservationId, sku, location, quantity, places = shards } = request;
  const holds: StockHold[] = [];
  let missing = quantity;
  const countOn = (stockItemId: string, held: number): void => {
    if (held === 0) return;
    const counted = Math.min(held, missing);
    holds.push({ stockItemId, quantity: counted, held });
    missing -= counted;
  };
  const isKnownEmpty = (stockItemId: string): boolean => knowledge.hasNothingFor(stockItemId, reservationId);
  const inTurn = shardOrder(orderId, shards).map((shard) => stockStreamId(sku, location, shard));
  const chosen =
    places < shards
      ? await richestFirst(
          run,
          reservationId,
          inTurn.filter((stockItemId) => !isKnownEmpty(stockItemId)),
        )
      : inTurn;
  for (const stockItemId of chosen) {
    if (missing === 0 || holds.length >= places) break;
    if (isKnownEmpty(stockItemId)) continue;
    countOn(stockItemId, await takeFrom(run, stockItemId, request, missing, knowledge));
  }
  return { holds, missing };
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
  await concurrently(shardIds({ sku, location }, shards), looksAtOnce, async (stockItemId) => {
    if ((await heldAt(run, stockItemId, reservationId)) === 0) return;
    await run.drive("StockItem", stockItemId, {
      step: `release-${roundOf(reservationId)}`,
      type: "ReleaseStock",
      data: { reservationId },
    });
  });
};
