import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { refusalOf, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

describe("the account", () => {
  test("names the endpoint by which the client came, and its consistency", async () => {
    const { resource } = await contract.client().getDatabaseAccount();
    expect(resource?.writableLocations).toHaveLength(1);
    expect(resource?.consistencyPolicy).toBe("Session");
    const { hostname, port } = new URL(contract.endpoint().url);
    const location = new URL(resource?.writableLocations[0]?.databaseAccountEndpoint ?? "");
    if (contract.endpoint().restart !== undefined) expect([location.hostname, location.port]).toEqual([hostname, port]);
  });
});

describe("a database", () => {
  test("is created once, read, listed, queried and deleted", async () => {
    const id = `other-${randomUUID()}`;
    const { databases } = contract.client();
    expect((await databases.create({ id })).statusCode).toBe(201);
    expect(await refusalOf(databases.create({ id }))).toMatchObject({ code: 409 });
    expect((await databases.createIfNotExists({ id })).statusCode).toBe(200);
    expect((await databases.readAll().fetchAll()).resources.map((one) => one.id)).toContain(id);
    const found = await databases
      .query({
        query: "SELECT * FROM root r WHERE r.id = @id",
        parameters: [{ name: "@id", value: id }],
      })
      .fetchAll();
    expect(found.resources).toHaveLength(1);
    expect((await contract.client().database(id).delete()).statusCode).toBe(204);
    expect(await refusalOf(contract.client().database(id).read())).toMatchObject({ code: 404 });
  });
});

describe("a container", () => {
  test("keeps its definition, also after a restart", async () => {
    const id = `defined-${randomUUID()}`;
    const indexingPolicy = {
      indexingMode: "consistent" as const,
      automatic: true,
      includedPaths: [{ path: "/*" }],
      excludedPaths: [{ path: "/value/*" }],
    };
    const created = await contract.database().containers.create({
      id,
      partitionKey: { paths: ["/partitionKey"] },
      indexingPolicy,
      defaultTtl: -1,
    });
    expect(created.statusCode).toBe(201);
    await contract.endpoint().restart?.();
    const { resource } = await contract.database().container(id).read();
    expect(resource).toMatchObject({
      id,
      defaultTtl: -1,
      partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 },
    });
    expect(resource?.indexingPolicy?.excludedPaths).toEqual(expect.arrayContaining([{ path: "/value/*" }]));
    expect(resource?._etag).toBe(created.resource?._etag);
  });

  test("can be replaced, but not its partition key", async () => {
    const container = await contract.container();
    const replaced = await container.replace({
      id: container.id,
      partitionKey: { paths: ["/partitionKey"] },
      defaultTtl: 60,
    });
    expect(replaced.resource?.defaultTtl).toBe(60);
    const other = container.replace({ id: container.id, partitionKey: { paths: ["/other"] } });
    expect(await refusalOf(other)).toMatchObject({ code: 400 });
  });

  test("is gone with its items when deleted, and its successor has another _rid", async () => {
    const first = await contract.container();
    const { resource } = await first.read();
    await first.items.create({ id: "a", partitionKey: "p" });
    await first.delete();
    expect(await refusalOf(first.read())).toMatchObject({ code: 404 });
    const second = await contract.container({ id: first.id });
    expect((await second.read()).resource?._rid).not.toBe(resource?._rid);
    expect((await second.items.readAll().fetchAll()).resources).toEqual([]);
  });

  test("is told from one that had its name, by a client that names the _rid it means", async () => {
    const { url, key } = contract.endpoint();
    const first = await contract.container();
    const { resource: old } = await first.read();
    const create = (rid: string): ReturnType<typeof sendSigned> =>
      sendSigned(url, key, {
        method: "POST",
        path: `/dbs/${contract.database().id}/colls/${first.id}/docs`,
        headers: { "x-ms-documentdb-partitionkey": '["p"]', "x-ms-cosmos-intended-collection-rid": rid },
        body: JSON.stringify({ id: "a", partitionKey: "p" }),
      });
    expect((await create(old?._rid ?? "")).status).toBe(201);
    await first.delete();
    const second = await contract.container({ id: first.id });
    const { resource: present } = await second.read();
    const answer = await create(old?._rid ?? "");
    expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([400, "1024"]);
    expect((await create(present?._rid ?? "")).status).toBe(201);
  });

  test("is missed by its items with substatus 1003", async () => {
    const { url, key } = contract.endpoint();
    const path = `/dbs/${contract.database().id}/colls/missing/docs/a`;
    const headers = { "x-ms-documentdb-partitionkey": '["p"]' };
    const answer = await sendSigned(url, key, { method: "GET", path, headers });
    expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([404, "1003"]);
  });

  test("lists its ranges, which cover every key, once", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/pkranges`;
    const first = await sendSigned(url, key, { method: "GET", path });
    const ranges: { minInclusive: string; maxExclusive: string }[] = JSON.parse(first.text).PartitionKeyRanges;
    const sorted = ranges.sort((left, right) => (left.minInclusive < right.minInclusive ? -1 : 1));
    expect(sorted[0]?.minInclusive).toBe("");
    expect(sorted.at(-1)?.maxExclusive).toBe("FF");
    for (const [index, range] of sorted.slice(1).entries())
      expect(range.minInclusive).toBe(sorted[index]?.maxExclusive);
    const known = { "if-none-match": first.headers.get("etag") ?? "" };
    const second = await sendSigned(url, key, { method: "GET", path, headers: known });
    expect([second.status, second.headers.get("etag")]).toEqual([304, first.headers.get("etag")]);
  });

  test.each([
    ["2018-06-18", 1],
    ["2018-12-31", 2],
  ])("hashes as a client of the API version %s knows, which names no version of it", async (apiVersion, version) => {
    const { url, key } = contract.endpoint();
    const id = randomUUID();
    const send = (method: string, path: string): ReturnType<typeof sendSigned> =>
      sendSigned(url, key, {
        method,
        path: `/dbs/${contract.database().id}/colls${path}`,
        headers: { "x-ms-version": apiVersion },
        body: JSON.stringify({ id, partitionKey: { paths: ["/partitionKey"], kind: "Hash" } }),
      });
    const answers = [await send("POST", ""), await send("PUT", `/${id}`)];
    expect(answers.map(({ status, text }) => [status, JSON.parse(text).partitionKey.version])).toEqual([
      [201, version],
      [200, version],
    ]);
  });

  test("names its database as what it lies in, and itself as what its items lie in", async () => {
    const { url, key } = contract.endpoint();
    const { resource: database } = await contract.database().read();
    const container = await contract.container();
    const { resource: definition } = await container.read();
    await container.items.create({ id: "a", partitionKey: "p" });
    const path = `/dbs/${contract.database().id}/colls/${container.id}`;
    const headers = { "x-ms-documentdb-partitionkey": '["p"]' };
    const answers = [
      await sendSigned(url, key, { method: "GET", path }),
      await sendSigned(url, key, { method: "GET", path: `${path}/docs/a`, headers }),
    ];
    expect(answers.map((answer) => answer.headers.get("x-ms-content-path"))).toEqual([
      database?._rid,
      definition?._rid,
    ]);
    expect(answers.map((answer) => answer.headers.get("x-ms-alt-content-path"))).toEqual([
      `dbs/${contract.database().id}`,
      path.slice(1),
    ]);
  });

  test("cannot have a name that no link can carry", async () => {
    const halfOfAPair = "name \ud83d";
    const { containers } = contract.database();
    const created = containers.create({ id: halfOfAPair, partitionKey: { paths: ["/partitionKey"] } });
    expect(await refusalOf(created)).toMatchObject({ code: 400 });
    expect(await refusalOf(contract.client().databases.create({ id: halfOfAPair }))).toMatchObject({ code: 400 });
  });

  test("can have a name outside ASCII", async () => {
    const container = await contract.container({ id: `bestellung-ü-${randomUUID()}` });
    expect((await container.items.create({ id: "a", partitionKey: "p" })).statusCode).toBe(201);
  });
});
