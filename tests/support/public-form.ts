import { publishedTypeOf } from "../../actors/host/publication/cloud-event.ts";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import type { StoredEvent } from "../../actors/kernel/public-form.ts";
import { toPublicForms } from "../../actors/public-contract/contract.ts";
import { orderEventHistories } from "../../actors/order/events.ts";
import { stockItemEventHistories } from "../../actors/stock-item/events.ts";

/** The type and data under which a stored event is published, in the oldest version that is. */
export const publicFormOf = (event: StoredEvent): { readonly type: string; readonly data: Record<string, unknown> } => {
  const [form] = toPublicForms(event);
  if (form === undefined) throw new Error(`${event.type} has no public form`);
  return { type: publishedTypeOf(form), data: form.data };
};

const histories: Readonly<Record<StreamType, Readonly<Record<string, { readonly schemaVersion: number }>>>> = {
  Order: orderEventHistories,
  StockItem: stockItemEventHistories,
};

/** The schema version of an event that the code under test wrote: today's. */
export const schemaVersionOfNew = (streamType: StreamType, type: string): number => {
  const schemaVersion = histories[streamType][type]?.schemaVersion;
  if (schemaVersion === undefined) throw new Error(`${type} is no event of a ${streamType}`);
  return schemaVersion;
};

/** The same for an event of which only type and data are known, since the code under test wrote it: in today's shape. */
export const publicFormOfNew = (
  streamType: StreamType,
  streamId: string,
  { type, data }: Pick<StoredEvent, "type" | "data">,
) => publicFormOf({ streamType, streamId, type, schemaVersion: schemaVersionOfNew(streamType, type), data });
