import { type SplitOutcome, splitRange } from "../../../../deploy/local/cosmos/resources/split.ts";
import type { InProcessEndpoint } from "./in-process-endpoint.ts";

/** Splits a range of a container of the endpoint and waits until that is on the disk. */
export const split = (
  served: InProcessEndpoint,
  database: string,
  id: string,
  range: string,
  at?: string,
): Promise<SplitOutcome> => {
  const endpoint = served.endpoint();
  const container = endpoint.catalogue.databases.get(database)?.containers.get(id);
  if (container === undefined) throw new Error(`There is no container ${id}.`);
  return new Promise((resolve, reject) => {
    endpoint.commits.write(() => splitRange(endpoint, container, range, at), resolve, reject);
  });
};
