import { describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { type RawAnswer, type RawRequest, sendSigned } from "./signed-request.ts";

const contract = useContract();

/** Sends a request as an SDK does that knows a resource by its `_self` link: it signs for the `_rid` in lower case. */
const sendByLink = (self: string, link: string, request: Partial<RawRequest> = {}): Promise<RawAnswer> => {
  const { url, key } = contract.endpoint();
  return sendSigned(url, key, { method: "GET", path: `/${self}`, link: link.toLowerCase(), ...request });
};

const KEY = { "x-ms-documentdb-partitionkey": '["p"]' };

describe("a resource's own link", () => {
  test("leads to the database, the container and the item", async () => {
    const { resource: database } = await contract.database().read();
    const container = await contract.container();
    const { resource: definition } = await container.read();
    const { resource: item } = await container.items.create({ id: "a", partitionKey: "p" });
    if (database === undefined || definition === undefined || item === undefined) throw new Error("Nothing was made.");
    const found = [
      await sendByLink(database._self, database._rid),
      await sendByLink(definition._self, definition._rid),
      await sendByLink(item["_self"], item["_rid"], { headers: KEY }),
    ];
    expect(found.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(found.map(({ text }) => JSON.parse(text).id)).toEqual([contract.database().id, container.id, "a"]);
  });

  test("can be written to", async () => {
    const container = await contract.container();
    const { resource: definition } = await container.read();
    const { resource: item } = await container.items.create({ id: "a", partitionKey: "p" });
    if (definition === undefined || item === undefined) throw new Error("Nothing was made.");
    const replaced = await sendByLink(item["_self"], item["_rid"], {
      method: "PUT",
      headers: KEY,
      body: JSON.stringify({ id: "a", partitionKey: "p", n: 1 }),
    });
    expect(replaced.status).toBe(200);
    const created = await sendByLink(`${definition._self}docs/`, definition._rid, {
      method: "POST",
      headers: KEY,
      body: JSON.stringify({ id: "b", partitionKey: "p" }),
    });
    expect(created.status).toBe(201);
    expect((await container.item("a", "p").read()).resource).toMatchObject({ n: 1 });
  });

  test("leads nowhere when the item is gone", async () => {
    const container = await contract.container();
    const { resource: item } = await container.items.create({ id: "a", partitionKey: "p" });
    if (item === undefined) throw new Error("Nothing was made.");
    await container.item("a", "p").delete();
    expect((await sendByLink(item["_self"], item["_rid"], { headers: KEY })).status).toBe(404);
  });
});
