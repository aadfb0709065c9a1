/** Request units that come in at a steady rate and are spent by requests. What is spent may exceed what is there. */
export interface TokenBucket {
  /** Request units that come in per second; also the most that the bucket holds. */
  readonly perSecond: number;
  /** What was there at `atMs`; below zero after a request that cost more than was there. */
  readonly units: number;
  /** The time of the last look, in milliseconds. */
  readonly atMs: number;
}

/** A bucket holds one second's worth, as a partition of Azure's may use a second's throughput within that second. */
export const fullBucket = (perSecond: number, nowMs: number): TokenBucket => ({
  perSecond,
  units: perSecond,
  atMs: nowMs,
});

/**
 * The bucket as it is now, at a rate that may have changed.
 * A clock that goes back brings nothing in, and takes nothing out.
 */
export const refilled = ({ units, atMs }: TokenBucket, perSecond: number, nowMs: number): TokenBucket => {
  const income = (Math.max(0, nowMs - atMs) / 1000) * perSecond;
  return { perSecond, units: Math.min(perSecond, units + income), atMs: nowMs };
};

/** The bucket after a request that cost so many request units. */
export const spent = (bucket: TokenBucket, units: number): TokenBucket => ({ ...bucket, units: bucket.units - units });

/**
 * How long a request has to wait until the bucket lets it in.
 * @returns whole milliseconds; 0 when it is let in now, because something is there (its cost is not known yet)
 */
export const waitMs = ({ units, perSecond }: TokenBucket): number =>
  units > 0 ? 0 : Math.floor((-units / perSecond) * 1000) + 1;
