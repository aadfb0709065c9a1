import type { ErrorAnswer } from "../kernel/answer.ts";

/** The actor methods that callers may invoke. */
export const actorMethods = ["execute", "drive", "read", "flush"] as const;
export type ActorMethod = (typeof actorMethods)[number];

/** Every answer of an actor method: what was asked for, or why not. */
export type ActorAnswer = { readonly ok: unknown } | { readonly error: ErrorAnswer };

/** What a process does for one actor type. */
export interface ActorHandler {
  /**
   * Answers one call of an actor's method. Never throws: whatever goes wrong is part of the answer, since the sidecar
   * turns every other kind of failure into one that callers cannot tell apart.
   */
  handle(actorId: string, method: ActorMethod, body: unknown): Promise<ActorAnswer>;
  /**
   * Takes a reminder of an actor. Never throws. An error in the answer means that the reminder is to be delivered again.
   */
  woken(actorId: string, reminder: string): Promise<ActorAnswer>;
  /** The sidecar says that this process no longer has the actor. */
  deactivated(actorId: string): void;
}

/** How a process offers actor types to Dapr. */
export interface ActorHost {
  /** Offers a type; call it before `start`. */
  register(actorType: string, handler: ActorHandler): void;
  /** Resolves once the sidecar can call. Throws if the port is taken or the sidecar does not come up. */
  start(): Promise<void>;
  /** Lets the calls in flight end and stops listening. */
  stop(): Promise<void>;
}
