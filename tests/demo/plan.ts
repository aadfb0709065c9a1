import type { OrderCommandBody } from "../support/api.ts";
import type { ScenarioName } from "./scenario-mix.ts";

export type Channel = "http" | "kafka";

/** What must come of a command: carried out, refused by the order, or treated as the repetition of an earlier one. */
export type Expected = "accepted" | "rejected" | "repeated";

export interface CommandStep {
  readonly kind: "command";
  readonly channel: Channel;
  readonly commandId: string;
  readonly body: OrderCommandBody;
  readonly expected: Expected;
}

/** Something that is not a command: answered with 400 by HTTP, dead-lettered by Kafka. */
export interface MalformedStep {
  readonly kind: "malformed";
  readonly channel: Channel;
  readonly commandId: string;
  readonly content: string;
  /** What is wrong with it, for people. */
  readonly flaw: string;
}

/** Waits until the order has one of these statuses in the snapshot database. */
export interface AwaitStep {
  readonly kind: "await";
  readonly statuses: readonly string[];
}

export type Step = CommandStep | MalformedStep | AwaitStep;

export interface PlannedLine {
  readonly lineId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export interface OrderPlan {
  readonly orderId: string;
  readonly customerId: string;
  readonly scenario: ScenarioName;
  readonly fulfilment: "external" | "managed";
  readonly channel: Channel;
  readonly lines: readonly PlannedLine[];
  readonly steps: readonly Step[];
  /** The statuses it may end in; none if it must never exist. */
  readonly finalStatuses: readonly string[];
}

/** Stock to receive before the orders are sent. */
export interface StockPlan {
  readonly sku: string;
  readonly location: string;
  readonly receipts: readonly { readonly receiptId: string; readonly quantity: number }[];
  /** How many orders can have one unit each, where several orders compete for this item. */
  readonly winners?: number;
}

export interface Plan {
  /** Starts every id of this run, so that runs on the same stores do not meet. */
  readonly run: string;
  readonly stock: readonly StockPlan[];
  readonly orders: readonly OrderPlan[];
}
