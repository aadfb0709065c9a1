import { isDeepStrictEqual } from "node:util";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemView, stockOverShards, type StockItemView } from "../../../actors/stock-item/view.ts";
import { firstOfEachId, type PublishedEvent } from "../../support/kafka.ts";
import { schemaVersionOfNew } from "../../support/public-form.ts";
import type { Books, KnownStock } from "../books.ts";
import type { Observed } from "../observe.ts";
import { checkEach, comparedFinding, type Finding } from "./finding.ts";
import { isOrderView } from "./orders.ts";

const topic = "Stock";
const eventTypePrefix = "orders.event.";

/** Units of a stock item that the orders and sales say have moved. */
interface Movements {
  readonly shipped: number;
  readonly returned: number;
  readonly sold: number;
  readonly reserved: number;
}

const sum = <Item>(items: Iterable<Item>, of: (item: Item) => number): number => {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
};

/** Only managed orders and sales touch stock. */
const movementsOf = ({ orders }: Observed, { sku, location }: KnownStock): Movements => {
  const isHere = (line: { readonly sku: string; readonly location: string }): boolean =>
    line.sku === sku && line.location === location;
  const views = [...orders.values()].flatMap(({ snapshot }) => snapshot ?? []);
  const managed = views.filter(isOrderView).filter(({ fulfilment }) => fulfilment === "managed");
  const lines = managed.flatMap((order) => order.lines).filter(isHere);
  const returned = managed.flatMap((order) => {
    const here = new Set(order.lines.filter(isHere).map(({ lineId }) => lineId));
    return order.returns
      .filter(({ status }) => status === "Received")
      .flatMap((known) => known.lines)
      .filter(({ lineId, condition }) => here.has(lineId) && condition === "resalable");
  });
  const sold = views.flatMap((view) =>
    view.status === "SaleCompleted" && view.fulfilment === "managed" ? view.lines.filter(isHere) : [],
  );
  return {
    shipped: sum(lines, (line) => line.shipped),
    returned: sum(returned, ({ quantity }) => quantity),
    sold: sum(sold, ({ quantity }) => quantity),
    reserved: sum(lines, (line) => line.reserved),
  };
};

const inWords = (onHand: number, held: number): string => `${onHand} on hand, ${held} reserved`;

/** Received and returned units are on the shelf or have gone; what is held is what orders hold. */
const checkItem = (known: KnownStock, observed: Observed, run: string): Finding => {
  const { sku, location, receivedUnits } = known;
  const { shipped, returned, sold, reserved } = movementsOf(observed, known);
  const moved = [
    `${receivedUnits} received`,
    ...(returned === 0 ? [] : [`${returned} back`]),
    ...(shipped === 0 ? [] : [`${shipped} shipped`]),
    ...(sold === 0 ? [] : [`${sold} over the counter`]),
  ];
  const view = observed.stock.get(`${sku}~${location}`);
  return comparedFinding(
    topic,
    `${sku.replace(`${run}-`, "")}: ${moved.join(", ")}`,
    inWords(receivedUnits + returned - shipped - sold, reserved),
    view === undefined ? "unknown" : inWords(view.onHand - view.oversold, view.reserved),
  );
};

/** What folding the published events gives; the public form of a stock event has all that is stored. */
const foldStock = (streamId: string, events: readonly PublishedEvent[]): StockItemView | undefined => {
  const state = events.reduce((before, { type, data, time }) => {
    const eventType = type.slice(eventTypePrefix.length);
    const event = stockItemAggregate.decodeEvent(eventType, schemaVersionOfNew("StockItem", eventType), data);
    return stockItemAggregate.evolve(before, event, time);
  }, stockItemAggregate.initial);
  return stockItemView(streamId, events.length, state);
};

const checkSnapshots = ({ stock: known }: Books, { stock, stockEvents }: Observed): Finding => {
  const bySubject = Map.groupBy(firstOfEachId(stockEvents), ({ subject }) => subject);
  const shardsOf = (sku: string, location: string): string[] =>
    [...bySubject.keys()].filter((subject) => {
      const stream = parseStockStreamId(subject);
      return stream?.sku === sku && stream.location === location && stream.shard !== undefined;
    });
  const fold = (streamId: string): StockItemView | undefined => foldStock(streamId, bySubject.get(streamId) ?? []);
  return checkEach(
    topic,
    "snapshots that equal the fold of the published events",
    known,
    ([item, { sku, location }]) => {
      const [root, shards] = [fold(item), shardsOf(sku, location).flatMap((shard) => fold(shard) ?? [])];
      const folded = root === undefined || shards.length === 0 ? root : stockOverShards(root, shards);
      const view = stock.get(item);
      return isDeepStrictEqual(view, folded)
        ? undefined
        : `${item} is ${JSON.stringify(view)}, and folding its events gives ${JSON.stringify(folded)}`;
    },
  );
};

/** Every unit received is still there or has gone with an order or a sale, and what is reserved is what orders hold. */
export const checkStock = (books: Books, observed: Observed, run: string): Finding[] => [
  ...[...books.stock.values()].map((known) => checkItem(known, observed, run)),
  checkSnapshots(books, observed),
];
