import { createPublication } from "./create-publication.ts";
import { newHostEpoch } from "./host-epoch.ts";
import { defaultLimits } from "./limits.ts";
import type { Publication } from "./publication.ts";
import type { PublicationLog, PublicationPorts } from "./publication-ports.ts";
import { createBulkPublisher } from "./publish-bulk.ts";
import { createWatermarkStore } from "./watermark-store.ts";

export interface DaprPublicationParts {
  readonly daprHttpPort: number;
  /** The pub/sub component that publishes to Kafka. */
  readonly pubsubName: string;
  /** The state component that keeps the watermarks. */
  readonly watermarkComponent: string;
  readonly readEvents: PublicationPorts["readEvents"];
  readonly toBodies: PublicationPorts["toBodies"];
  readonly log: PublicationLog;
}

export interface DaprPublication {
  readonly publication: Publication;
  /** Lets go of the connections. Call it after `publication.stop`. */
  readonly close: () => Promise<void>;
}

/** The publication of this start of a host, under a new epoch, through the sidecar on this machine. */
export const createDaprPublication = (parts: DaprPublicationParts): DaprPublication => {
  const bulks = createBulkPublisher(parts.daprHttpPort, parts.pubsubName);
  const watermarks = createWatermarkStore(parts.daprHttpPort, parts.watermarkComponent);
  const ports: PublicationPorts = {
    readEvents: parts.readEvents,
    toBodies: parts.toBodies,
    readWatermark: watermarks.readWatermark,
    writeWatermark: watermarks.writeWatermark,
    publishBulk: bulks.publishBulk,
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    startTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    log: parts.log,
  };
  return {
    publication: createPublication(newHostEpoch(Date.now()), ports, defaultLimits),
    close: async () => {
      await Promise.all([bulks.close(), watermarks.close()]);
    },
  };
};
