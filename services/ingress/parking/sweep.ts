import type { Logger } from "../../platform/logger.ts";
import { SidecarUnavailable } from "../../platform/sidecar.ts";
import type { OutageProbe } from "./fault-judge.ts";
import type { ParkedStream } from "./items.ts";
import { isLeased, nextRedriveMs, type RedrivePolicy } from "./parked-stream.ts";
import type { Redriver } from "./redriver.ts";
import { ParkingUnavailable, type ParkedStore } from "./store.ts";
import { RedriveUnderWay } from "./stream-lease.ts";

/** Who a redrive is by if nobody asked for it. */
export const automatic = "automatic";

const pageSize = 500;
const mostPages = 40;
/** One sweep goes no further, so that the next one measures anew. */
const mostRedrives = 50;

export interface SweepParts {
  readonly store: Pick<ParkedStore, "listStreams">;
  readonly redriver: Pick<Redriver, "redrive">;
  readonly probe: OutageProbe;
  readonly policy: RedrivePolicy;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Told everything that is parked, by whichever instance. */
  readonly onParked: (streams: readonly ParkedStream[]) => void;
}

const isPassing = (error: unknown): error is Error =>
  error instanceof RedriveUnderWay || error instanceof ParkingUnavailable || error instanceof SidecarUnavailable;

const listAll = async (store: SweepParts["store"]): Promise<ParkedStream[]> => {
  const streams: ParkedStream[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const found = await store.listStreams({ after: streams.at(-1)?.sortKey, limit: pageSize });
    streams.push(...found.map(({ stream }) => stream));
    if (found.length < pageSize) break;
  }
  return streams;
};

/** The streams that are to be redriven now, the one that waits longest first. */
export const dueStreams = (
  streams: readonly ParkedStream[],
  policy: RedrivePolicy,
  nowMs: number,
): readonly ParkedStream[] =>
  streams
    .filter(
      (stream) => (nextRedriveMs(stream, policy) ?? Number.POSITIVE_INFINITY) <= nowMs && !isLeased(stream, nowMs),
    )
    .toSorted((a, b) => Date.parse(a.waitingSince) - Date.parse(b.waitingSince))
    .slice(0, mostRedrives);

/**
 * Looks at all that is parked, by whichever instance: measures it, and redrives what is due. During an outage nothing is
 * tried, since it would only use up attempts. Throws `ParkingUnavailable` if the store is away.
 */
export const createSweep =
  ({ store, redriver, probe, policy, nowMs, logger, onParked }: SweepParts) =>
  async (signal: AbortSignal): Promise<void> => {
    const streams = await listAll(store);
    onParked(streams);
    for (const { streamId, streamType } of dueStreams(streams, policy, nowMs())) {
      if (signal.aborted || (await probe(streamType)) !== undefined) return;
      try {
        const report = await redriver.redrive(streamId, automatic);
        logger.info("redriven without being asked", { streamId, report });
      } catch (error) {
        if (!isPassing(error)) throw error;
        logger.info("not redriven this time", { streamId, reason: error.message });
      }
    }
  };
