/** A record as it stands in Kafka. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Any bytes; undefined if the record has no key. */
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
}

/** `<topic>/<partition>/<offset>`, by which people and logs name a record. */
export const placeOf = ({ topic, partition, offset }: KafkaRecord): string => `${topic}/${partition}/${offset}`;
