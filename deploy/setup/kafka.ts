import { Admin } from "@platformatic/kafka";
import { TOPICS, type TopicDefinition } from "./topics.ts";
import { Hopeless, untilReady } from "./until-ready.ts";

const REQUEST_TIMEOUT_MS = 5_000;

export interface KafkaTarget {
  readonly brokers: readonly string[];
  /** Copies of each partition; the brokers' own default when absent. */
  readonly replicas?: number;
  /** Copies that must hold a record before it is acknowledged; the brokers' own default when absent. */
  readonly minInsyncReplicas?: number;
}

/**
 * Creates the topics that are absent. An existing topic is never changed, only checked.
 *
 * @param deadline when to stop waiting for the brokers, in milliseconds since the epoch
 * @returns what was created, one short phrase each
 * @throws Hopeless when a topic exists with another number of partitions; Error when the brokers stay away
 */
export const setUpKafka = async (target: KafkaTarget, deadline: number): Promise<string[]> => {
  const admin = new Admin({
    clientId: "order-processor-setup",
    bootstrapBrokers: [...target.brokers],
    retries: 0,
    timeout: REQUEST_TIMEOUT_MS,
    connectTimeout: REQUEST_TIMEOUT_MS,
  });
  try {
    const existing = await untilReady("topics", deadline, () => admin.listTopics());
    const created: string[] = [];
    for (const topic of TOPICS) {
      if (existing.includes(topic.name)) continue;
      await untilReady(`topic ${topic.name}`, deadline, () => create(admin, topic, target));
      created.push(`topic ${topic.name}`);
    }
    await untilReady("partitions of the topics", deadline, () => checkPartitions(admin));
    return created;
  } finally {
    await admin.close();
  }
};

const create = async (admin: Admin, topic: TopicDefinition, target: KafkaTarget): Promise<void> => {
  const { minInsyncReplicas } = target;
  const configs = {
    ...topic.configs,
    ...(minInsyncReplicas === undefined ? {} : { "min.insync.replicas": String(minInsyncReplicas) }),
  };
  try {
    await admin.createTopics({
      topics: [topic.name],
      partitions: topic.partitions,
      ...(target.replicas === undefined ? {} : { replicas: target.replicas }),
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    });
  } catch (error) {
    // An attempt whose answer was lost, or another setup at the same time, has made it: that is what was asked for.
    if (!(await admin.listTopics()).includes(topic.name)) throw error;
  }
};

// Also waits until every partition has a leader, so that whoever comes next can write at once.
const checkPartitions = async (admin: Admin): Promise<void> => {
  const metadata = await admin.metadata({ topics: TOPICS.map(({ name }) => name), forceUpdate: true });
  for (const { name, partitions } of TOPICS) {
    const found = metadata.topics.get(name);
    if (found === undefined) throw new Error(`topic ${name} is not there yet`);
    if (found.partitionsCount !== partitions) {
      throw new Hopeless(`topic ${name} has ${found.partitionsCount} partitions, it must have ${partitions}`);
    }
    if (found.partitions.some(({ leader }) => leader < 0)) throw new Error(`topic ${name} has no leader yet`);
  }
};
