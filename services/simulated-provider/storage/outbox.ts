import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Sending } from "../behaviour/schedule.ts";
import { toCloudEvent } from "../messages/cloud-event.ts";

const waitingMessage = z
  .object({ seq: z.int(), event_id: z.string(), order_id: z.string(), event: z.string(), due_at: z.int() })
  .transform(({ seq, event_id: eventId, order_id: orderId, event, due_at: dueAt }) => ({
    seq,
    eventId,
    orderId,
    event,
    dueAt,
  }));

/** A message that Kafka does not have yet, as far as is known. */
export type WaitingMessage = z.output<typeof waitingMessage>;

const one = z.object({ value: z.int().nullable() });

/** The messages that are still to be sent. */
export interface Outbox {
  add(sending: Sending, decidedAtMs: number): void;
  count(): number;
  /** Whether a message itself, not only its duplicate, is still to be sent. */
  isWaiting(messageId: string): boolean;
  /** The messages that are due, in the order in which they are to be sent. */
  dueBy(nowMs: number, limit: number): WaitingMessage[];
  /** When the next message is due, in milliseconds since the epoch; undefined if none waits. */
  nextDueAt(): number | undefined;
  /** Has these sent at `dueAt`, in the order given. */
  rearrange(messages: readonly Pick<WaitingMessage, "seq">[], dueAt: number): void;
  remove(messages: readonly Pick<WaitingMessage, "seq">[]): void;
}

/** The outbox in the ledger's file. */
export const createOutbox = (database: DatabaseSync): Outbox => {
  const insert = database.prepare(
    `INSERT INTO messages (message_id, copy, event_id, order_id, event, due_at, rank) VALUES (?, ?, ?, ?, ?, ?, 0)`,
  );
  const count = database.prepare("SELECT count(*) AS value FROM messages");
  const waiting = database.prepare("SELECT 1 FROM messages WHERE message_id = ? AND copy = 0");
  const due = database.prepare(
    `SELECT seq, event_id, order_id, event, due_at FROM messages WHERE due_at <= ? ORDER BY due_at, rank, seq LIMIT ?`,
  );
  const next = database.prepare("SELECT min(due_at) AS value FROM messages");
  const move = database.prepare("UPDATE messages SET due_at = ?, rank = ? WHERE seq = ?");
  const remove = database.prepare("DELETE FROM messages WHERE seq = ?");

  return {
    add: (sending, decidedAtMs) => {
      const { message, copy, eventId, dueAt } = sending;
      insert.run(message.id, copy, eventId, message.orderId, toCloudEvent(sending, decidedAtMs), dueAt);
    },
    count: () => one.parse(count.get()).value ?? 0,
    isWaiting: (messageId) => waiting.get(messageId) !== undefined,
    dueBy: (nowMs, limit) => z.array(waitingMessage).parse(due.all(nowMs, limit)),
    nextDueAt: () => one.parse(next.get()).value ?? undefined,
    rearrange: (messages, dueAt) => {
      for (const [rank, { seq }] of messages.entries()) move.run(dueAt, rank, seq);
    },
    remove: (messages) => {
      for (const { seq } of messages) remove.run(seq);
    },
  };
};
