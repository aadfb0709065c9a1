import type { RecordedEvent } from "../../../../actors/kernel/recorded-event.ts";
import { isCovered, type Watermark } from "../../../../actors/host/publication/watermark.ts";

/** The mark that tells in Kafka which stored event a record came from. */
export const markOf = ({ hostEpoch, hostSeq }: Pick<RecordedEvent, "hostEpoch" | "hostSeq">): string =>
  `${hostEpoch}#${hostSeq}`;

/**
 * The store, its change feed, the watermarks and Kafka: what outlives every host. Each change is checked at once against the
 * promises of the protocol; `broken` collects what does not hold.
 */
export interface Outside {
  readonly broken: string[];
  /** Every stored event in the order in which it was stored. */
  readonly feed: readonly RecordedEvent[];
  readonly stream: (streamId: string) => readonly RecordedEvent[];
  /** Whether the fence lets these events in now. */
  readonly admits: (events: readonly RecordedEvent[]) => boolean;
  readonly store: (events: readonly RecordedEvent[]) => void;
  readonly watermark: (hostEpoch: string) => Watermark | undefined;
  readonly writeWatermark: (watermark: Watermark) => void;
  readonly publish: (streamId: string, version: number, body: string) => void;
  /** How often each event is in Kafka, by version. */
  readonly published: (streamId: string) => ReadonlyMap<number, number>;
}

export const createOutside = (): Outside => {
  const broken: string[] = [];
  const feed: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  const latest = new Map<string, Watermark>();
  const everWritten: Watermark[] = [];
  const kafka = new Map<string, Map<number, number>>();

  const stream = (streamId: string): readonly RecordedEvent[] => streams.get(streamId) ?? [];
  const published = (streamId: string): ReadonlyMap<number, number> => kafka.get(streamId) ?? new Map<number, number>();
  const admits = (events: readonly RecordedEvent[]): boolean =>
    events.every((event, index) => event.version === stream(event.streamId).length + 1 + index);

  const checkCovered = (watermark: Watermark, event: RecordedEvent): void => {
    if (event.hostEpoch !== watermark.hostEpoch || !isCovered(watermark, event.hostSeq)) return;
    if (published(event.streamId).has(event.version)) return;
    broken.push(`a watermark covers ${event.streamId}/${event.version}, which is stored and not in Kafka`);
  };

  return {
    broken,
    feed,
    stream,
    admits,
    published,

    store: (events) => {
      if (!admits(events)) throw new Error("the simulated store was asked to break its own fence");
      for (const event of events) {
        streams.set(event.streamId, [...stream(event.streamId), event]);
        feed.push(event);
        for (const watermark of everWritten) checkCovered(watermark, event);
      }
    },

    watermark: (hostEpoch) => latest.get(hostEpoch),

    writeWatermark: (watermark) => {
      latest.set(watermark.hostEpoch, watermark);
      everWritten.push(watermark);
      for (const event of feed) checkCovered(watermark, event);
    },

    publish: (streamId, version, body) => {
      const event = stream(streamId)[version - 1];
      if (event === undefined || JSON.parse(body).data.mark !== markOf(event)) {
        broken.push(`${streamId}/${version} was published, but that event is not stored`);
      }
      const versions = new Map(published(streamId));
      if (version > versions.size + 1) broken.push(`${streamId}/${version} came before ${versions.size + 1}`);
      versions.set(version, (versions.get(version) ?? 0) + 1);
      kafka.set(streamId, versions);
    },
  };
};
