import type { OpenBooks } from "../books.ts";
import type { RecordPlace, TopicWriter } from "../../support/kafka.ts";

/** The topic that commands and back ends' messages come by. */
export const commandTopic = "order-commands";

/** A system that reports by Kafka, in CloudEvents. */
export interface BackEnd {
  /**
   * Reports something.
   *
   * @param about the order, sale or stock item that it is for: the key of the record
   * @returns the record's content and place, once Kafka has it
   */
  tell(type: string, about: string, data: object): Promise<{ readonly content: string; readonly place: RecordPlace }>;
  /** Reports the same again, as at-least-once delivery does. */
  repeat(about: string, content: string): Promise<void>;
}

/** A back end whose messages have this source; it numbers them itself. */
export const createBackEnd = (source: string, writer: TopicWriter, books: OpenBooks): BackEnd => {
  let told = 0;
  const write = async (about: string, content: string): Promise<RecordPlace> => {
    books.noteMessage();
    return writer.write(commandTopic, about, content);
  };
  return {
    tell: async (type, about, data) => {
      told += 1;
      const event = { specversion: "1.0", id: String(told), source, type, subject: about, data };
      const content = JSON.stringify({ ...event, datacontenttype: "application/json" });
      return { content, place: await write(about, content) };
    },
    repeat: async (about, content) => {
      await write(about, content);
    },
  };
};
