import type { ItemDefinition } from "@azure/cosmos";
import { snapshotItemId } from "../../../actors/kernel/recorded-event.ts";
import { openContainers } from "../../../services/platform/cosmos.ts";
import type { Whereabouts } from "../world.ts";

/** Makes every command of one stream a fault, until it is repaired; all others go on. */
export interface BrokenStream {
  repair(): Promise<void>;
}

/** Writes over a stream's snapshot what no actor host can understand. Throws if the stream has none. */
export const breakStream = async (cosmos: Whereabouts["cosmos"], streamId: string): Promise<BrokenStream> => {
  const { events } = openContainers({
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_DATABASE: cosmos.database,
  });
  const item = events.item(snapshotItemId(streamId), streamId);
  const { resource } = await item.read<ItemDefinition>();
  if (resource === undefined) throw new Error(`${streamId} has no snapshot`);
  await item.replace({ ...resource, value: { kind: "snapshot", streamId, broken: true } });
  return {
    repair: async () => {
      await item.replace(resource);
    },
  };
};
