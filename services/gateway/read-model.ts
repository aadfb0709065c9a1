import { ErrorResponse, type Container, type ItemDefinition, type SqlQuerySpec } from "@azure/cosmos";
import { z } from "zod";
import { recordedEvent, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { saleListRowSchema } from "../../actors/order/sale/view.ts";
import { orderListRowSchema, type AnyListRow } from "../../actors/order/view.ts";
import type { OrderContainers } from "../platform/cosmos.ts";
import { probedStreamId } from "../platform/health.ts";
import { listStuckOrders, type StuckOrder } from "../platform/stuck-orders.ts";

/** The database is away, or did not answer in time. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

export interface ListRequest {
  /** The one partition that is read: `customer:<id>` or `status:<status>`. */
  readonly partition: string;
  /** Keeps only orders in this status, if given. */
  readonly status: string | undefined;
  /** Rows with a smaller sort key only, if given. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** A row of an order list and the key by which the list is sorted, newest first. */
export interface ListedOrder {
  readonly sortKey: string;
  readonly row: AnyListRow;
}

/** What queries read. Every function throws `StoreUnavailable` if the database cannot answer now. */
export interface ReadModel {
  /** The view of a stream as the projector wrote it; undefined if there is nothing to see. */
  findView(streamId: string): Promise<unknown>;
  listOrders(request: ListRequest): Promise<ListedOrder[]>;
  /** Orders that wait for longer than is allowed, behind an order id, in the order of their ids. */
  listStuckOrders(after: string, limit: number): Promise<StuckOrder[]>;
  /** At most `limit` events after the version, in order. */
  listEvents(streamId: string, after: number, limit: number): Promise<RecordedEvent[]>;
  /** Throws if the database does not answer. */
  check(): Promise<void>;
}

const deadlineMs = 8_000;
/** The substatus of a 404 that is about the container or database, not the item. */
const ownerNotFound = 1_003;

const snapshotDocument = z.object({ value: z.object({ view: z.unknown() }) });
const sorted = { sortKey: z.string() };
const listDocument = z.object({
  value: z.discriminatedUnion("status", [orderListRowSchema.extend(sorted), saleListRowSchema.extend(sorted)]),
});
const eventDocument = z.object({ value: recordedEvent });

/** A request that the database refuses as malformed is a mistake of ours; all else may pass by itself. */
const asUnavailable = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ErrorResponse && error.code === 400) throw error;
    throw new StoreUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

const readItem = async (container: Container, id: string): Promise<unknown> =>
  asUnavailable(async () => {
    const answer = await container.item(id, id).read<ItemDefinition>({ abortSignal: AbortSignal.timeout(deadlineMs) });
    // Without its container nothing is found either, which must not look like an unknown order.
    if (answer.resource === undefined && answer.substatus === ownerNotFound)
      throw new Error(`the container ${container.id} does not exist`);
    return answer.resource;
  });

/** The first `limit` items that a query finds in one partition. */
const queryItems = async (
  container: Container,
  partitionKey: string,
  query: SqlQuerySpec,
  limit: number,
): Promise<unknown[]> =>
  asUnavailable(async () => {
    const iterator = container.items.query<unknown>(query, {
      partitionKey,
      maxItemCount: limit,
      abortSignal: AbortSignal.timeout(deadlineMs),
    });
    const found: unknown[] = [];
    while (found.length < limit && iterator.hasMoreResults()) {
      const page = await iterator.fetchNext();
      found.push(...page.resources);
    }
    return found.slice(0, limit);
  });

/** Reads the snapshot database, the order lists and the event store, each with point reads or one-partition queries. */
export const createReadModel = ({ snapshots, views, events }: OrderContainers): ReadModel => ({
  findView: async (streamId) => {
    const item = await readItem(snapshots, streamId);
    return item === undefined ? undefined : (snapshotDocument.parse(item).value.view ?? undefined);
  },
  listOrders: async ({ partition, status, before, limit }) => {
    const conditions = [
      'c["value"].deleted = false',
      ...(status === undefined ? [] : ['c["value"].status = @status']),
      ...(before === undefined ? [] : ['c["value"].sortKey < @before']),
    ];
    const found = await queryItems(
      views,
      partition,
      {
        query: `SELECT * FROM c WHERE ${conditions.join(" AND ")} ORDER BY c["value"].sortKey DESC`,
        parameters: [
          ...(status === undefined ? [] : [{ name: "@status", value: status }]),
          ...(before === undefined ? [] : [{ name: "@before", value: before }]),
        ],
      },
      limit,
    );
    return found.map((item) => {
      const { sortKey, ...row } = listDocument.parse(item).value;
      return { sortKey, row };
    });
  },
  listEvents: async (streamId, after, limit) => {
    const found = await queryItems(
      events,
      streamId,
      {
        query: `SELECT * FROM c WHERE c["value"].kind = "event" AND c["value"].version > @after ORDER BY c["value"].version`,
        parameters: [{ name: "@after", value: after }],
      },
      limit,
    );
    return found.map((item) => eventDocument.parse(item).value);
  },
  listStuckOrders: async (after, limit) =>
    asUnavailable(async () => listStuckOrders(views, { after, limit }, AbortSignal.timeout(deadlineMs))),
  check: async () => {
    await readItem(snapshots, probedStreamId);
  },
});
