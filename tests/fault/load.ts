import { externalOrder } from "./external-order.ts";
import type { Recorder } from "./recorder.ts";

export interface Load {
  readonly clients: number;
  /** Starts the order ids. */
  readonly prefix: string;
}

/**
 * Places orders and takes each to completion, one after another per client, until what is done meanwhile has ended. An order
 * that was begun is ended.
 *
 * @returns the order ids
 */
export const loadWhile = async (
  recorder: Recorder,
  { clients, prefix }: Load,
  meanwhile: () => Promise<void>,
): Promise<string[]> => {
  const orderIds: string[] = [];
  const over = new AbortController();
  const runClient = async (client: number): Promise<void> => {
    for (let number = 1; !over.signal.aborted; number += 1) {
      const orderId = `${prefix}-${client}-${number}`;
      orderIds.push(orderId);
      for (const command of externalOrder(orderId).all) await recorder.insist(orderId, command);
    }
  };
  const ended = await Promise.allSettled([
    meanwhile().finally(() => over.abort()),
    ...Array.from({ length: clients }, async (_, client) => runClient(client)),
  ]);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return orderIds;
};
