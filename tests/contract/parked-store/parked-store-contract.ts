import { describe, expect, test } from "@jest/globals";
import type { AuditEntry, ParkedMessage } from "../../../services/ingress/parking/items.ts";
import { messageOfRecord } from "../../../services/ingress/parking/items.ts";
import { leased, withMessage, withoutMessage } from "../../../services/ingress/parking/parked-stream.ts";
import type { ParkedStore, StoredStream } from "../../../services/ingress/parking/store.ts";

const at = "2026-01-02T03:04:05.006Z";

const messageOf = (
  topic: string,
  streamId: string,
  offset: number,
  more: Partial<ParkedMessage> = {},
): ParkedMessage => ({
  ...messageOfRecord(
    {
      topic,
      partition: 3,
      offset: String(offset),
      key: Buffer.from(streamId),
      value: Buffer.from(`{"ünïcode": "漢字 ${offset}"}`),
    },
    {
      streamType: "Order",
      streamId,
      messageType: "carrier.delivered",
      commandId: `/carrier#${offset}`,
      parkedAt: at,
      reason: "the store said no",
    },
  ),
  ...more,
});

const auditOf = (message: ParkedMessage, more: Partial<AuditEntry> = {}): AuditEntry => ({
  kind: "audit",
  partition: message.partition,
  offset: message.offset,
  messageId: message.messageId,
  sortKey: `${at}~${message.messageId.replaceAll("/", "-")}`,
  action: "redrive",
  by: "someone",
  at,
  streamType: "Order",
  streamId: message.streamId,
  messageType: message.messageType,
  commandId: message.commandId,
  result: "accepted",
  reason: null,
  contentHash: "hash",
  ...more,
});

const newTopic = (): string => `topic-${crypto.randomUUID()}`;

/** Parks messages of one stream one after the other. */
const parkAll = async (
  store: ParkedStore,
  messages: readonly ParkedMessage[],
): Promise<{ stored: StoredStream; claimTag: string }> => {
  const [first] = messages;
  if (first === undefined) throw new Error("nothing to park");
  let claimTag = await store.claim(first.partition);
  let stored: StoredStream | undefined;
  for (const message of messages) {
    const result = await store.park(claimTag, stored, withMessage(stored?.stream, message), message);
    if (result.outcome !== "parked") throw new Error(result.outcome);
    ({ claimTag, stored } = result);
  }
  if (stored === undefined) throw new Error("nothing was parked");
  return { stored, claimTag };
};

/** What every store of parked messages must do; `open` gives one instance's view of one store. */
export const describeParkedStore = (name: string, open: () => ParkedStore): void => {
  describe(`${name}: a message`, () => {
    test("is parked together with its stream, and comes back as it was", async () => {
      const store = open();
      const message = messageOf(newTopic(), "order-1", 1);
      const { stored } = await parkAll(store, [message]);
      expect(await store.readMessage(message.partition, 1)).toEqual(message);
      expect(await store.readStream(message.partition, "order-1")).toEqual(stored);
      expect(stored.stream).toEqual(withMessage(undefined, message));
      expect((await store.load(message.partition, 0)).streams).toEqual([stored]);
    });

    test("is not parked by an instance from which another has taken the partition", async () => {
      const [store, other] = [open(), open()];
      const message = messageOf(newTopic(), "order-1", 1);
      const claimTag = await store.claim(message.partition);
      expect(await store.holdsClaim(message.partition, claimTag)).toBe(true);
      await other.claim(message.partition);
      expect(await store.holdsClaim(message.partition, claimTag)).toBe(false);
      const result = await store.park(claimTag, undefined, withMessage(undefined, message), message);
      expect(result).toEqual({ outcome: "claimLost" });
      expect(await store.readMessage(message.partition, 1)).toBeUndefined();
      expect(await store.readStream(message.partition, "order-1")).toBeUndefined();
    });

    test("is parked once", async () => {
      const store = open();
      const message = messageOf(newTopic(), "order-1", 1);
      const { stored, claimTag } = await parkAll(store, [message]);
      const again = await store.park(claimTag, stored, withMessage(stored.stream, message), message);
      expect(again).toEqual({ outcome: "alreadyParked", value: message.value });
      expect(await store.readStream(message.partition, "order-1")).toEqual(stored);
    });

    test("is not parked on a stream that is not as it was read", async () => {
      const store = open();
      const topic = newTopic();
      const message = messageOf(topic, "order-1", 1);
      const next = messageOf(topic, "order-1", 2);
      const { stored, claimTag } = await parkAll(store, [message]);
      for (const before of [undefined, { ...stored, etag: '"other"' }]) {
        const result = await store.park(claimTag, before, withMessage(stored.stream, next), next);
        expect(result).toEqual({ outcome: "streamMoved" });
      }
      await store.settle(stored, undefined, message, auditOf(message));
      const gone = await store.park(claimTag, stored, withMessage(stored.stream, next), next);
      expect(gone).toEqual({ outcome: "streamMoved" });
      expect(await store.readMessage(message.partition, 2)).toBeUndefined();
    });
  });

  describe(`${name}: a parked stream`, () => {
    test("gives its messages in the order of their offsets", async () => {
      const store = open();
      const topic = newTopic();
      const messages = [9, 10, 100, 101].map((offset) => messageOf(topic, "order-1", offset));
      await parkAll(store, messages);
      await parkAll(store, [messageOf(topic, "order-2", 50)]);
      const found = await store.firstMessages(`${topic}/3`, "order-1", 10, 2);
      expect(found).toEqual(messages.slice(1, 3));
    });

    test("loses a message together with the audit entry, unless it has moved", async () => {
      const store = open();
      const topic = newTopic();
      const messages = [1, 2].map((offset) => messageOf(topic, "order-1", offset));
      const [first, second] = messages;
      if (first === undefined || second === undefined) throw new Error("no messages");
      const { stored } = await parkAll(store, messages);
      const next = withoutMessage(stored.stream, second);
      const stale = { ...stored, etag: '"other"' };
      expect(await store.settle(stale, next, first, auditOf(first))).toEqual({ outcome: "streamMoved" });
      expect(await store.readMessage(first.partition, 1)).toEqual(first);

      const settled = await store.settle(stored, next, first, auditOf(first));
      if (settled.outcome !== "settled" || settled.stored === undefined) throw new Error("it was not settled");
      expect(settled.stored.stream).toMatchObject({ head: 2, messages: 1 });
      expect(await store.readMessage(first.partition, 1)).toBeUndefined();
      expect(await store.readStream(first.partition, "order-1")).toEqual(settled.stored);

      const last = await store.settle(settled.stored, undefined, second, auditOf(second));
      expect(last).toEqual({ outcome: "settled", stored: undefined });
      expect(await store.load(first.partition, 0)).toEqual({ streams: [], discarded: [] });
    });

    test("is leased to the first who asks", async () => {
      const store = open();
      const { stored } = await parkAll(store, [messageOf(newTopic(), "order-1", 1)]);
      const taken = await store.update(stored, leased(stored.stream, "a", "someone", 0));
      expect(taken?.stream.lease?.id).toBe("a");
      expect(await store.update(stored, leased(stored.stream, "b", "someone", 0))).toBeUndefined();
      expect(await store.readStream(stored.stream.partition, "order-1")).toEqual(taken);
    });

    test("is found in all its partitions, and listed page by page", async () => {
      const store = open();
      const [topic, other] = [newTopic(), newTopic()];
      const streamId = `order-${crypto.randomUUID()}`;
      const one = messageOf(topic, streamId, 1);
      const two = messageOf(other, streamId, 2);
      const stored = [await parkAll(store, [one]), await parkAll(store, [two])].map((parked) => parked.stored);
      const inOrder = stored.toSorted((a, b) => (a.stream.sortKey < b.stream.sortKey ? -1 : 1));
      expect(await store.streamsOf(streamId)).toEqual(inOrder);

      const listed: StoredStream[] = [];
      for (;;) {
        const page = await store.listStreams({ after: listed.at(-1)?.stream.sortKey, limit: 2 });
        listed.push(...page);
        if (page.length < 2) break;
      }
      expect(listed.filter(({ stream }) => stream.streamId === streamId)).toEqual(inOrder);
      const keys = listed.map(({ stream }) => stream.sortKey);
      expect(keys).toEqual(keys.toSorted());

      const inPlace = [one, two].toSorted((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
      expect(await store.listMessages(streamId, { after: undefined, limit: 10 })).toEqual(inPlace);
      expect(await store.listMessages(streamId, { after: inPlace[0]?.sortKey, limit: 10 })).toEqual(inPlace.slice(1));
    });
  });

  describe(`${name}: the audit`, () => {
    test("tells the newest first, of one stream or of all", async () => {
      const store = open();
      const streamId = `order-${crypto.randomUUID()}`;
      const messages = [1, 2].map((offset) => messageOf(newTopic(), streamId, offset));
      const entries: AuditEntry[] = [];
      for (const message of messages) {
        const { stored } = await parkAll(store, [message]);
        const entry = auditOf(message, { sortKey: `${at}~${message.offset}` });
        await store.settle(stored, undefined, message, entry);
        entries.push(entry);
      }
      expect(await store.listAudit(streamId, { after: undefined, limit: 10 })).toEqual(entries.toReversed());
      expect(await store.listAudit(streamId, { after: entries[1]?.sortKey, limit: 10 })).toEqual(entries.slice(0, 1));
      expect((await store.listAudit(undefined, { after: undefined, limit: 500 })).length).toBeGreaterThan(1);
    });

    test("tells which messages that may come again were discarded", async () => {
      const store = open();
      const topic = newTopic();
      for (const offset of [1, 7]) {
        const message = messageOf(topic, `order-${offset}`, offset);
        const { stored } = await parkAll(store, [message]);
        await store.settle(stored, undefined, message, auditOf(message, { action: "discard", result: "discarded" }));
      }
      const { discarded } = await store.load(`${topic}/3`, 7);
      expect(discarded.map(({ offset, contentHash }) => [offset, contentHash])).toEqual([[7, "hash"]]);
    });
  });
};
