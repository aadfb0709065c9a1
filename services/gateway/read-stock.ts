import { stockStreamId } from "../../actors/kernel/stream-id.ts";
import { stockOverShards, type StockItemView } from "../../actors/stock-item/view.ts";
import type { Found } from "./found.ts";

/** Reads the view of one stream. */
type Read = (streamId: string) => Promise<Found<StockItemView>>;

/**
 * The stock of a SKU at a location, over all its shards if it has some.
 *
 * The item itself is read once more after its shards: what leaves it for them meanwhile is then counted nowhere, as units on
 * their way always are, rather than twice. The ETag changes with every change of the item or of a shard.
 */
export const readStock = async (
  { sku, location }: { readonly sku: string; readonly location: string },
  read: Read,
): Promise<Found<StockItemView>> => {
  const streamId = stockStreamId(sku, location);
  const first = await read(streamId);
  if ("problem" in first || first.view.shards === 0) return first;
  const { shards } = first.view;
  const found = await Promise.all(
    Array.from({ length: shards }, async (_, shard) => read(stockStreamId(sku, location, shard))),
  );
  // A shard that nothing has reached yet is unknown; anything else that is wrong with one is wrong with the whole.
  const wrong = found.find((each) => "problem" in each && each.problem.kind !== "unknownStream");
  if (wrong !== undefined) return wrong;
  const views = found.flatMap((each) => ("view" in each ? [each.view] : []));
  const root = await read(streamId);
  if ("problem" in root) return root;
  const versions = views.reduce((sum, { version }) => sum + version, 0);
  return { view: stockOverShards(root.view, views), etag: `"${root.view.version}.${versions}"` };
};
