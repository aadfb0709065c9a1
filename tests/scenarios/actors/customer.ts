import { insist, type GatewayApi, type OrderCommandBody, type OrderCommandReply } from "../../support/api.ts";
import type { OpenBooks } from "../books.ts";

/** A line of an order as a story writes it. */
export interface Wanted {
  readonly lineId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly discountMinor?: number;
  readonly taxRatePpm?: number;
}

export interface Placement {
  readonly lines: readonly Wanted[];
  readonly currency?: string;
  readonly discountMinor?: number;
  readonly shipping?: { readonly amountMinor: number; readonly taxRatePpm?: number };
  readonly pricesIncludeTax?: boolean;
  readonly channel?: string;
}

/** Whoever uses the HTTP API: a customer in a shop, or the staff that serves them. */
export interface Customer {
  readonly customerId: string;
  /** Places a managed order. Throws if it is not taken. */
  place(orderId: string, placement: Placement): Promise<void>;
  /** Places an order and presses the button once more. Throws unless both answers are one. */
  placeImpatiently(orderId: string, placement: Placement): Promise<void>;
  /** Sends a command that must be carried out. Throws if it is not. */
  send(orderId: string, command: OrderCommandBody): Promise<OrderCommandReply>;
  /** Sends a command that must be refused, and gives the refusal's code. Throws if it is not refused. */
  sendInVain(orderId: string, command: OrderCommandBody): Promise<string | undefined>;
}

/** A customer whose command ids are made of the story's. */
export const createCustomer = (customerId: string, story: string, gateway: GatewayApi, books: OpenBooks): Customer => {
  let sent = 0;
  const request = async (
    orderId: string,
    command: OrderCommandBody,
    commandId = `${customerId}/${(sent += 1)}`,
  ): Promise<OrderCommandReply> => {
    books.noteRequest();
    const reply = await insist(async () => gateway.sendOrderCommand(orderId, commandId, command));
    books.noteReply(orderId, reply);
    return reply;
  };
  const send = async (orderId: string, command: OrderCommandBody): Promise<OrderCommandReply> => {
    const reply = await request(orderId, command);
    if (reply.httpStatus !== 200)
      throw new Error(`${command.type} of ${orderId} was answered ${reply.httpStatus}: ${reply.text}`);
    return reply;
  };
  const orderOf = (orderId: string, placement: Placement): OrderCommandBody => {
    books.noteOrder({ orderId, story, isSale: false, status: undefined });
    return { type: "PlaceOrder", customerId, currency: "EUR", fulfilment: "managed", ...placement };
  };
  return {
    customerId,
    place: async (orderId, placement) => {
      await send(orderId, orderOf(orderId, placement));
    },
    placeImpatiently: async (orderId, placement) => {
      const command = orderOf(orderId, placement);
      const first = await send(orderId, command);
      const again = await request(orderId, command, `${customerId}/${sent}`);
      if (!again.replayed || again.text !== first.text)
        throw new Error(`placed again, ${orderId} was answered ${again.httpStatus}: ${again.text}`);
    },
    send,
    sendInVain: async (orderId, command) => {
      const { httpStatus, problem, text } = await request(orderId, command);
      if (httpStatus !== 409) throw new Error(`${command.type} of ${orderId} was answered ${httpStatus}: ${text}`);
      return problem?.code;
    },
  };
};
