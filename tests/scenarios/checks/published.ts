import { isDeepStrictEqual } from "node:util";
import type { OrderEvent } from "../../support/api.ts";
import { firstOfEachId, type PublishedEvent } from "../../support/kafka.ts";
import { publicFormOfNew } from "../../support/public-form.ts";
import { commandTopic } from "../actors/back-end.ts";
import type { Books } from "../books.ts";
import type { Observed } from "../observe.ts";
import { checkEach, countedFinding, type Finding } from "./finding.ts";

const topic = "Messages and lists";
const longestReason = 1_024;

/** What is known of an event that must be in Kafka; the history of stock is known by its length only. */
type Stored = Pick<OrderEvent, "type" | "data" | "at"> | undefined;

const isSame = ({ type, data, time, subject }: PublishedEvent, stored: Stored): boolean =>
  stored === undefined ||
  (time === stored.at && isDeepStrictEqual({ type, data }, publicFormOfNew("Order", subject, stored)));

/** The records of one stream: complete, in order and under one key, if repetitions of an id are passed over. */
const findFault = (
  streamId: string,
  stored: readonly Stored[],
  published: readonly PublishedEvent[],
): string | undefined => {
  const ids = published.map(({ id }) => id);
  const expected = stored.map((_, index) => `${streamId}/${index + 1}`);
  if (ids.join() !== expected.join()) {
    const firstWrong = expected.findIndex((id, index) => id !== ids[index]);
    return firstWrong === -1
      ? `${streamId}: ${ids.slice(expected.length).join(", ")} are in Kafka and not in the history`
      : `${streamId}: ${expected[firstWrong]} is not in its place, Kafka has ${ids.join(", ") || "nothing"}`;
  }
  const wrong = published.find(
    (event, index) => event.subject !== streamId || event.key !== streamId || !isSame(event, stored[index]),
  );
  if (wrong !== undefined) return `${wrong.id} was published as ${JSON.stringify(wrong)}`;
  return new Set(published.map(({ partition }) => partition)).size > 1
    ? `${streamId} is in more than one partition`
    : undefined;
};

const checkTopic = (
  check: string,
  streams: ReadonlyMap<string, readonly Stored[]>,
  published: readonly PublishedEvent[],
): Finding => {
  const byStream = Map.groupBy(firstOfEachId(published), ({ id }) => id.slice(0, id.lastIndexOf("/")));
  const strangers = [...byStream.keys()].filter((streamId) => !streams.has(streamId));
  const expected = [...streams.values()].reduce((sum, stored) => sum + stored.length, 0);
  const actual = [...byStream.values()].reduce((sum, events) => sum + events.length, 0);
  return countedFinding(topic, check, expected, actual, [
    ...[...streams].flatMap(([streamId, stored]) => findFault(streamId, stored, byStream.get(streamId) ?? []) ?? []),
    ...strangers.map((streamId) => `${streamId} is in Kafka, and nobody knows of it`),
  ]);
};

const placeOf = ({ partition, offset }: { partition: number | string; offset: number | string }): string =>
  `${partition}/${offset}`;

const isReason = (reason: string, cause: string): boolean =>
  reason.startsWith(`${cause}: `) && reason.length <= longestReason && !/[\r\n]/.test(reason);

const checkDeadLetters = ({ poison }: Books, { deadLetters }: Observed): Finding => {
  const found = Map.groupBy(deadLetters, ({ headers }) =>
    placeOf({ partition: headers["dlq-partition"] ?? "?", offset: headers["dlq-offset"] ?? "?" }),
  );
  const expected = new Set(poison.map(({ place }) => placeOf(place)));
  const missing = checkEach(topic, "dead letters", poison, ({ key, place, content, cause }) => {
    const name = `${key} (${cause}) at ${placeOf(place)}`;
    const letter = found.get(placeOf(place))?.[0];
    if (letter === undefined) return `${name} is not among the dead letters`;
    const { headers, value } = letter;
    if (value.toString("utf8") !== content) return `${name} came with other bytes: ${value.toString("utf8")}`;
    if (letter.key !== key) return `${name} came with the key ${letter.key}`;
    if (headers["dlq-topic"] !== commandTopic) return `${name} came from ${headers["dlq-topic"]}`;
    return isReason(headers["dlq-reason"] ?? "", cause)
      ? undefined
      : `${name} has the reason "${headers["dlq-reason"]}"`;
  });
  const unexpected = [...found].flatMap(([at, letters]) =>
    expected.has(at)
      ? []
      : letters.map(({ key, headers }) => `${key} at ${at} is a dead letter, because: ${headers["dlq-reason"]}`),
  );
  return countedFinding(topic, "dead letters", poison.length, found.size, [...missing.mismatches, ...unexpected]);
};

/** The history of stock is known by its length only; a shard's not even by that. */
const stockStreams = ({ stock: known }: Books, { stock, stockEvents }: Observed): Map<string, readonly Stored[]> => {
  const lengths = new Map([...known.keys()].map((item) => [item, stock.get(item)?.version ?? 0]));
  for (const { id } of stockEvents) {
    const [shard, version] = [id.slice(0, id.lastIndexOf("/")), Number(id.slice(id.lastIndexOf("/") + 1))];
    if (/~\d+$/.test(shard)) lengths.set(shard, Math.max(lengths.get(shard) ?? 0, version));
  }
  return new Map([...lengths].map(([streamId, length]) => [streamId, Array.from({ length }, (): Stored => undefined)]));
};

/** Everything that happened is in Kafka, in order per stream; what could not be a command is among the dead letters. */
export const checkPublished = (books: Books, observed: Observed): Finding[] => {
  const orders = new Map<string, readonly Stored[]>();
  for (const [orderId, { events }] of observed.orders) if (events.length > 0) orders.set(orderId, events);
  return [
    checkTopic("order events in Kafka, in order", orders, observed.orderEvents),
    checkTopic("stock events in Kafka, in order", stockStreams(books, observed), observed.stockEvents),
    checkDeadLetters(books, observed),
    countedFinding(
      topic,
      "orders with parked messages",
      0,
      observed.parked.length,
      observed.parked.map((streamId) => `messages of ${streamId} are parked`),
    ),
  ];
};
