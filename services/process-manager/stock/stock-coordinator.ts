import { unreachable } from "../../../actors/kernel/decision.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Run } from "../run.ts";
import { keptUnits, openReservationAt, requestStock, type StockRequest, type StockTaken } from "./reserved-stock.ts";
import { createShardKnowledge, type KnowledgeLimits, type ShardKnowledge } from "./shard-knowledge.ts";
import { recallEverywhere, recallFromShard } from "./recalled-stock.ts";
import { releaseAtShards, reserveAtShards, shardIds, type ItemName } from "./sharded-stock.ts";

/** Reserves and releases stock, wherever it is: at the item itself, or over its shards. */
export interface StockCoordinator {
  /** Takes stock for an order. Taken again with the same run's event, it finds what it took. */
  reserve(run: Run, request: StockRequest): Promise<StockTaken>;
  /** Ends a reservation at the item and at its shards. */
  release(run: Run, reservation: Pick<StockRequest, "reservationId" | "sku" | "location">): Promise<void>;
  /** Everywhere that an item's stock may be: the item itself, and its shards. */
  streamsOf(run: Run, item: ItemName): Promise<readonly string[]>;
  /** Has the shards of an item give up what it needs, as of an event of that version; nothing if it has no shards. */
  recallEverywhere(run: Run, item: ItemName, version: number): Promise<void>;
  /** Has one shard give up what its item needs. */
  recallFromShard(run: Run, item: ItemName, shard: number): Promise<void>;
  /** Takes notice of an event of the change feed; `version` is that of its stream. */
  noteEvent(stockItemId: string, version: number, event: StockItemEvent): void;
}

/** How many shards an item turns out to have; undefined if none. */
const findShards = async (run: Run, stockItemId: string, knowledge: ShardKnowledge): Promise<number | undefined> => {
  const known = knowledge.shardsOf(stockItemId);
  if (known !== undefined) return known;
  const { state: item } = await run.readStockItem(stockItemId);
  if (item.status !== "Sharded") return undefined;
  knowledge.learnShards(stockItemId, item.shards);
  return item.shards;
};

const reserveAtItem = async (run: Run, stockItemId: string, request: StockRequest): Promise<StockTaken | "sharded"> => {
  const { reservationId, quantity } = request;
  const requested = await requestStock(run, stockItemId, `reserve-${roundOf(reservationId)}`, request);
  const taken = (units: number): StockTaken =>
    units === 0
      ? { holds: [], missing: quantity }
      : { holds: [{ stockItemId, quantity: units, held: units }], missing: quantity - units };
  switch (requested.kind) {
    case "sharded":
      return "sharded";
    case "reserved":
      return taken(requested.quantity);
    case "nothing":
      return taken(0);
    case "known": {
      const open = await openReservationAt(run, stockItemId, reservationId);
      return taken(open === undefined ? 0 : keptUnits(open));
    }
    default:
      return unreachable(requested);
  }
};

/**
 * What a request may make use of. A second run that knows less, or more, takes the units elsewhere, and those of the first
 * expire. Where they are gone, since what was taken is committed at once, all calls must follow from the request's event and from
 * answers that stay the same, not from memory: empty shards are asked too.
 */
const knowledgeFor = ({ expiresAt }: StockRequest, knowledge: ShardKnowledge): ShardKnowledge =>
  expiresAt === undefined ? createShardKnowledge({ now: () => 0, emptyForMs: 0, most: 1 }) : knowledge;

const defaultLimits: KnowledgeLimits = { now: () => performance.now(), emptyForMs: 10_000, most: 20_000 };

export const createStockCoordinator = (limits: KnowledgeLimits = defaultLimits): StockCoordinator => {
  const known = createShardKnowledge(limits);

  return {
    reserve: async (run, request) => {
      const knowledge = knowledgeFor(request, known);
      const stockItemId = stockStreamId(request.sku, request.location);
      // An order waits at the item itself, where the next goods arrive: what its shards have, they give up for it.
      let shards = request.mode === "backorder" ? undefined : knowledge.shardsOf(stockItemId);
      if (shards === undefined) {
        const taken = await reserveAtItem(run, stockItemId, request);
        if (taken !== "sharded") return taken;
        shards = await findShards(run, stockItemId, knowledge);
      }
      return shards === undefined
        ? { holds: [], missing: request.quantity }
        : reserveAtShards(run, request, shards, knowledge);
    },

    release: async (run, { reservationId, sku, location }) => {
      const stockItemId = stockStreamId(sku, location);
      await run.drive("StockItem", stockItemId, {
        step: `release-${roundOf(reservationId)}`,
        type: "ReleaseStock",
        data: { reservationId },
      });
      const shards = await findShards(run, stockItemId, known);
      if (shards !== undefined) await releaseAtShards(run, { reservationId, sku, location }, shards);
    },

    streamsOf: async (run, item) => {
      const stockItemId = stockStreamId(item.sku, item.location);
      const shards = await findShards(run, stockItemId, known);
      return [stockItemId, ...(shards === undefined ? [] : shardIds(item, shards))];
    },

    recallEverywhere: async (run, item, version) => recallEverywhere(run, item, version, known),

    recallFromShard,

    noteEvent: (stockItemId, version, event) => known.note(stockItemId, version, event),
  };
};
