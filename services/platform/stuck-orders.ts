import type { Container } from "@azure/cosmos";
import { z } from "zod";

/** Something that an order waits for longer than is allowed. */
const stuckWait = z.object({
  /** A stable name of the step. */
  step: z.string(),
  /** One sentence for people: who has to do what. */
  waitsFor: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
  allowedSeconds: z.int().min(0),
  /** Who can end the waiting. */
  owner: z.enum(["process-manager", "payment-provider", "customer", "warehouse", "carrier", "support"]),
});
export type StuckWait = z.infer<typeof stuckWait>;

/**
 * An order that waits for longer than is allowed, as the watchdog of the process manager last found it. The watchdog writes
 * these, and takes them away again; whoever looks after orders reads them.
 */
export const stuckOrder = z.object({
  orderId: z.string(),
  status: z.string(),
  /** What has taken longest first; never empty. */
  waits: z.array(stuckWait).min(1),
  /** How often the watchdog has taken the order's steps again, or tried to end it. */
  attempts: z.int().min(0),
  lastAttemptAt: z.string().nullable(),
  nextAttemptAt: z.string(),
  /** Why a step was last left, as far as anybody knows. */
  lastFailure: z.object({ at: z.string(), reason: z.string() }).nullable(),
});
export type StuckOrder = z.infer<typeof stuckOrder>;

/** The partition of the container `views` that holds them, one item per order. */
export const stuckOrdersPartition = "operations:stuck-orders";

/** Reads stuck orders, in the order of their ids. */
export const listStuckOrders = async (
  views: Container,
  { after, limit }: { readonly after: string; readonly limit: number },
  abortSignal?: AbortSignal,
): Promise<StuckOrder[]> => {
  const iterator = views.items.query<unknown>(
    {
      query: "SELECT TOP @limit * FROM c WHERE c.partitionKey = @partitionKey AND c.id > @after ORDER BY c.id",
      parameters: [
        { name: "@limit", value: limit },
        { name: "@partitionKey", value: stuckOrdersPartition },
        { name: "@after", value: after },
      ],
    },
    {
      partitionKey: stuckOrdersPartition,
      maxItemCount: limit,
      ...(abortSignal === undefined ? {} : { abortSignal }),
    },
  );
  const { resources } = await iterator.fetchAll();
  return resources.map((resource) => z.object({ value: stuckOrder }).parse(resource).value);
};
