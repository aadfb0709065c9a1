import type { KafkaRecord } from "../../../../../services/ingress/kafka-record.ts";
import type { Instance } from "./instance.ts";

/** The consumer group of one partition: one record at a time to whoever has the partition, from what was committed last. */
export interface Consumer {
  /** Who has the partition. */
  owner(): Instance;
  /** Whether a record may be delivered now. */
  isIdle(): boolean;
  isAtEnd(): boolean;
  deliver(): void;
  commit(): void;
  /** Gives the partition to an instance; what it had in hand goes on with whoever had it, but no longer counts. */
  assign(instance: Instance): void;
}

export const createConsumer = (
  log: readonly KafkaRecord[],
  first: Instance,
  onBug: (error: unknown) => void,
): Consumer => {
  let owner = first;
  let session = 0;
  /** Indexes into the log. */
  let committed = 0;
  let position = 0;
  let inHand = false;

  return {
    owner: () => owner,
    isIdle: () => !inHand && position < log.length,
    isAtEnd: () => !inHand && position >= log.length,
    deliver: () => {
      const record = log[position];
      if (record === undefined) return;
      const [holder, ofSession, at] = [owner, session, position];
      inHand = true;
      const finish = async (): Promise<void> => {
        const handled = await holder.handle(record);
        if (ofSession !== session) return;
        inHand = false;
        if (handled === "done") position = at + 1;
      };
      finish().catch(onBug);
    },
    commit: () => {
      committed = position;
    },
    assign: (instance) => {
      session += 1;
      owner = instance;
      position = committed;
      inHand = false;
    },
  };
};
