import type { HistoryName } from "../histories.ts";

/** Who sends a command; it stands beside the table's outcomes since a wrong sender is refused before anything else. */
export type Sender = "anyone" | "driver" | "process manager";

type NameIn<Kind extends string> = HistoryName extends infer Name
  ? Name extends `${Kind} ${infer State}`
    ? State
    : never
  : never;
type StatusOf<State extends string> = State extends `${infer Status}, ${string}` ? Status : State;

/** A state of a kind of order, or a status, which stands for all its states that are not named for the same command. */
export type Place<Kind extends "managed" | "external"> = NameIn<Kind> | StatusOf<NameIn<Kind>>;

/**
 * Where a command comes to what. An outcome is one of
 *
 * - the types of the events that are recorded, joined by a comma;
 * - `nothing`: the command is satisfied already;
 * - `ignored as …`: it is recorded that the message did not matter any more, and why;
 * - `refused as …`: with the code of the rejection.
 */
export type Outcomes<Kind extends "managed" | "external"> = Readonly<Record<string, readonly Place<Kind>[]>>;

/** What is expected of a command in every state of an order, when somebody sends it who may. */
export type Expected = {
  readonly NotPlaced: string;
  readonly Withdrawn: string;
  readonly managed: Outcomes<"managed">;
} & (
  | { readonly sender: Exclude<Sender, "process manager">; readonly external: Outcomes<"external"> }
  // The process manager takes no step of an external order, so that such a command never gets to one.
  | { readonly sender: "process manager" }
);

/** A request to an order that nobody placed is refused, and so is one to an order that was cancelled before it came. */
export const request = { NotPlaced: "refused as OrderNotPlaced", Withdrawn: "refused as AlreadyCancelled" } as const;

/** A message tells what has happened already: nobody can take that back, so a withdrawn order takes note of it. */
export const message = { NotPlaced: "refused as OrderNotPlaced", Withdrawn: "ignored as OrderWithdrawn" } as const;

/** Statuses that an order goes through one after the other. */
export const unpaid = ["Placed", "AwaitingCustomer", "Reserved"] as const;
export const unplanned = [...unpaid, "Authorised"] as const;
export const finished = ["Completed", "Returning"] as const;
export const shipping = ["Fulfilling", ...finished] as const;
export const paid = ["Authorised", ...shipping] as const;

/** Statuses in which an external order is given up; a managed one gives back first what it holds. */
export const ended = ["Cancelled", "Rejected", "Expired"] as const;
export const over = ["Cancelling", ...ended] as const;

/** States of a managed order of which nothing is packed, though it is planned. */
export const beforePacking = ["Fulfilling, planned", "Fulfilling, picked"] as const;
/** States in which its first shipment is packed, and waits for its capture or its dispatch. */
export const unsent = ["Fulfilling, packed", "Fulfilling, capture declined", "Fulfilling, captured"] as const;
/** The same, and the carrier has told that it arrived. */
export const unsentButDelivered = [
  "Fulfilling, capture declined, delivered early",
  "Fulfilling, captured, delivered early",
] as const;
/** States in which it has arrived, and something else of the order is left. */
export const arrived = ["Fulfilling, delivered unpaid", "Fulfilling, capture waived", "Fulfilling, delivered"] as const;
/** States in which its capture was declined, wherever it is. */
export const declined = [
  "Fulfilling, capture declined",
  "Fulfilling, capture declined, delivered early",
  "Fulfilling, delivered unpaid",
] as const;
