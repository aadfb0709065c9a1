import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "../../../deploy/local/cosmos/feed/scope.ts";
import type { JsonObject } from "../../../deploy/local/cosmos/json.ts";
import { MAXIMUM_KEY, MINIMUM_KEY } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import type { PartitionKeyComponent } from "../../../deploy/local/cosmos/keys/partition-key.ts";
import { openEndpoint } from "../../../deploy/local/cosmos/open-endpoint.ts";
import { operateOnItem } from "../../../deploy/local/cosmos/resources/items.ts";
import { locateKey } from "../../../deploy/local/cosmos/resources/key-location.ts";
import type { Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";

/** A container on a data directory of its own. */
export interface OpenContainer {
  readonly container: Container;
  /** All of the container. */
  readonly scope: Scope;
  /** Creates items; `keyOf` gives the partition key of each. */
  readonly create: (
    items: readonly JsonObject[],
    keyOf: (item: JsonObject) => readonly PartitionKeyComponent[],
  ) => void;
  readonly close: () => void;
}

const SETTINGS = { key: "a2V5", partitions: 3, consistency: "Session", region: "Local" };
const RANGES = 3;

/** Opens an endpoint with one container. @param paths the paths of its partition key; several make it hierarchical */
export const openContainer = (...paths: readonly string[]): OpenContainer => {
  const directory = mkdtempSync(join(tmpdir(), "cosmos-container-"));
  const open = openEndpoint(directory, SETTINGS);
  const { catalogue, commits } = open.endpoint;
  const write = <Result>(work: () => Result): Result => {
    const results: Result[] = [];
    commits.write(
      () => results.push(work()),
      () => undefined,
      (error) => {
        throw error;
      },
    );
    commits.flush();
    const [result] = results;
    if (result === undefined) throw new Error("Nothing was written.");
    return result;
  };
  const kind = paths.length > 1 ? "MultiHash" : "Hash";
  const definition = { partitionKey: { paths: [...paths], kind, version: 2 } };
  const container = write(() =>
    catalogue.createContainer(catalogue.createDatabase("d", 0), "c", definition, 0, RANGES),
  );
  return {
    container,
    scope: { container, key: undefined, ranges: container.ranges, min: MINIMUM_KEY, max: MAXIMUM_KEY },
    create: (items, keyOf) => {
      write(() => {
        for (const item of items) {
          const turn = { catalogue, nowMs: 1_000, lsn: undefined };
          const { id } = item;
          if (typeof id !== "string") throw new Error("An item needs an id.");
          operateOnItem(turn, container, locateKey(container, [...keyOf(item)]), {
            kind: "create",
            id,
            document: { ...item },
          });
        }
        return true;
      });
    },
    close: () => {
      open.close();
      rmSync(directory, { recursive: true });
    },
  };
};
