import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { widthOf } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import type { Container } from "../../../deploy/local/cosmos/storage/catalogue.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const WHOLE = { min: "", max: "FF" };

let served: EndpointWithClock;

beforeEach(async () => {
  served = openWithClock();
  await served.ask("POST", "/dbs", {}, { id: "d" });
});

afterEach(() => served.close());

const containerNow = (): Container => {
  const container = served.endpoint.catalogue.databases.get("d")?.containers.get("c");
  if (container === undefined) throw new Error("There is no container.");
  return container;
};

const raiseThroughput = async (offerThroughput: number): Promise<number> => {
  const [offer] = JSON.parse((await served.ask("GET", "/offers")).body).Offers;
  const { status } = await served.ask("PUT", `/offers/${offer.id}`, {}, { ...offer, content: { offerThroughput } });
  return status;
};

describe("a container whose throughput is raised to the most there is", () => {
  test.each([1, 2])("has a hundred ranges, none much wider than another, with keys of version %d", async (version) => {
    await served.ask("POST", "/dbs/d/colls", {}, { id: "c", partitionKey: { paths: ["/key"], version } });
    expect(await raiseThroughput(1_000_000)).toBe(200);
    const { key, ranges } = containerNow();
    expect(ranges).toHaveLength(100);
    const widest = widthOf(key, WHOLE) / 64n;
    expect(ranges.filter((range) => widthOf(key, range) > widest + 2n)).toEqual([]);
  });
});
