import type { ItemDefinition } from "@azure/cosmos";
import { snapshotItemId } from "../../actors/kernel/recorded-event.ts";
import { openContainers } from "../../services/platform/cosmos.ts";
import type { StackInfo } from "./started-stack.ts";

/**
 * Writes over a stream's snapshot what no actor host can understand: every command of the stream is then a fault, while all
 * others go on. Throws if the stream has none.
 *
 * @returns what repairs it
 */
export const breakStream = async (
  { cosmos }: Pick<StackInfo, "cosmos">,
  streamId: string,
): Promise<() => Promise<void>> => {
  const { events } = openContainers({
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_DATABASE: cosmos.database,
  });
  const item = events.item(snapshotItemId(streamId), streamId);
  const { resource } = await item.read<ItemDefinition>();
  if (resource === undefined) throw new Error(`${streamId} has no snapshot`);
  await item.replace({ ...resource, value: { kind: "snapshot", streamId, broken: true } });
  return async () => {
    await item.replace(resource);
  };
};
