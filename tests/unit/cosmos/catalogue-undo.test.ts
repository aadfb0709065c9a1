import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Refusal } from "../../../deploy/local/cosmos/errors.ts";
import type { Catalogue, Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const DEFINITION = { partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 } };
const OWNER = "dbs/x/";
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

/** What is held in memory, as far as it could differ from the disk. */
const shape = (): object => ({
  databases: [...catalogue.databases.values()].map(({ id, containers }) => ({
    id,
    containers: [...containers.values()].map(({ id: name, definition, version, versions, ranges }) => ({
      id: name,
      definition,
      version,
      keepsVersions: versions !== undefined,
      ranges: ranges.map((range) => range.id),
    })),
  })),
  offers: [...catalogue.offers.byOwner.values()],
});

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

const refusal = new Refusal(400, "No.");
const bug = new Error("A bug.");

describe("a request that is refused after it has changed the catalogue", () => {
  const changes: [string, () => void][] = [
    ["the creation of a database", () => catalogue.createDatabase("other", 0)],
    [
      "the deletion of a database",
      () => {
        const database = catalogue.databases.get("d");
        if (database !== undefined) catalogue.deleteDatabase(database);
      },
    ],
    [
      "the creation of a container",
      () => catalogue.createContainer(containerNow().database, "other", DEFINITION, 0, 1),
    ],
    ["the replacement of a container", () => catalogue.replaceContainer(containerNow(), DEFINITION, 0)],
    ["the deletion of a container", deleteContainer],
    ["the keeping of all versions", () => catalogue.keepVersions(containerNow(), 0)],
    ["a split", split],
    ["the creation of an offer", () => catalogue.offers.create(OWNER, {}, 0)],
    [
      "the replacement of an offer",
      () => {
        const [offer] = catalogue.offers.byOwner.values();
        if (offer !== undefined) catalogue.offers.replace(offer, {}, 0);
      },
    ],
    ["the removal of an offer", () => catalogue.offers.remove(containerNow().self)],
  ];

  test.each(changes)("leaves nothing of %s in memory", async (_, change) => {
    const before = shape();
    await expect(changeAndThrow(change, refusal)).rejects.toBe(refusal);
    expect(shape()).toEqual(before);
    await expect(create("a")).resolves.toMatchObject({ status: 201 });
  });

  test("goes on keeping all versions that it would have dropped", async () => {
    await new Promise((resolve, reject) => {
      served.endpoint.commits.write(() => catalogue.keepVersions(containerNow(), 0), resolve, reject);
    });
    await expect(changeAndThrow(() => catalogue.dropVersions(containerNow()), refusal)).rejects.toBe(refusal);
    expect(containerNow().versions).toBeDefined();
  });
});

describe("a request that is refused before it has changed the catalogue", () => {
  test("leaves the memory of it as it is, also after a request of the same moment that changed it", async () => {
    const changing = served.ask("POST", "/dbs", {}, { id: "other" });
    const before = containerNow();
    const refused = changeAndThrow(() => undefined, refusal);
    await changing;
    await expect(refused).rejects.toBe(refusal);
    expect(containerNow()).toBe(before);
  });
});

describe("the LSN of a range that was written to in the same moment", () => {
  const changes: [string, () => void][] = [
    ["a split", split],
    ["a deletion of its container", deleteContainer],
  ];
  const causes: [string, Error][] = [
    ["refused", refusal],
    ["ended by a bug", bug],
  ];
  const cases = changes.flatMap(([what, change]) =>
    causes.map(([how, error]): [string, string, () => void, Error] => [what, how, change, error]),
  );

  test.each(cases)("does not go back when %s is %s", async (_, __, change, error) => {
    const first = create("a");
    const failing = changeAndThrow(change, error);
    await first;
    await expect(failing).rejects.toBe(error);
    expect(lsnNow()).toBe(1);
    await create("b");
    expect(lsnNow()).toBe(2);
  });
});
