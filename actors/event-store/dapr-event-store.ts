import type { z } from "zod";
import { eventItemId, recordedEvent, snapshotItemId, type RecordedEvent } from "../kernel/recorded-event.ts";
import type { DaprStateApi, StateUpsert } from "./dapr-state-api.ts";
import { maxBatchOperations, StoreFault, type AppendBatch, type EventStore } from "./event-store.ts";
import { commandItem, outcomeItem, outcomeItemId, snapshotItem } from "./items.ts";

/** What is stored was written by this system and never by a caller, so anything else is a fault, not a refusal. */
const understand = <Item>(schema: z.ZodType<Item>, value: unknown, what: string): Item => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new StoreFault(`${what} cannot be understood: ${issues}`, false);
};

const byVersion = (a: RecordedEvent, b: RecordedEvent): number => a.version - b.version;

/** The events up to the first gap: what a reader may rely on. */
const withoutGaps = (events: readonly RecordedEvent[], afterVersion: number): readonly RecordedEvent[] => {
  const gap = events.findIndex((event, index) => event.version !== afterVersion + 1 + index);
  return gap === -1 ? events : events.slice(0, gap);
};

const upsertsOf = ({ streamId, events, outcome, snapshot, condition }: AppendBatch): StateUpsert[] => {
  const insertOnly = { kind: "insertOnly" } as const;
  return [
    ...events.map((event) => ({ key: eventItemId(streamId, event.version), value: event, condition: insertOnly })),
    ...(outcome === undefined
      ? []
      : [{ key: outcomeItemId(streamId, outcome.commandId), value: outcome, condition: insertOnly }]),
    {
      key: snapshotItemId(streamId),
      value: snapshot,
      condition: condition.kind === "absent" ? insertOnly : condition,
    },
  ];
};

/**
 * The event store on Dapr's state API, for a component of type `state.azure.cosmosdb` with `keyPrefix: none`: a state
 * transaction with one partition key is one Cosmos transactional batch. Dapr does not tell the new snapshot's etag.
 */
export const createDaprEventStore = (state: DaprStateApi): EventStore => ({
  readSnapshot: async (streamId, limit) => {
    const item = await state.get(streamId, snapshotItemId(streamId), limit);
    if (item === undefined) return undefined;
    if (item.etag === undefined) throw new StoreFault(`the snapshot of ${streamId} was read without an etag`, false);
    return { snapshot: understand(snapshotItem, item.value, `the snapshot of ${streamId}`), etag: item.etag };
  },

  readEvent: async (streamId, version, limit) => {
    const item = await state.get(streamId, eventItemId(streamId, version), limit);
    return item === undefined ? undefined : understand(recordedEvent, item.value, `event ${streamId}/${version}`);
  },

  readEvents: async (streamId, afterVersion, count, limit) => {
    // Both ends are given, and the order is made here: one bounded page that needs no ordering index.
    const filter = {
      AND: [{ EQ: { kind: "event" } }, { GT: { version: afterVersion } }, { LTE: { version: afterVersion + count } }],
    };
    const values = await state.query(streamId, filter, limit);
    const events = values.map((value) => understand(recordedEvent, value, `an event of ${streamId}`));
    return withoutGaps(events.toSorted(byVersion), afterVersion);
  },

  readOutcome: async (streamId, commandId, limit) => {
    const item = await state.get(streamId, outcomeItemId(streamId, commandId), limit);
    if (item === undefined) return undefined;
    return understand(outcomeItem, item.value, `an outcome of ${streamId}`);
  },

  findCommand: async (streamId, commandId, limit) => {
    const values = await state.query(streamId, { EQ: { commandId } }, limit);
    const items = values.map((value) => understand(commandItem, value, `an item of ${streamId}`));
    return {
      events: items.filter((item) => item.kind === "event").toSorted(byVersion),
      outcome: items.find((item) => item.kind === "outcome"),
    };
  },

  append: async (batch, limit) => {
    const upserts = upsertsOf(batch);
    if (upserts.length > maxBatchOperations)
      throw new StoreFault(`a batch of ${upserts.length} operations was not sent`, false);
    return { outcome: await state.transact(batch.streamId, upserts, limit) };
  },
});
