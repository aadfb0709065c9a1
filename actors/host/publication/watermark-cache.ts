import { isCovered, type Watermark } from "./watermark.ts";

const maxEpochs = 256;

/**
 * Asks the watermarks of other epochs, reading each at most once per `maxAgeMs`. A covered seq stays covered, so an old
 * watermark may be trusted where it says yes; only a no is asked again.
 */
export const createWatermarkCache = (
  readWatermark: (hostEpoch: string) => Promise<Watermark | undefined>,
  monotonicNow: () => number,
  maxAgeMs: number,
): ((hostEpoch: string, hostSeq: number) => Promise<boolean>) => {
  const entries = new Map<string, { readonly watermark: Watermark | undefined; readonly readAt: number }>();

  return async (hostEpoch, hostSeq) => {
    const cached = entries.get(hostEpoch);
    if (cached !== undefined) {
      if (isCovered(cached.watermark, hostSeq)) return true;
      if (monotonicNow() - cached.readAt < maxAgeMs) return false;
    }
    const readAt = monotonicNow();
    const watermark = await readWatermark(hostEpoch);
    entries.delete(hostEpoch);
    entries.set(hostEpoch, { watermark, readAt });
    if (entries.size > maxEpochs) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    return isCovered(watermark, hostSeq);
  };
};
