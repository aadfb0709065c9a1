import { randomUUID } from "node:crypto";
import { Admin, Consumer, ListOffsetTimestamps, MessagesStreamModes, Producer } from "@platformatic/kafka";
import type { RawRecord } from "./record-line.ts";

const clientOptions = (brokers: readonly string[]) => ({
  clientId: "order-processor-cli",
  bootstrapBrokers: [...brokers],
  connectTimeout: 3_000,
  timeout: 10_000,
  retries: 3,
  retryDelay: 300,
});

/** A record to append; headers are text. */
export interface NewRecord {
  readonly topic: string;
  readonly key: string | undefined;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a record was put. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Appends one record and waits until all in-sync replicas have it. Throws when they do not take it. */
export const produce = async (brokers: readonly string[], record: NewRecord): Promise<RecordPlace> => {
  const producer = new Producer({ ...clientOptions(brokers), acks: -1, autocreateTopics: false });
  try {
    const { offsets } = await producer.send({
      messages: [
        {
          topic: record.topic,
          ...(record.key === undefined ? {} : { key: Buffer.from(record.key) }),
          value: record.value,
          headers: new Map(
            Object.entries(record.headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
          ),
        },
      ],
    });
    const place = offsets?.[0];
    if (place === undefined) throw new Error("the broker did not say where it put the record");
    return { topic: place.topic, partition: place.partition, offset: Number(place.offset) };
  } finally {
    await producer.close(true);
  }
};

export interface Consumption {
  readonly topic: string;
  readonly fromBeginning: boolean;
  /** Stop after so many records; none when absent. */
  readonly max: number | undefined;
  readonly onRecord: (record: RawRecord) => void;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * Reads a topic until there were enough records or the signal aborts.
 *
 * @returns how many records were read
 */
export const consume = async (brokers: readonly string[], consumption: Consumption): Promise<number> => {
  const { topic, fromBeginning, max, onRecord, signal } = consumption;
  // A group of its own: reading here takes nothing from any other reader, and nothing is committed.
  const consumer = new Consumer({ ...clientOptions(brokers), groupId: `order-processor-cli-${randomUUID()}` });
  try {
    const stream = await consumer.consume({
      topics: [topic],
      mode: fromBeginning ? MessagesStreamModes.EARLIEST : MessagesStreamModes.LATEST,
      autocommit: false,
      maxWaitTime: 500,
    });
    const end = (): void => void stream.destroy();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    return await readAll(stream, max, onRecord, signal);
  } finally {
    await consumer.close(true);
  }
};

const readAll = async (
  stream: AsyncIterable<RawRecord>,
  max: number | undefined,
  onRecord: (record: RawRecord) => void,
  signal: AbortSignal,
): Promise<number> => {
  let count = 0;
  try {
    for await (const record of stream) {
      onRecord(record);
      count += 1;
      if (count === max) break;
    }
  } catch (error) {
    // A stream that was ended from outside says so by an error of its own.
    if (!signal.aborted) throw error;
  }
  return count;
};

/** A topic with its size. */
export interface TopicSize {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

/** Lists the topics, Kafka's internal ones left out, with the number of records that are in them now. */
export const listTopics = async (brokers: readonly string[]): Promise<TopicSize[]> => {
  const admin = new Admin(clientOptions(brokers));
  const consumer = new Consumer({ ...clientOptions(brokers), groupId: `order-processor-cli-${randomUUID()}` });
  try {
    const topics = (await admin.listTopics()).sort();
    if (topics.length === 0) return [];
    consumer.topics.trackAll(...topics);
    const starts = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST });
    const ends = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST });
    return topics.map((topic) => ({
      topic,
      partitions: ends.get(topic)?.length ?? 0,
      records: Number(sum(ends.get(topic)) - sum(starts.get(topic))),
    }));
  } finally {
    await consumer.close(true);
    await admin.close();
  }
};

const sum = (offsets: readonly bigint[] | undefined): bigint =>
  (offsets ?? []).reduce((total, offset) => total + offset, 0n);
