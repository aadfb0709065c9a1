import { leaseId, type StoredLease } from "./lease.ts";

/** What an instance has seen of a lease: the ETag, and since when it has not changed (monotonic milliseconds). */
export type Observations = ReadonlyMap<string, { readonly etag: string; readonly sinceMs: number }>;

/** Carries the observations on over a new look at all leases, taken at `nowMs`. */
export const observe = (before: Observations, leases: readonly StoredLease[], nowMs: number): Observations =>
  new Map(
    leases.map((stored) => {
      const id = leaseId(stored.lease);
      const known = before.get(id);
      return [id, known?.etag === stored.etag ? known : { etag: stored.etag, sinceMs: nowMs }];
    }),
  );

/** Whether a lease was watched for its whole time to live and was not renewed. */
const isExpired = (stored: StoredLease, observations: Observations, nowMs: number, timeToLiveMs: number): boolean => {
  const seen = observations.get(leaseId(stored.lease));
  return seen !== undefined && seen.etag === stored.etag && nowMs - seen.sinceMs >= timeToLiveMs;
};

/**
 * The leases that `instance` should take now so that every live instance reads its fair share: free ones first (released, or
 * of an instance that stopped renewing), up to the share; only if there is none, one of the instance that has most, and only
 * if that makes the shares more equal.
 */
export const leasesToTake = (
  instance: string,
  leases: readonly StoredLease[],
  observations: Observations,
  nowMs: number,
  timeToLiveMs: number,
): StoredLease[] => {
  const free: StoredLease[] = [];
  const byOwner = new Map<string, StoredLease[]>([[instance, []]]);
  for (const stored of leases) {
    const { owner } = stored.lease;
    if (owner === null || (owner !== instance && isExpired(stored, observations, nowMs, timeToLiveMs))) {
      free.push(stored);
    } else {
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), stored]);
    }
  }
  const mine = byOwner.get(instance)?.length ?? 0;
  const fairShare = Math.ceil(leases.length / byOwner.size);
  if (free.length > 0) return free.slice(0, Math.max(0, fairShare - mine));

  let richest: StoredLease[] = [];
  for (const owned of byOwner.values()) if (owned.length > richest.length) richest = owned;
  return richest.length >= mine + 2 ? richest.slice(0, 1) : [];
};
