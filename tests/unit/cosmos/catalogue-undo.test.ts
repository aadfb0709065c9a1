import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Catalogue, Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const DEFINITION = { partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 } };
const MIDDLE = "20000000000000000000000000000000";

let served: EndpointWithClock;
let catalogue: Catalogue;

beforeEach(async () => {
  served = openWithClock();
  ({ catalogue } = served.endpoint);
  await served.ask("POST", "/dbs", {}, { id: "d" });
  await served.ask("POST", "/dbs/d/colls", {}, { id: "c", ...DEFINITION });
});

afterEach(() => served.close());

const containerNow = (): Container => {
  const container = catalogue.databases.get("d")?.containers.get("c");
  if (container === undefined) throw new Error("The container is gone.");
  return container;
};

const lsnNow = (): number | undefined => containerNow().ranges[0]?.lsn;

const create = (id: string): Promise<unknown> =>
  served.ask("POST", "/dbs/d/colls/c/docs", { "x-ms-documentdb-partitionkey": '["p"]' }, { id, partitionKey: "p" });

const deleteContainer = (): void => catalogue.deleteContainer(containerNow());

const split = (): void => {
  const container = containerNow();
  const [range] = container.ranges;
  if (range === undefined) throw new Error("The container has no range.");
  catalogue.splitRange(container, range, MIDDLE);
};

/** Runs a request that changes something and then ends with an error. */
const changeAndThrow = (change: () => void, error: Error): Promise<unknown> =>
  new Promise((resolve, reject) => {
    served.endpoint.commits.write(
      () => {
        change();
        throw error;
      },
      resolve,
      reject,
    );
  });

const bug = new Error("A bug.");

describe("the LSN of a range that was written to in the same moment", () => {
  const changes: [string, () => void][] = [
    ["a split", split],
    ["a deletion of its container", deleteContainer],
  ];

  test.each(changes)("does not go back when %s fails", async (_, change) => {
    const first = create("a");
    const failing = changeAndThrow(change, bug);
    await first;
    await expect(failing).rejects.toBe(bug);
    expect(lsnNow()).toBe(1);
    await create("b");
    expect(lsnNow()).toBe(2);
  });
});
