import { randomUUID } from "node:crypto";
import type { Container, ContainerRequest, Database } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { refusalOf, useContract } from "./contract-test.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const contract = useContract();

const inDatabase = async (throughput: object, work: (database: Database) => Promise<void>): Promise<void> => {
  const { database } = await contract.client().databases.create({ id: `throughput-${randomUUID()}`, ...throughput });
  try {
    await work(database);
  } finally {
    await database.delete();
  }
};

const offerOf = async (container: Container): Promise<Record<string, unknown> | undefined> => {
  const { resource } = await container.readOffer();
  return resource?.content === undefined ? undefined : { ...resource.content };
};

/** Asks for offers as azcosmos and the Python SDK do. */
const queryOffers = async (query: string, value?: string): Promise<Record<string, unknown>[]> => {
  const { url, key } = contract.endpoint();
  const { text } = await sendSigned(url, key, {
    method: "POST",
    path: "/offers",
    headers: { "content-type": "application/query+json", "x-ms-documentdb-query": "True" },
    body: JSON.stringify({ query, parameters: value === undefined ? [] : [{ name: "@link", value }] }),
  });
  return JSON.parse(text).Offers;
};

describe("a container's throughput", () => {
  test("is 400 RU/s when none was asked for", async () => {
    expect(await offerOf(await contract.container())).toMatchObject({ offerThroughput: 400 });
  });

  test("is what was asked for, also after a restart", async () => {
    const container = await contract.container({ throughput: 1200 });
    await contract.endpoint().restart?.();
    expect(await offerOf(container)).toMatchObject({ offerThroughput: 1200 });
  });

  test("can scale by itself up to a maximum", async () => {
    const content = await offerOf(await contract.container({ maxThroughput: 5000 }));
    expect(content?.["offerAutopilotSettings"]).toMatchObject({ maxThroughput: 5000 });
  });

  test("names its owner, and is found by the owner's link and by its _rid", async () => {
    const container = await contract.container();
    const { resource: owner } = await container.read();
    const { resource: offer } = await container.readOffer();
    expect(offer).toMatchObject({ resource: owner?._self, offerResourceId: owner?._rid, offerVersion: "V2" });
    const byLink = await queryOffers("SELECT * FROM root r WHERE r.resource=@link", owner?._self);
    const byRid = await queryOffers(`SELECT * FROM c WHERE c.offerResourceId = '${owner?._rid}'`);
    expect([byLink.map(({ id }) => id), byRid.map(({ id }) => id)]).toEqual([[offer?.id], [offer?.id]]);
    const { resources } = await contract.client().offers.readAll().fetchAll();
    expect(resources.map(({ id }) => id)).toContain(offer?.id);
  });

  test("can be replaced, at once", async () => {
    const container = await contract.container();
    const { resource, offer } = await container.readOffer();
    if (resource?.content === undefined || offer === undefined) throw new Error("The container has no offer.");
    const replaced = await offer.replace({ ...resource, content: { ...resource.content, offerThroughput: 500 } });
    expect(replaced.statusCode).toBe(200);
    expect(replaced.resource?.content).toMatchObject({ offerThroughput: 500 });
    const { resource: now, headers } = await offer.read();
    expect([now?.content?.offerThroughput, now?._etag === resource._etag]).toEqual([500, false]);
    expect(String(headers["x-ms-offer-replace-pending"]).toLowerCase()).toBe("false");
    expect(Number(headers["x-ms-cosmos-min-throughput"])).toBeGreaterThanOrEqual(400);
  });

  test("can have another maximum", async () => {
    const container = await contract.container({ maxThroughput: 5000 });
    const { resource, offer } = await container.readOffer();
    const content = { offerAutopilotSettings: { maxThroughput: 7000 } };
    await offer?.replace(JSON.parse(JSON.stringify({ ...resource, content })));
    const settings = (await offerOf(container))?.["offerAutopilotSettings"];
    expect(settings).toMatchObject({ maxThroughput: 7000 });
  });

  test.each([0, 300, 450, 1_000_100])("of %d RU/s is refused", async (offerThroughput) => {
    const { resource, offer } = await (await contract.container()).readOffer();
    if (resource?.content === undefined || offer === undefined) throw new Error("The container has no offer.");
    const replaced = offer.replace({ ...resource, content: { ...resource.content, offerThroughput } });
    expect(await refusalOf(replaced)).toMatchObject({ code: 400 });
    expect((await offer.read()).resource?.content).toMatchObject({ offerThroughput: 400 });
  });

  test.each<[string, Partial<ContainerRequest>]>([
    ["less than the least", { throughput: 300 }],
    ["no multiple of 100", { throughput: 450 }],
    ["less than the least for autoscale", { maxThroughput: 500 }],
    ["no multiple of 1000 for autoscale", { maxThroughput: 1500 }],
  ])("cannot be created with %s", async (_, throughput) => {
    expect(await refusalOf(contract.container(throughput))).toMatchObject({ code: 400 });
  });

  test("goes with its container", async () => {
    const container = await contract.container();
    const { offer } = await container.readOffer();
    await container.delete();
    const absent = offer === undefined ? undefined : await refusalOf(offer.read());
    expect(absent).toMatchObject({ code: 404 });
  });
});

const offersFor = async (database: Database): Promise<Record<string, unknown>[]> => {
  const { resource } = await database.read();
  return queryOffers("SELECT * FROM root r WHERE r.resource=@link", resource?._self);
};

describe("a database's throughput", () => {
  test("is not there when none was asked for", async () => {
    await inDatabase({}, async (database) => {
      expect(await offersFor(database)).toEqual([]);
    });
  });

  test("is shared by its containers, but for those that have their own", async () => {
    await inDatabase({ throughput: 1000 }, async (database) => {
      expect(await offersFor(database)).toMatchObject([{ content: { offerThroughput: 1000 } }]);
      const partitionKey = { paths: ["/partitionKey"] };
      const shared = (await database.containers.create({ id: "shared", partitionKey })).container;
      const own = (await database.containers.create({ id: "own", partitionKey, throughput: 700 })).container;
      expect(await offerOf(shared)).toBeUndefined();
      expect(await offerOf(own)).toMatchObject({ offerThroughput: 700 });
    });
  });

  test("can be replaced by a signature over the offer's _rid in lower case", async () => {
    await inDatabase({ throughput: 400 }, async (database) => {
      const [offer] = await offersFor(database);
      const { url, key } = contract.endpoint();
      const put = (throughput: number): Promise<RawAnswer> =>
        sendSigned(url, key, {
          method: "PUT",
          path: `/offers/${String(offer?.["id"])}`,
          link: String(offer?.["id"]).toLowerCase(),
          body: JSON.stringify({ ...offer, content: { offerThroughput: throughput } }),
        });
      expect((await put(450)).status).toBe(400);
      const answer = await put(600);
      expect([answer.status, JSON.parse(answer.text).content]).toMatchObject([200, { offerThroughput: 600 }]);
    });
  });
});
