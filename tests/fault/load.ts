import { externalOrder } from "./external-order.ts";
import type { Recorder } from "./recorder.ts";

export interface Load {
  readonly clients: number;
  /** How long new orders are begun; an order that was begun is ended. */
  readonly forMs: number;
  /** Starts the order ids. */
  readonly prefix: string;
}

/** Places orders and takes each to completion, one after another per client. Gives the order ids. */
export const runLoad = async (recorder: Recorder, { clients, forMs, prefix }: Load): Promise<string[]> => {
  const endsAt = Date.now() + forMs;
  const orderIds: string[] = [];
  const runClient = async (client: number): Promise<void> => {
    for (let number = 1; Date.now() < endsAt; number += 1) {
      const orderId = `${prefix}-${client}-${number}`;
      orderIds.push(orderId);
      for (const command of externalOrder(orderId).all) await recorder.insist(orderId, command);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: clients }, async (_, client) => runClient(client)));
  for (const client of ended) if (client.status === "rejected") throw client.reason;
  return orderIds;
};
