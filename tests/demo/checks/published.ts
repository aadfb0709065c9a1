import { isDeepStrictEqual } from "node:util";
import type { OrderEvent } from "../../support/api.ts";
import { publicFormOfNew } from "../../support/public-form.ts";
import { firstOfEachId, type PublishedEvent } from "../../support/kafka.ts";
import type { Observed } from "../observe.ts";
import type { Plan } from "../plan.ts";
import { commandTopic, type Sent, type SentByKafka } from "../send.ts";
import { checkEach, countedFinding, type Finding } from "./finding.ts";

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
  return countedFinding(check, expected, actual, [
    ...[...streams].flatMap(([streamId, stored]) => findFault(streamId, stored, byStream.get(streamId) ?? []) ?? []),
    ...strangers.map((streamId) => `${streamId} is in Kafka, and nobody placed it`),
  ]);
};

const place = ({ partition, offset }: { partition: number | string; offset: number | string }): string =>
  `${partition}/${offset}`;

const hasReason = (headers: Readonly<Record<string, string>>): boolean => {
  const reason = headers["dlq-reason"] ?? "";
  return reason !== "" && reason.length <= longestReason && !/[\r\n]/.test(reason);
};

const checkDeadLetters = (sent: Sent, { deadLetters }: Observed): Finding => {
  const doomed = sent.steps.filter(
    (step): step is SentByKafka =>
      step.via === "kafka" && (step.step.kind === "malformed" || step.step.expected === "rejected"),
  );
  const found = Map.groupBy(deadLetters, ({ headers }) =>
    place({ partition: headers["dlq-partition"] ?? "?", offset: headers["dlq-offset"] ?? "?" }),
  );
  const expected = new Set(doomed.map((step) => place(step.place)));
  const missing = checkEach("dead letters", doomed, ({ orderId, step, content, place: at }) => {
    const name = `${orderId} ${step.kind === "malformed" ? `(${step.flaw})` : step.body.type} at ${place(at)}`;
    const letter = found.get(place(at))?.[0];
    if (letter === undefined) return `${name} is not among the dead letters`;
    if (letter.value.toString("utf8") !== content)
      return `${name} came with other bytes: ${letter.value.toString("utf8")}`;
    if (letter.key !== orderId) return `${name} came with the key ${letter.key}`;
    if (letter.headers["dlq-topic"] !== commandTopic) return `${name} came from ${letter.headers["dlq-topic"]}`;
    return hasReason(letter.headers) ? undefined : `${name} has the reason "${letter.headers["dlq-reason"]}"`;
  });
  const unexpected = [...found].flatMap(([at, letters]) =>
    expected.has(at)
      ? []
      : letters.map(({ key, headers }) => `${key} at ${at} is a dead letter, because: ${headers["dlq-reason"]}`),
  );
  return countedFinding("dead letters", doomed.length, found.size, [...missing.mismatches, ...unexpected]);
};

/** Everything that happened is in Kafka, in order per stream; what could not be a command is among the dead letters. */
export const checkPublished = (plan: Plan, sent: Sent, observed: Observed): Finding[] => {
  const orders = new Map<string, readonly Stored[]>();
  for (const [orderId, { events }] of observed.orders) if (events.length > 0) orders.set(orderId, events);
  const stock = new Map(
    plan.stock.map(({ sku, location }) => {
      const streamId = `${sku}~${location}`;
      return [streamId, Array.from({ length: observed.stock.get(streamId)?.version ?? 0 }, (): Stored => undefined)];
    }),
  );
  return [
    checkTopic("order events in Kafka, in order", orders, observed.orderEvents),
    checkTopic("stock events in Kafka, in order", stock, observed.stockEvents),
    checkDeadLetters(sent, observed),
  ];
};
