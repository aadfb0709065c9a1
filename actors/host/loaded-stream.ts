import type { SnapshotCondition } from "../event-store/event-store.ts";
import type { RecentCommands } from "./recent-commands.ts";

/** A stream in the memory of its host, as of `version`. Never changed: a commit puts a new one in its place. */
export interface LoadedStream<State> {
  /** 0 for a stream that has no event. */
  readonly version: number;
  readonly state: State;
  readonly recent: RecentCommands;
  /** When the last event happened, ISO 8601; undefined without events. */
  readonly updatedAt: string | undefined;
  /**
   * What the snapshot item must be for this to be the latest state. `unread` after a write of our own whose etag the store
   * did not tell: the item is ours unless someone has written since.
   */
  readonly condition: SnapshotCondition | { readonly kind: "unread" };
  /** When the stream is woken next, as far as this host knows (ISO 8601); undefined if it does not know of any reminder. */
  readonly reminderAt: string | undefined;
}
