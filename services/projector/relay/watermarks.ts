import type { Container } from "@azure/cosmos";
import { z } from "zod";
import { isCovered, watermark, type Watermark } from "../../../actors/host/publication/watermark.ts";

/** What the hosts say about which of their events are in Kafka. */
export interface Watermarks {
  /**
   * Whether an event is certainly in Kafka. Reads the watermark of its epoch unless the last one read covers it or is
   * younger than `freshMs`.
   */
  cover(hostEpoch: string, hostSeq: number): Promise<boolean>;
}

export interface WatermarkPorts {
  readonly read: (hostEpoch: string) => Promise<Watermark | undefined>;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

/** Hosts write about once a second. */
const freshMs = 300;
/** A watermark stays true for ever, so the cache is bounded only to bound the memory. */
const maxEpochs = 1_000;

export const createWatermarks = (ports: WatermarkPorts): Watermarks => {
  const known = new Map<string, { readAtMs: number; watermark: Promise<Watermark | undefined> }>();
  return {
    cover: async (hostEpoch, hostSeq) => {
      const cached = known.get(hostEpoch);
      if (cached !== undefined) {
        if (isCovered(await cached.watermark.catch(() => undefined), hostSeq)) return true;
        if (ports.monotonicMs() - cached.readAtMs < freshMs) return isCovered(await cached.watermark, hostSeq);
      }
      const reading = { readAtMs: ports.monotonicMs(), watermark: ports.read(hostEpoch) };
      known.delete(hostEpoch);
      known.set(hostEpoch, reading);
      for (const oldest of known.keys()) {
        if (known.size <= maxEpochs) break;
        known.delete(oldest);
      }
      return isCovered(await reading.watermark, hostSeq);
    },
  };
};

/** Reads the watermark that the host of an epoch keeps in the container `leases`. */
export const readWatermark =
  (leases: Container) =>
  async (hostEpoch: string): Promise<Watermark | undefined> => {
    const { resource, statusCode } = await leases.item(hostEpoch, hostEpoch).read();
    return statusCode === 404 ? undefined : z.object({ value: watermark }).parse(resource).value;
  };
