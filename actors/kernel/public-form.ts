import type { RecordedEvent } from "./recorded-event.ts";

/** A stored event in one version of its public form: what the world is told, whatever shape is stored. */
export interface PublicForm {
  /** The event's type, as the domain names it. */
  readonly type: string;
  /** The version of the public form, from 1; it has nothing to do with the schema version that is stored. */
  readonly version: number;
  /** The URI that names the schema of `data`. */
  readonly dataschema: string;
  readonly data: Record<string, unknown>;
}

/** What is published of an event; known before the event has its place in the host's order of commits. */
export type PublishableEvent = Omit<RecordedEvent, "hostEpoch" | "hostSeq">;

/** What the public forms are made of. */
export type StoredEvent = Pick<PublishableEvent, "streamType" | "streamId" | "type" | "schemaVersion" | "data">;

/**
 * The public forms of a stored event: one per version that is published today, at least one. A function of the event alone,
 * since after a crash it is published from the store. Throws if this code cannot read the event.
 */
export type ToPublicForms = (event: StoredEvent) => readonly PublicForm[];
