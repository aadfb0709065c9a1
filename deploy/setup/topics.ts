const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A topic as the setup step makes it. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** The number of partitions is for ever: a key's place, and so the order per stream, depends on it. */
const PARTITIONS = 8;

const topic = (name: string, largestRecordBytes: number, configs: Record<string, string> = {}): TopicDefinition => ({
  name,
  partitions: PARTITIONS,
  configs: { "max.message.bytes": String(largestRecordBytes), ...configs },
});

/**
 * The topics. A dead letter is the original command with headers that say why, so its topic takes more than
 * the commands' topic does; the publishing component's `maxMessageBytes` lies between the two.
 */
export const TOPICS: readonly TopicDefinition[] = [
  topic("order-commands", MIB),
  topic("order-events", 4 * MIB),
  topic("stock-events", 4 * MIB),
  // A person has to look at these, so they stay longer than the seven days of the others.
  topic("order-commands-dead-letter", 4 * MIB, { "retention.ms": String(30 * DAY_MS) }),
];
