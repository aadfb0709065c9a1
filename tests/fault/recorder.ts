import { setTimeout as delay } from "node:timers/promises";
import { UnpromisedAnswer, type GatewayApi, type OrderCommandReply } from "../support/api.ts";
import type { Operation } from "../support/history.ts";
import { patient } from "../support/wait-for.ts";
import type { OrderCommand } from "./external-order.ts";

/** Sends commands and writes down every request with what came of it. */
export interface Recorder {
  readonly operations: readonly Operation[];
  /** How many requests were answered with success so far. */
  accepted(): number;
  /** One request. Throws only if the answer is none that the API promises. */
  send(orderId: string, command: OrderCommand): Promise<Operation>;
  /** Repeats the request under the same id until its outcome is known. Throws if it is not by the deadline. */
  insist(orderId: string, command: OrderCommand, deadlineMs?: number): Promise<Operation>;
}

const requestTimeoutMs = 15_000;
const insistDeadlineMs = 40_000;
const pauseMs = 200;

const outcomeOf = ({ httpStatus }: OrderCommandReply): Operation["outcome"] => {
  if (httpStatus === 200) return "accepted";
  return httpStatus === 503 ? "unknown" : "refused";
};

export const createRecorder = (gateway: GatewayApi): Recorder => {
  const operations: Operation[] = [];

  const send = async (streamId: string, { commandId, body }: OrderCommand): Promise<Operation> => {
    const request = { streamId, commandId, type: body.type };
    let operation: Operation;
    try {
      const reply = await gateway.sendOrderCommand(streamId, commandId, body, { timeoutMs: requestTimeoutMs });
      const { httpStatus, text, accepted } = reply;
      operation = { ...request, outcome: outcomeOf(reply), httpStatus, events: accepted?.events ?? [], text };
    } catch (error) {
      if (error instanceof UnpromisedAnswer) throw error;
      operation = { ...request, outcome: "unknown", httpStatus: undefined, events: [], text: String(error) };
    }
    operations.push(operation);
    return operation;
  };

  return {
    operations,
    accepted: () => operations.filter(({ outcome }) => outcome === "accepted").length,
    send,
    insist: async (streamId, command, deadlineMs = insistDeadlineMs) => {
      const longestMs = patient(deadlineMs);
      const endsAt = Date.now() + longestMs;
      for (;;) {
        const operation = await send(streamId, command);
        if (operation.outcome !== "unknown") return operation;
        if (Date.now() >= endsAt)
          throw new Error(`${command.commandId} has no outcome after ${longestMs} ms: ${operation.text}`);
        await delay(pauseMs);
      }
    },
  };
};
