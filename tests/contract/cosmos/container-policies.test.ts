import {
  type Container,
  type ContainerRequest,
  GeospatialType,
  IndexingMode,
  type IndexingPolicy,
} from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { byText, refusalOf, useContract } from "./contract-test.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const contract = useContract();

const ROOT = { path: "/*" };
const ETAG = { path: '/"_etag"/?' };

const policyOf = async (indexingPolicy: IndexingPolicy): Promise<IndexingPolicy | undefined> =>
  (await (await contract.container({ indexingPolicy })).read()).resource?.indexingPolicy;

describe("an indexing policy", () => {
  test("indexes everything but the ETag when it says nothing", async () => {
    const { resource } = await (await contract.container()).read();
    const complete = { indexingMode: "consistent", automatic: true, includedPaths: [ROOT], excludedPaths: [ETAG] };
    expect(resource?.indexingPolicy).toEqual(complete);
    expect(await policyOf({})).toEqual(complete);
    expect(await policyOf({ indexingMode: IndexingMode.consistent, automatic: true })).toEqual(complete);
  });

  test("can leave out everything but some paths", async () => {
    const policy = await policyOf({
      includedPaths: [{ path: "/a/b/?" }, { path: "/list/[]/*" }],
      excludedPaths: [ROOT],
    });
    expect(policy?.includedPaths?.map(({ path }) => path)).toEqual(["/a/b/?", "/list/[]/*"]);
    expect(policy?.excludedPaths?.map(({ path }) => path)).toEqual(expect.arrayContaining([ROOT.path, ETAG.path]));
  });

  test("can be none", async () => {
    const policy = await policyOf({ indexingMode: IndexingMode.none, automatic: false });
    expect(policy).toMatchObject({ indexingMode: "none", automatic: false });
  });

  test("keeps composite and spatial indexes", async () => {
    const compositeIndexes = [
      [
        { path: "/a", order: "ascending" as const },
        { path: "/b/c", order: "descending" as const },
      ],
    ];
    const spatial = { path: "/place/*", types: ["Point", "LineString", "Polygon", "MultiPolygon"] };
    const policy = await policyOf(JSON.parse(JSON.stringify({ compositeIndexes, spatialIndexes: [spatial] })));
    expect(policy?.compositeIndexes).toEqual(compositeIndexes);
    expect(policy?.spatialIndexes).toMatchObject([{ path: spatial.path, types: spatial.types }]);
  });

  test.each<[string, object]>([
    ["an unknown mode", { indexingMode: "sometimes" }],
    ["no mode but automatic indexing", { indexingMode: "none", automatic: true }],
    ["paths without the root", { includedPaths: [{ path: "/a/?" }] }],
    ["a path that ends in a name", { includedPaths: [ROOT, { path: "/a" }] }],
    ["a path that does not begin at the root", { excludedPaths: [{ path: "a/?" }] }],
    ["a path both included and excluded", { includedPaths: [ROOT], excludedPaths: [ROOT] }],
    ["a composite index of one path", { compositeIndexes: [[{ path: "/a", order: "ascending" }]] }],
    [
      "a composite index in no order",
      {
        compositeIndexes: [
          [
            { path: "/a", order: "up" },
            { path: "/b", order: "ascending" },
          ],
        ],
      },
    ],
    ["a vector index without a vector", { vectorIndexes: [{ path: "/v", type: "flat" }] }],
  ])("with %s is refused", async (_, policy) => {
    expect(await refusalOf(policyOf(JSON.parse(JSON.stringify(policy))))).toMatchObject({ code: 400 });
  });
});

describe("a container's definition", () => {
  test("is completed with how conflicts are resolved and what shapes lie on", async () => {
    const { resource } = await (await contract.container()).read();
    expect(resource).toMatchObject({
      conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/_ts" },
      geospatialConfig: { type: "Geography" },
      uniqueKeyPolicy: { uniqueKeys: [] },
    });
    expect(resource?.partitionKey).toMatchObject({ kind: "Hash" });
  });

  test("keeps what was said of those", async () => {
    const { resource } = await (
      await contract.container({
        conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/n" },
        geospatialConfig: { type: GeospatialType.Geometry },
        defaultTtl: 3600,
      })
    ).read();
    expect(resource).toMatchObject({
      conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/n" },
      geospatialConfig: { type: "Geometry" },
      defaultTtl: 3600,
    });
  });

  test.each<[string, object]>([
    ["a time to live of nothing", { defaultTtl: 0 }],
    ["a time to live below nothing", { defaultTtl: -2 }],
    ["an unknown way to resolve conflicts", { conflictResolutionPolicy: { mode: "FirstWriterWins" } }],
    ["shapes on nothing", { geospatialConfig: { type: "Flat" } }],
  ])("with %s is refused", async (_, more) => {
    const request: Partial<ContainerRequest> = JSON.parse(JSON.stringify(more));
    expect(await refusalOf(contract.container(request))).toMatchObject({ code: 400 });
  });
});

const send = (method: string, container: Container, headers: Record<string, string>): Promise<RawAnswer> => {
  const { url, key } = contract.endpoint();
  const path = `/dbs/${contract.database().id}/colls/${container.id}`;
  return sendSigned(url, key, { method, path, headers });
};

describe("a container", () => {
  test("is not sent again to who has it", async () => {
    const container = await contract.container();
    const etag = (await container.read()).resource?._etag ?? "";
    const answer = await send("GET", container, { "if-none-match": etag });
    expect([answer.status, answer.text]).toEqual([304, ""]);
    expect((await send("GET", container, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("is replaced and deleted only as the version that was read", async () => {
    const container = await contract.container();
    const { resource } = await container.read();
    if (resource === undefined) throw new Error("The container cannot be read.");
    await container.replace({ ...resource, defaultTtl: 60 });
    const accessCondition = { type: "IfMatch", condition: resource._etag };
    const stale = container.replace({ ...resource, defaultTtl: 90 }, { accessCondition });
    expect(await refusalOf(stale)).toMatchObject({ code: 412 });
    expect((await container.read()).resource?.defaultTtl).toBe(60);
    expect((await send("DELETE", container, { "if-match": resource._etag })).status).toBe(412);
    const etag = (await container.read()).resource?._etag ?? "";
    expect((await send("DELETE", container, { "if-match": etag })).status).toBe(204);
  });

  test("tells how much it holds when asked", async () => {
    const container = await contract.container();
    for (const id of ["a", "b"]) await container.items.create({ id, partitionKey: "p" });
    const { headers } = await container.read({ populateQuotaInfo: true });
    expect(headers["x-ms-resource-quota"]).toEqual(expect.stringContaining("documentsCount="));
    expect(headers["x-ms-resource-usage"]).toMatch(/documentsCount=\d+/);
    expect(
      (await container.read()).headers["x-ms-documentdb-collection-index-transformation-progress"],
    ).toBeUndefined();
  });

  test("tells what each of its ranges holds when asked", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p" });
    const { text } = await send("GET", container, { "x-ms-documentdb-populatepartitionstatistics": "True" });
    const ranges = (await container.readPartitionKeyRanges().fetchAll()).resources.map(({ id }) => id);
    const statistics: { id: string; documentCount: number }[] = JSON.parse(text).statistics;
    expect(statistics.map(({ id }) => id).toSorted(byText)).toEqual(ranges.toSorted(byText));
    expect(JSON.parse((await send("GET", container, {})).text)).not.toHaveProperty("statistics");
  });
});
