import type { RecordedEvent } from "../kernel/recorded-event.ts";
import type { OutcomeItem, SnapshotItem } from "./items.ts";

/** A snapshot as it was read, with the tag that says whether it has been rewritten since. */
export interface StoredSnapshot {
  readonly snapshot: SnapshotItem;
  readonly etag: string;
}

/** What the snapshot item must be for a batch to be stored: not there yet, or exactly the one that was read. */
export type SnapshotCondition = { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/**
 * One atomic write of a stream. Events and outcome are insert-only: if any of them exists, nothing is stored. The same
 * holds if the snapshot is not what `condition` says.
 */
export interface AppendBatch {
  readonly streamId: string;
  /** In version order; empty if the command left no event. */
  readonly events: readonly RecordedEvent[];
  readonly outcome?: OutcomeItem;
  readonly snapshot: SnapshotItem;
  readonly condition: SnapshotCondition;
}

export type AppendResult =
  /** Stored; `etag` is the new snapshot's, where the store tells it. */
  | { readonly outcome: "committed"; readonly etag?: string }
  /**
   * The store refused the batch, since another write came first. That other write may be an earlier attempt of this very
   * batch, repeated by a pipeline on the way: look for the command id before answering.
   */
  | { readonly outcome: "conflict" };

/** Everything stored under one command id: the events of the command, in version order, or its remembered outcome. */
export interface CommandRecord {
  readonly events: readonly RecordedEvent[];
  readonly outcome: OutcomeItem | undefined;
}

/** Milliseconds that a call may take, waiting for its turn included. */
export interface CallLimit {
  readonly timeoutMs: number;
}

/**
 * The store could not be asked, or what it did is not known. `sent` is false only if a write certainly never left this
 * process; otherwise it may be stored, now or later.
 */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  readonly sent: boolean;

  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, { cause });
    this.sent = sent;
  }
}

/** The most operations that one batch may have: what Cosmos DB allows. */
export const maxBatchOperations = 100;

/**
 * Where streams are kept: one logical partition per stream with its events, its snapshot and its remembered outcomes.
 * Every method throws `StoreFault` when the store is away, when it does not answer in time, or when what it holds cannot be
 * understood.
 */
export interface EventStore {
  readSnapshot(streamId: string, limit: CallLimit): Promise<StoredSnapshot | undefined>;
  readEvent(streamId: string, version: number, limit: CallLimit): Promise<RecordedEvent | undefined>;
  /** The events after `afterVersion`, ascending and without gaps, at most `count`. */
  readEvents(
    streamId: string,
    afterVersion: number,
    count: number,
    limit: CallLimit,
  ): Promise<readonly RecordedEvent[]>;
  readOutcome(streamId: string, commandId: string, limit: CallLimit): Promise<OutcomeItem | undefined>;
  /** Looks for a command id among everything that the stream ever stored. */
  findCommand(streamId: string, commandId: string, limit: CallLimit): Promise<CommandRecord>;
  append(batch: AppendBatch, limit: CallLimit): Promise<AppendResult>;
}
