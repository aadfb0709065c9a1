import { stockItemAggregate } from "../../../../actors/stock-item/aggregate.ts";
import type { RecordedEvent } from "../../../../actors/kernel/recorded-event.ts";
import { parseStockStreamId, stockStreamId } from "../../../../actors/kernel/stream-id.ts";
import { beginRun, type Run } from "../../../../services/process-manager/run.ts";
import {
  createStockCoordinator,
  type StockCoordinator,
} from "../../../../services/process-manager/stock/stock-coordinator.ts";
import { createMemoryWorld, handlerParts, type Around, type MemoryWorld } from "../memory-process.ts";

export const sku = "tea";
export const location = "berlin";
export const itemId = stockStreamId(sku, location);
export const shardId = (shard: number): string => stockStreamId(sku, location, shard);
export const emptyForMs = 10_000;

/** A sharded item in memory, with the real deciders, and a coordinator that works on it. */
export interface ShardWorld {
  readonly world: MemoryWorld;
  /** The coordinator of the process that runs now. */
  coordinator(): StockCoordinator;
  /** Another process takes over: it knows nothing. */
  restart(): void;
  receive(quantity: number): void;
  shard(shards: number): void;
  /** Sends a command to a stock item as the process manager does, outside of any run. */
  drive(stockItemId: string, type: string, data: Record<string, unknown>): void;
  /** Delivers the next events of the feed: units on their way arrive where they belong, and the coordinator takes notice. */
  deliver(events?: number): void;
  /** A run of an event of this order. */
  run(orderId: string, around?: Around): Run;
  /** A run of an event of the item that has this version. */
  runOfItem(version: number): Run;
}

const never = new AbortController().signal;

const recordedOf = (streamType: "Order" | "StockItem", streamId: string, version: number): RecordedEvent => ({
  kind: "event",
  streamType,
  streamId,
  version,
  type: streamType === "Order" ? "ReservationRequested" : "StockBackordered",
  schemaVersion: 1,
  data: {},
  at: new Date(Date.UTC(2026, 0, 1)).toISOString(),
  commandId: "place",
  commandType: "PlaceOrder",
  requestHash: "h",
  statusAfter: "Placed",
  correlationId: "c",
  causationId: "place",
  by: "test",
  hostEpoch: "e",
  hostSeq: 1,
});

export const createShardWorld = (): ShardWorld => {
  const world = createMemoryWorld();
  const limits = { now: () => world.clock.nowMs, emptyForMs, most: 1_000 };
  let coordinator = createStockCoordinator(limits);
  let commands = 0;
  let delivered = 0;

  const send = (
    issuer: "outside" | "process-manager",
    stockItemId: string,
    type: string,
    data: Record<string, unknown>,
  ): void => {
    commands += 1;
    world.actors.send(issuer, "StockItem", stockItemId, { commandId: `test-${commands}`, type, data });
  };

  const take = (recorded: RecordedEvent): void => {
    const { streamId, version, type, schemaVersion, data } = recorded;
    const event = stockItemAggregate.decodeEvent(type, schemaVersion, data);
    coordinator.noteEvent(streamId, version, event);
    const stream = parseStockStreamId(streamId);
    if (event.type === "StockRecalled") {
      const { quantity } = event.data;
      send("process-manager", itemId, "ReceiveStock", { receiptId: `${streamId}/${version}`, quantity });
    }
    if (event.type !== "StockAllocated" || stream === undefined) return;
    for (const { shard, quantity } of event.data.allocations) {
      send("process-manager", shardId(shard), "ReceiveStock", { receiptId: `${streamId}/${version}`, quantity });
    }
  };

  return {
    world,
    coordinator: () => coordinator,
    restart: () => {
      coordinator = createStockCoordinator(limits);
    },
    receive: (quantity) => send("outside", itemId, "ReceiveStock", { receiptId: `r-${commands}`, quantity }),
    shard: (shards) => send("outside", itemId, "ShardStock", { shards }),
    drive: (stockItemId, type, data) => send("process-manager", stockItemId, type, data),
    deliver: (events = Infinity) => {
      for (let count = 0; count < events && delivered < world.actors.feed.length; count += 1) {
        const next = world.actors.feed[delivered];
        delivered += 1;
        if (next !== undefined) take(next);
      }
    },
    run: (orderId, around = {}) => beginRun(handlerParts(world, around), recordedOf("Order", orderId, 2), never),
    runOfItem: (version) => beginRun(handlerParts(world), recordedOf("StockItem", itemId, version), never),
  };
};
