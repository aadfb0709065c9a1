/** What can hold an order up. How long each may take is for whoever watches to say. */
export type WaitingStep =
  | "reservation"
  | "backorder"
  | "customer"
  | "authorisation"
  | "payment-retry"
  | "plan"
  | "pack"
  | "capture"
  | "capture-retry"
  | "dispatch"
  | "delivery"
  | "redelivery"
  | "return-decision"
  | "return-receipt"
  | "refund"
  | "void"
  | "release"
  | "cancel";

/** Something that a managed order waits for. */
export interface Waiting {
  readonly step: WaitingStep;
  /** One sentence for people: who has to do what. */
  readonly what: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** How long it has waited, in milliseconds. */
  readonly forMs: number;
}

/** Something that an order waits for, whatever the time is. */
export type Wait = Omit<Waiting, "forMs">;
