import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { parseStockStreamId, stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { bringsUnits } from "../plan/stock-events.ts";

/** What this process has come to know of sharded items, in memory only: it saves calls, and nothing depends on it. */
export interface ShardKnowledge {
  /** How many shards an item has; undefined if it is not known to have any. */
  shardsOf(stockItemId: string): number | undefined;
  learnShards(stockItemId: string, shards: number): void;
  /** Whether a shard is known to have nothing available, and to hold nothing under this reservation either. */
  hasNothingFor(shardId: string, reservationId: string): boolean;
  /**
   * Nothing is available in a shard as of this version, and these reservations hold what is there: one of them that is made
   * again, by a run that knows less or more than the one before, has to find what it holds.
   */
  learnEmpty(shardId: string, version: number, holders: ReadonlySet<string>): void;
  /** Whether all shards of an item were searched for what it needed as of this version, or a later one. */
  isSearched(stockItemId: string, version: number): boolean;
  learnSearched(stockItemId: string, version: number): void;
  /** An event of the change feed: it may show that units came to a shard, or that an item was sharded. */
  note(stockItemId: string, version: number, event: StockItemEvent): void;
}

export interface KnowledgeLimits {
  /** Milliseconds, from any point in time on. */
  readonly now: () => number;
  /**
   * How long a shard is taken to be empty, in milliseconds: another process may be the one whose part of the feed shows that
   * units came to it.
   */
  readonly emptyForMs: number;
  /** Items, and shards, that are remembered; those learnt of longest ago make room. */
  readonly most: number;
}

/** Sets an entry as the newest and lets the oldest go beyond the bound. */
const setNewest = <Value>(map: Map<string, Value>, key: string, value: Value, most: number): void => {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
};

export const createShardKnowledge = ({ now, emptyForMs, most }: KnowledgeLimits): ShardKnowledge => {
  const shardCounts = new Map<string, number>();
  const empty = new Map<
    string,
    { readonly version: number; readonly until: number; readonly holders: ReadonlySet<string> }
  >();
  /** The newest version of a shard that is known to have brought units. */
  const supplied = new Map<string, number>();
  /** The version of an item as of which its shards were searched. */
  const searched = new Map<string, number>();

  const learnShards = (stockItemId: string, shards: number): void => setNewest(shardCounts, stockItemId, shards, most);

  return {
    shardsOf: (stockItemId) => shardCounts.get(stockItemId),
    learnShards,
    hasNothingFor: (shardId, reservationId) => {
      const known = empty.get(shardId);
      return known !== undefined && now() < known.until && !known.holders.has(reservationId);
    },
    learnEmpty: (shardId, version, holders) => {
      // The feed may have been faster than the look at the shard.
      if (version < (supplied.get(shardId) ?? 0) || version < (empty.get(shardId)?.version ?? 0)) return;
      setNewest(empty, shardId, { version, until: now() + emptyForMs, holders }, most);
    },
    isSearched: (stockItemId, version) => version <= (searched.get(stockItemId) ?? 0),
    learnSearched: (stockItemId, version) =>
      setNewest(searched, stockItemId, Math.max(version, searched.get(stockItemId) ?? 0), most),
    note: (stockItemId, version, event) => {
      const stream = parseStockStreamId(stockItemId);
      if (stream === undefined) return;
      if (event.type === "StockSharded") learnShards(stockStreamId(stream.sku, stream.location), event.data.shards);
      if (stream.shard === undefined || !bringsUnits(event)) return;
      setNewest(supplied, stockItemId, Math.max(version, supplied.get(stockItemId) ?? 0), most);
      // An event from before the shard was found empty says nothing new.
      if (version > (empty.get(stockItemId)?.version ?? Infinity)) empty.delete(stockItemId);
    },
  };
};

/** A number that follows from a text, evenly spread: FNV-1a, 32 bits. */
const spread = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
};

/** The shards in the order in which an order tries them: each order begins at another one, so that none is in demand most. */
export const shardOrder = (orderId: string, shards: number): number[] => {
  const first = spread(orderId) % shards;
  return Array.from({ length: shards }, (_, index) => (first + index) % shards);
};
