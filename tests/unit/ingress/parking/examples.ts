import { messageOfRecord, type ParkedMessage, type ParkedStream } from "../../../../services/ingress/parking/items.ts";
import type { StoredStream } from "../../../../services/ingress/parking/store.ts";
import { placeOrderEvent } from "../messages.ts";

export const parkedAt = "2026-01-02T03:04:05.000Z";

/** A parked stream with one message that waits. */
export const aParkedStream = (more: Partial<ParkedStream> = {}): ParkedStream => ({
  kind: "stream",
  partition: "order-commands/3",
  streamType: "Order",
  streamId: "order-1",
  sortKey: `${more.streamId ?? "order-1"}@order-commands/3`,
  head: 17,
  messages: 1,
  waitingSince: parkedAt,
  fault: { reason: "the store said no", at: parkedAt },
  attempts: 0,
  lease: null,
  ...more,
});

export const storedStream = (more: Partial<ParkedStream> = {}): StoredStream => ({
  stream: aParkedStream(more),
  etag: '"1"',
});

/** A message that waits; with a reason it has faulted, without one it came behind another. */
export const aParkedMessage = (offset: number, reason: string | null, streamId = "order-1"): ParkedMessage =>
  messageOfRecord(
    {
      topic: "order-commands",
      partition: 3,
      offset: String(offset),
      key: Buffer.from(streamId),
      value: Buffer.from(JSON.stringify({ ...placeOrderEvent, id: `command-${offset}`, subject: streamId })),
    },
    {
      streamType: "Order",
      streamId,
      messageType: placeOrderEvent.type,
      commandId: `command-${offset}`,
      parkedAt,
      reason,
    },
  );
