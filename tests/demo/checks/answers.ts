import type { OrderCommandReply } from "../../support/api.ts";
import type { Plan } from "../plan.ts";
import { isMarker, type Sent, type SentByHttp } from "../send.ts";
import { checkEach, countedFinding, type Finding } from "./finding.ts";

const named = ({ orderId, step }: SentByHttp): string =>
  `${orderId} ${step.kind === "command" ? step.body.type : `(${step.flaw})`} ${step.commandId}`;

const answered = ({ httpStatus, text }: OrderCommandReply): string => `was answered ${httpStatus}: ${text}`;

const accepted = (sent: SentByHttp): string | undefined => {
  const { reply } = sent;
  if (reply.accepted === undefined) return `${named(sent)} ${answered(reply)}`;
  if (reply.etag !== `"${reply.accepted.version}"`) return `${named(sent)} has the ETag ${reply.etag ?? "(none)"}`;
  // Whether it is called a repetition says nothing here: the gateway itself may have had to repeat it.
  return reply.accepted.events.length === 0 ? `${named(sent)} caused no event` : undefined;
};

const rejected = (sent: SentByHttp): string | undefined => {
  const { reply } = sent;
  if (reply.httpStatus !== 409) return `${named(sent)} ${answered(reply)}`;
  return reply.problem?.code === undefined ? `${named(sent)} was rejected without a code` : undefined;
};

const malformed = (sent: SentByHttp): string | undefined =>
  sent.reply.httpStatus === 400 ? undefined : `${named(sent)} ${answered(sent.reply)}`;

const repetitionOf =
  (steps: Sent["steps"]) =>
  (sent: SentByHttp): string | undefined => {
    const { reply, step } = sent;
    if (!reply.replayed) return `${named(sent)} was not taken for a repetition: it ${answered(reply)}`;
    const first = steps.find((other) => other !== sent && other.step.commandId === step.commandId);
    if (first?.via !== "http") return reply.accepted === undefined ? `${named(sent)} ${answered(reply)}` : undefined;
    return first.reply.httpStatus === reply.httpStatus && first.reply.text === reply.text
      ? undefined
      : `${named(sent)} ${answered(reply)}, and at first it ${answered(first.reply)}`;
  };

/** The answers by HTTP are the planned ones, and a repeated command is answered as it was at first. */
export const checkAnswers = (plan: Plan, { steps, receipts, failures }: Sent): Finding[] => {
  const byHttp = steps.filter((sent): sent is SentByHttp => sent.via === "http");
  const expecting = (expected: string): SentByHttp[] =>
    byHttp.filter(({ step }) => (step.kind === "command" ? step.expected : step.kind) === expected);
  const planned = plan.orders.flatMap((order) => order.steps);
  const plannedByKafka = planned.filter((step) => step.kind !== "await" && step.channel === "kafka");
  const byKafka = steps.filter((sent) => sent.via === "kafka" && !isMarker(plan.run, sent.orderId));
  return [
    countedFinding(
      "orders that could not be sent whole",
      0,
      failures.length,
      failures.map(({ orderId, reason }) => `${orderId}: ${reason}`),
    ),
    countedFinding("messages that Kafka took", plannedByKafka.length, byKafka.length, []),
    checkEach("stock receipts answered, twice alike", receipts, ({ receiptId, first, repeated }) =>
      first.accepted !== undefined && repeated.replayed && first.text === repeated.text
        ? undefined
        : `${receiptId}: ${first.httpStatus} ${first.text}, then ${repeated.httpStatus} ${repeated.text}`,
    ),
    checkEach("commands carried out, by HTTP (200)", expecting("accepted"), accepted),
    checkEach("commands rejected, by HTTP (409)", expecting("rejected"), rejected),
    checkEach("malformed requests (400)", expecting("malformed"), malformed),
    checkEach("repeated commands answered as at first", expecting("repeated"), repetitionOf(steps)),
  ];
};
