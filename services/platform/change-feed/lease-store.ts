import { BulkOperationType, ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";
import { lease, leaseId, type Lease, type StoredLease } from "./lease.ts";

/** The leases of one consumer group. Every write is fenced by the ETag of what was read. */
export interface LeaseStore {
  /** All leases but the retired ones. */
  list(): Promise<StoredLease[]>;
  read(id: string): Promise<StoredLease | undefined>;
  /** Creates a lease; does nothing if there is one with this id. */
  createIfAbsent(lease: Lease): Promise<void>;
  /** Writes `next` over `current`; undefined if it is not current any more. */
  replace(current: StoredLease, next: Lease): Promise<StoredLease | undefined>;
  /** Retires `current` and creates `parts`, all or nothing; false if `current` is not current any more. */
  split(current: StoredLease, parts: readonly Lease[]): Promise<boolean>;
}

const leaseItem = z.object({ id: z.string(), value: lease, _etag: z.string() });

/** The item in which a lease is stored, in the format of Dapr's Cosmos component. */
const itemOf = (lease: Lease) => ({
  id: leaseId(lease),
  partitionKey: lease.group,
  isBinary: false,
  value: lease,
});

const hasStatus = (error: unknown, status: number): boolean => error instanceof ErrorResponse && error.code === status;

/** The leases of `group`, stored in `container` under the partition key `group`. */
export const createLeaseStore = (container: Container, group: string): LeaseStore => ({
  list: async () => {
    const { resources } = await container.items
      .query(
        {
          query: "SELECT * FROM c WHERE c.partitionKey = @group AND c['value'].kind = @kind",
          parameters: [
            { name: "@group", value: group },
            { name: "@kind", value: "lease" },
          ],
        },
        { partitionKey: group },
      )
      .fetchAll();
    return resources
      .map((resource) => leaseItem.parse(resource))
      .map((item) => ({ lease: item.value, etag: item._etag }))
      .filter((stored) => !stored.lease.retired);
  },

  read: async (id) => {
    const { resource, statusCode } = await container.item(id, group).read();
    if (statusCode === 404) return undefined;
    const item = leaseItem.parse(resource);
    return { lease: item.value, etag: item._etag };
  },

  createIfAbsent: async (lease) => {
    try {
      await container.items.create(itemOf(lease));
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  },

  replace: async (current, next) => {
    try {
      const { etag } = await container
        .item(leaseId(current.lease), group)
        .replace(itemOf(next), { accessCondition: { type: "IfMatch", condition: current.etag } });
      return { lease: next, etag };
    } catch (error) {
      if (hasStatus(error, 412) || hasStatus(error, 404)) return undefined;
      throw error;
    }
  },

  split: async (current, parts) => {
    const response = await container.items.batch(
      [
        {
          operationType: BulkOperationType.Replace,
          id: leaseId(current.lease),
          ifMatch: current.etag,
          resourceBody: itemOf({ ...current.lease, owner: null, retired: true }),
        },
        ...parts.map((part) => ({ operationType: BulkOperationType.Create, resourceBody: itemOf(part) })),
      ],
      group,
    );
    const statuses = (response.result ?? []).map((operation) => operation.statusCode);
    if (statuses.every((status) => status < 300) && statuses.length > 0) return true;
    if (statuses.includes(412) || statuses.includes(409)) return false;
    throw new Error(
      `the split of lease ${leaseId(current.lease)} was answered ${response.code ?? "nothing"}: ${statuses.join()}`,
    );
  },
});
