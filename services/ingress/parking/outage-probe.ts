import { unreachable } from "../../../actors/kernel/decision.ts";
import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { findUnready, probedStreamId } from "../../platform/health.ts";
import type { Sidecar } from "../../platform/sidecar.ts";
import type { OutageProbe } from "./fault-judge.ts";

/** Within the two seconds that a readiness check has. */
const probeLimits = { deadlineMs: 1_800 };

const probedStreamOf = (streamType: StreamType): string => {
  switch (streamType) {
    case "Order":
      return probedStreamId;
    case "StockItem":
      return stockStreamId(probedStreamId, probedStreamId);
    default:
      return unreachable(streamType);
  }
};

/** Asks the sidecar, and through it an actor that reads its stream from the store. */
export const createOutageProbe =
  (sidecar: Pick<Sidecar, "checkHealth" | "read">): OutageProbe =>
  async (streamType) => {
    const unready = await findUnready({
      sidecar: async () => sidecar.checkHealth(),
      actors: async () => {
        await sidecar.read(streamType, probedStreamOf(streamType), probeLimits);
      },
    });
    return unready.length === 0 ? undefined : unready.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  };
