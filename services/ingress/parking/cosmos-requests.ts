import {
  ErrorResponse,
  type Container,
  type ItemDefinition,
  type OperationInput,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { z } from "zod";
import { ParkingUnavailable } from "./store.ts";

const deadlineMs = 8_000;
/** The substatus of a 404 that is about the container or database, not the item. */
const ownerNotFound = 1_003;
/** What the operations of a batch get that were not reached, since another one was refused. */
const failedDependency = 424;

/** What a batch did: the ETags of its operations, or the first operation that was refused and the status that it got. */
export type BatchResult =
  | { readonly stored: true; readonly etags: readonly string[] }
  | { readonly stored: false; readonly refused: number; readonly status: number };

/** Requests to one container. Each throws `ParkingUnavailable` if it gets no answer in time. */
export interface CosmosRequests {
  query<Item>(decode: (item: unknown) => Item, spec: SqlQuerySpec, partition?: string): Promise<Item[]>;
  read(id: string, partition: string): Promise<{ readonly item: unknown; readonly etag: string } | undefined>;
  /** Writes an item whatever there was, and gives its ETag. */
  upsert(item: ItemDefinition): Promise<string>;
  /** All or nothing, in one partition. */
  batch(operations: OperationInput[], partition: string): Promise<BatchResult>;
}

/** A request that the database refuses as malformed, and an item that is none of ours, are mistakes; all else may pass. */
const asUnavailable = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof z.ZodError || (error instanceof ErrorResponse && error.code === 400)) throw error;
    throw new ParkingUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

const inTime = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });

export const createCosmosRequests = (container: Container): CosmosRequests => ({
  query: async (decode, spec, partitionKey) =>
    asUnavailable(async () => {
      const { resources } = await container.items
        .query<unknown>(spec, { ...(partitionKey === undefined ? {} : { partitionKey }), ...inTime() })
        .fetchAll();
      return resources.map(decode);
    }),

  read: async (id, partition) =>
    asUnavailable(async () => {
      const answer = await container.item(id, partition).read<ItemDefinition>(inTime());
      // Without its container nothing is found either, which must not look like an item that is not there.
      if (answer.resource === undefined && answer.substatus === ownerNotFound)
        throw new Error(`the container ${container.id} does not exist`);
      return answer.resource === undefined ? undefined : { item: answer.resource, etag: answer.etag };
    }),

  upsert: async (item) => asUnavailable(async () => (await container.items.upsert(item, inTime())).etag),

  batch: async (operations, partition) =>
    asUnavailable(async () => {
      const { result = [], code } = await container.items.batch(operations, partition, inTime());
      const refused = result.findIndex(({ statusCode }) => statusCode >= 300 && statusCode !== failedDependency);
      if (refused !== -1) return { stored: false, refused, status: result[refused]?.statusCode ?? 0 };
      if (result.length !== operations.length || code !== 200)
        throw new Error(`a batch was answered ${code ?? "nothing"} with ${result.length} results`);
      return { stored: true, etags: result.map(({ eTag }) => eTag ?? "") };
    }),
});
