import { Consumer, ListOffsetTimestamps, Producer } from "@platformatic/kafka";
import { z } from "zod";
import type { OrderCommandBody } from "./api.ts";

/** A record as it is in Kafka: bytes and place, nothing decoded but the names and values of its headers. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a produced record was stored. */
export interface RecordPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Reads one topic without a consumer group, so that it neither waits for one nor leaves one behind. */
export interface TopicReader {
  /** Every record from where the last call ended through what is in the topic now; in order per partition. */
  readNew(): Promise<TopicRecord[]>;
  close(): Promise<void>;
}

export interface TopicWriter {
  /** Appends one record, to the partition of its key unless one is given, and resolves to its place once all in-sync replicas have it. Throws if they do not take it. */
  write(topic: string, key: string, value: string | Uint8Array, partition?: number): Promise<RecordPlace>;
  /** How many partitions a topic has. Throws if it does not exist. */
  partitionsOf(topic: string): Promise<number>;
  close(): Promise<void>;
}

type Brokers = readonly string[];
type Start = "beginning" | "end";

const fetchBytes = 8 * 1024 * 1024;
const partitionBytes = 1024 * 1024;

/** A broker that was killed takes ten seconds or more to come back. */
const writeRetries = 60;

const clientOptions = (brokers: Brokers) => ({
  clientId: "order-processor-tests",
  bootstrapBrokers: [...brokers],
  connectTimeout: 3_000,
  timeout: 10_000,
  retries: 5,
  retryDelay: 500,
});

const text = (bytes: Buffer | null): string => bytes?.toString("utf8") ?? "";

/**
 * Opens a topic for reading from its beginning, or from what is its end now.
 *
 * Throws if the brokers (`host:port` each) are away or the topic does not exist.
 */
export const openTopic = async (brokers: Brokers, topic: string, start: Start): Promise<TopicReader> => {
  const consumer = new Consumer({ ...clientOptions(brokers), groupId: "order-processor-tests-without-group" });
  consumer.topics.trackAll(topic);

  const offsetsAt = async (timestamp: bigint): Promise<bigint[]> =>
    (await consumer.listOffsets({ topics: [topic], timestamp })).get(topic) ?? [];
  const ends = async (): Promise<bigint[]> => offsetsAt(ListOffsetTimestamps.LATEST);

  const positions = start === "end" ? await ends() : await offsetsAt(ListOffsetTimestamps.EARLIEST);

  /** The partitions that are not read through `through`, by the broker that leads them. */
  const behind = async (through: readonly bigint[]): Promise<{ topicId: string; byLeader: Map<number, number[]> }> => {
    const metadata = (await consumer.metadata({ topics: [topic] })).topics.get(topic);
    if (metadata === undefined) throw new Error(`the topic ${topic} does not exist`);
    const byLeader = new Map<number, number[]>();
    for (const [partition, { leader }] of metadata.partitions.entries()) {
      if ((positions[partition] ?? 0n) >= (through[partition] ?? 0n)) continue;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    return { topicId: metadata.id, byLeader };
  };

  const fetchFrom = async (node: number, topicId: string, partitions: readonly number[]): Promise<TopicRecord[]> => {
    const response = await consumer.fetch({
      node,
      maxBytes: fetchBytes,
      maxWaitTime: 200,
      minBytes: 1,
      topics: [
        {
          topicId,
          partitions: partitions.map((partition) => ({
            partition,
            fetchOffset: positions[partition] ?? 0n,
            partitionMaxBytes: partitionBytes,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          })),
        },
      ],
    });
    const found: TopicRecord[] = [];
    for (const fetched of response.responses.flatMap((answered) => answered.partitions)) {
      const partition = fetched.partitionIndex;
      for (const batch of fetched.records ?? []) {
        for (const record of batch.records) {
          const offset = batch.firstOffset + BigInt(record.offsetDelta);
          // A batch is sent whole, also when only its later records were asked for.
          if (offset < (positions[partition] ?? 0n)) continue;
          found.push({
            topic,
            partition,
            offset: Number(offset),
            key: record.key?.toString("utf8"),
            value: record.value ?? Buffer.alloc(0),
            headers: Object.fromEntries(record.headers.map(([name, value]) => [text(name), text(value)])),
          });
        }
        const next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
        if (next > (positions[partition] ?? 0n)) positions[partition] = next;
      }
    }
    return found;
  };

  return {
    readNew: async () => {
      const through = await ends();
      const found: TopicRecord[] = [];
      for (;;) {
        const { topicId, byLeader } = await behind(through);
        if (byLeader.size === 0) return found;
        for (const [node, partitions] of byLeader) found.push(...(await fetchFrom(node, topicId, partitions)));
      }
    },
    close: async () => consumer.close(true),
  };
};

/** A producer that waits for all in-sync replicas, and half a minute for brokers that are away. */
export const openWriter = (brokers: Brokers): TopicWriter => {
  const producer = new Producer({ ...clientOptions(brokers), acks: -1, retries: writeRetries });
  return {
    write: async (topic, key, value, partition) => {
      const message = { topic, key: Buffer.from(key, "utf8"), value: Buffer.from(value) };
      const result = await producer.send({ messages: [partition === undefined ? message : { ...message, partition }] });
      const place = result.offsets?.[0];
      if (place === undefined) throw new Error(`the broker did not say where it stored a record of ${topic}`);
      return { partition: place.partition, offset: Number(place.offset) };
    },
    partitionsOf: async (topic) => {
      const found = (await producer.metadata({ topics: [topic] })).topics.get(topic);
      if (found === undefined) throw new Error(`the topic ${topic} does not exist`);
      return found.partitionsCount;
    },
    close: async () => producer.close(true),
  };
};

const publishedEvent = z.object({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.string().min(1),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** An event as it is in `order-events` or `stock-events`: its CloudEvent, and the key and partition of its record. */
export type PublishedEvent = z.infer<typeof publishedEvent> & {
  readonly key: string | undefined;
  readonly partition: number;
};

/** Reads the CloudEvent in a record. Throws if there is none, since every published event must be one. */
export const readPublishedEvent = ({ key, partition, value }: TopicRecord): PublishedEvent => ({
  ...publishedEvent.parse(JSON.parse(value.toString("utf8"))),
  key,
  partition,
});

/** What a consumer keeps of events that arrive at least once: the first of each id, in order. */
export const firstOfEachId = <Event extends { readonly id: string }>(events: readonly Event[]): Event[] => {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
};

/** The record value of a command for the topic `order-commands`: a CloudEvent in JSON. */
export const commandMessage = (orderId: string, commandId: string, { type, ...fields }: OrderCommandBody): string =>
  JSON.stringify({
    specversion: "1.0",
    id: commandId,
    source: "/tests",
    type: `orders.command.${type}`,
    subject: orderId,
    datacontenttype: "application/json",
    data: fields,
  });
