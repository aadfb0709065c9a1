import { z } from "zod";

/**
 * What one start of an actor host says about the events it committed: every seq it handed out up to `through`, and not in
 * `except`, belongs to an event that is in Kafka or that can never be stored. Once true this stays true, so an old copy of
 * a watermark is merely less informative than a new one.
 */
export const watermark = z.object({
  kind: z.literal("watermark"),
  hostEpoch: z.string().min(1),
  /** ISO 8601, UTC: when the host wrote it, whether or not anything had changed. */
  heartbeatAt: z.string(),
  through: z.int().min(0),
  /** Ascending; none above `through`. */
  except: z.array(z.int().min(1)),
});
export type Watermark = z.infer<typeof watermark>;

/**
 * Whether an event with this seq, stored by the watermark's epoch, is certainly in Kafka. `false` means "not known", not
 * "no". An epoch that never wrote a watermark covers nothing.
 */
export const isCovered = (watermark: Pick<Watermark, "through" | "except"> | undefined, hostSeq: number): boolean =>
  watermark !== undefined && hostSeq <= watermark.through && !watermark.except.includes(hostSeq);
