import type { RequestOptions } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { byText, refusalOf, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

const under = (condition: string): RequestOptions => ({ accessCondition: { type: "IfMatch", condition } });

describe("an item", () => {
  test("can get another id when it is replaced, unless another item has it", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p" });
    await container.items.create({ id: "b", partitionKey: "p" });
    const renamed = await container.item("a", "p").replace({ id: "c", partitionKey: "p", n: 1 });
    expect([renamed.statusCode, renamed.resource?.id]).toEqual([200, "c"]);
    expect((await container.item("a", "p").read()).statusCode).toBe(404);
    expect((await container.item("c", "p").read()).resource).toMatchObject({ n: 1 });
    const taken = container.item("c", "p").replace({ id: "b", partitionKey: "p" });
    expect(await refusalOf(taken)).toMatchObject({ code: 409 });
  });

  test("is read as it was created, with what the system adds", async () => {
    const container = await contract.container();
    const created = await container.items.create({ id: "a", partitionKey: "p", total: 1.5, text: "é😀", none: null });
    const read = await container.item("a", "p").read();
    expect(created.statusCode).toBe(201);
    expect(read.statusCode).toBe(200);
    expect(read.resource).toMatchObject({ id: "a", partitionKey: "p", total: 1.5, text: "é😀", none: null });
    expect(read.resource).toEqual(created.resource);
    expect(read.etag).toBe(created.resource?._etag);
    expect(Object.keys(read.resource)).toEqual(
      expect.arrayContaining(["_rid", "_self", "_etag", "_attachments", "_ts"]),
    );
  });

  test("cannot be created twice", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p" });
    expect(await refusalOf(container.items.create({ id: "a", partitionKey: "p" }))).toMatchObject({ code: 409 });
    expect((await container.items.create({ id: "a", partitionKey: "q" })).statusCode).toBe(201);
  });

  test("is inserted or replaced by an upsert", async () => {
    const container = await contract.container();
    const first = await container.items.upsert({ id: "a", partitionKey: "p", n: 1 });
    const second = await container.items.upsert({ id: "a", partitionKey: "p", n: 2 });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.etag).not.toBe(first.etag);
    expect((await container.item("a", "p").read()).resource).toMatchObject({ n: 2 });
  });

  test("is inserted by an upsert with If-Match when it is absent, and refused when it is there with another ETag", async () => {
    const container = await contract.container();
    const condition = { accessCondition: { type: "IfMatch", condition: '"never seen"' } };
    const absent = await container.items.upsert({ id: "a", partitionKey: "p" }, condition);
    expect(absent.statusCode).toBe(201);
    const present = container.items.upsert({ id: "a", partitionKey: "p" }, condition);
    expect(await refusalOf(present)).toMatchObject({ code: 412 });
    const matching = { accessCondition: { type: "IfMatch", condition: absent.etag } };
    expect((await container.items.upsert({ id: "a", partitionKey: "p" }, matching)).statusCode).toBe(200);
  });

  test("is replaced and deleted only under its ETag, when one is given", async () => {
    const container = await contract.container();
    const { etag } = await container.items.create({ id: "a", partitionKey: "p", n: 1 });
    const item = container.item("a", "p");
    const replaced = await item.replace({ id: "a", partitionKey: "p", n: 2 }, under(etag));
    expect(replaced.statusCode).toBe(200);
    expect(await refusalOf(item.replace({ id: "a", partitionKey: "p", n: 3 }, under(etag)))).toMatchObject({
      code: 412,
    });
    expect(await refusalOf(item.delete(under(etag)))).toMatchObject({ code: 412 });
    expect((await item.delete(under(replaced.etag))).statusCode).toBe(204);
    expect((await item.read()).statusCode).toBe(404);
    expect(await refusalOf(item.delete())).toMatchObject({ code: 404 });
    expect(await refusalOf(item.replace({ id: "a", partitionKey: "p" }))).toMatchObject({ code: 404 });
  });

  test("is not sent again to one who has it", async () => {
    const container = await contract.container();
    const { etag } = await container.items.create({ id: "a", partitionKey: "p" });
    const condition = { accessCondition: { type: "IfNoneMatch", condition: etag } };
    expect((await container.item("a", "p").read(condition)).statusCode).toBe(304);
    await container.items.upsert({ id: "a", partitionKey: "p", n: 1 });
    expect((await container.item("a", "p").read(condition)).statusCode).toBe(200);
  });

  test("never gets an ETag or a _rid that another had", async () => {
    const container = await contract.container();
    const first = await container.items.create({ id: "a", partitionKey: "p" });
    await container.item("a", "p").delete();
    await contract.endpoint().restart?.();
    const second = await container.items.create({ id: "a", partitionKey: "p" });
    expect(second.etag).not.toBe(first.etag);
    expect(second.resource?._rid).not.toBe(first.resource?._rid);
  });

  test("is changed in part by a patch, which may have a condition", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p", n: 1, tags: ["x"], old: true });
    const patched = await container.item("a", "p").patch({
      condition: "FROM c WHERE c.n = 1",
      operations: [
        { op: "incr", path: "/n", value: 2 },
        { op: "add", path: "/tags/0", value: "first" },
        { op: "set", path: "/fresh", value: { deep: 1 } },
        { op: "replace", path: "/fresh/deep", value: 2 },
        { op: "remove", path: "/old" },
      ],
    });
    expect(patched.resource).toMatchObject({ n: 3, tags: ["first", "x"], fresh: { deep: 2 } });
    expect(patched.resource).not.toHaveProperty("old");
    const again = container.item("a", "p").patch({
      condition: "FROM c WHERE c.n = 1",
      operations: [{ op: "incr", path: "/n", value: 2 }],
    });
    expect(await refusalOf(again)).toMatchObject({ code: 412 });
    const missing = container.item("a", "p").patch([{ op: "replace", path: "/nothing", value: 1 }]);
    expect(await refusalOf(missing)).toMatchObject({ code: 400 });
  });

  test("keeps its id and what the system gave it when it is patched", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p", n: 1 });
    const { url, key } = contract.endpoint();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs/a`;
    const headers = { "x-ms-documentdb-partitionkey": '["p"]' };
    for (const name of ["id", "_rid", "_etag"]) {
      const body = JSON.stringify({ operations: [{ op: "move", from: `/${name}`, path: "/elsewhere" }] });
      expect(await sendSigned(url, key, { method: "PATCH", path, headers, body })).toMatchObject({ status: 400 });
    }
    expect((await container.item("a", "p").read()).resource).toMatchObject({ id: "a", n: 1 });
  });

  test("cannot be incremented beyond what a number can be", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p", n: 1e308 });
    const beyond = container.item("a", "p").patch([{ op: "incr", path: "/n", value: 1e308 }]);
    expect(await refusalOf(beyond)).toMatchObject({ code: 400 });
    expect((await container.item("a", "p").read()).resource).toMatchObject({ n: 1e308 });
  });

  test("may be nested 128 levels deep", async () => {
    const container = await contract.container();
    const nested = (levels: number): object => (levels === 0 ? [] : { next: nested(levels - 1) });
    const deepest = await container.items.create({ id: "deepest", partitionKey: "p", tree: nested(126) });
    expect(deepest.statusCode).toBe(201);
    const tooDeep = container.items.create({ id: "too deep", partitionKey: "p", tree: nested(127) });
    expect(await refusalOf(tooDeep)).toMatchObject({ code: 400 });
  });

  test("must have the partition key that the request names", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs`;
    const headers = { "x-ms-documentdb-partitionkey": '["other"]' };
    const body = JSON.stringify({ id: "a", partitionKey: "p" });
    const answer = await sendSigned(url, key, { method: "POST", path, headers, body });
    expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([400, "1001"]);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "BadRequest", message: expect.any(String) });
  });

  test("is left out of the answer when the client wants it minimal", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs`;
    const headers = { "x-ms-documentdb-partitionkey": '["p"]', prefer: "return=minimal" };
    const body = JSON.stringify({ id: "a", partitionKey: "p" });
    const answer = await sendSigned(url, key, { method: "POST", path, headers, body });
    expect([answer.status, answer.text]).toEqual([201, ""]);
    expect(answer.headers.get("etag")).toMatch(/^".+"$/);
    expect(Number(answer.headers.get("x-ms-request-charge"))).toBeGreaterThan(0);
    expect(answer.headers.get("x-ms-session-token")).toMatch(/^\d+:/);
    expect(answer.headers.get("x-ms-activity-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("is found under a partition key quoted as Go quotes it", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: 'é😀"\\\u0001' });
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs/a`;
    const headers = { "x-ms-documentdb-partitionkey": '["\\u00e9\\U0001f600\\"\\\\\\x01"]' };
    expect(await sendSigned(url, key, { method: "GET", path, headers })).toMatchObject({ status: 200 });
  });

  test("may have a key of any simple type, or none", async () => {
    const container = await contract.container();
    for (const partitionKey of [1.5, true, null]) {
      await container.items.create({ id: "a", partitionKey });
      expect((await container.item("a", partitionKey).read()).resource).toMatchObject({ id: "a", partitionKey });
    }
    await container.items.create({ id: "a" });
    expect((await container.item("a", undefined).read()).resource).toMatchObject({ id: "a" });
  });

  test("may have any id of up to 1023 bytes without slashes", async () => {
    const container = await contract.container();
    for (const id of ["a~0000000001", "é😀", "with space", "x".repeat(1023)]) {
      expect((await container.items.create({ id, partitionKey: "p" })).statusCode).toBe(201);
      expect((await container.item(id, "p").read()).resource).toMatchObject({ id });
    }
  });

  test("may not have half of a surrogate pair in its id", async () => {
    const container = await contract.container();
    expect(await refusalOf(container.items.create({ id: "\ud83d", partitionKey: "p" }))).toMatchObject({ code: 400 });
  });

  test("may not have another id", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs`;
    const headers = { "x-ms-documentdb-partitionkey": '["p"]' };
    for (const id of ["a/b", "a\\b", "x".repeat(1024), "", 5, undefined]) {
      const body = JSON.stringify({ id, partitionKey: "p" });
      expect(await sendSigned(url, key, { method: "POST", path, headers, body })).toMatchObject({ status: 400 });
    }
  });

  test("may not be larger than 2 MB", async () => {
    const container = await contract.container();
    const large = { id: "a", partitionKey: "p", text: "x".repeat(2 * 1024 * 1024) };
    expect(await refusalOf(container.items.create(large))).toMatchObject({ code: 413 });
    const fits = { id: "a", partitionKey: "p", text: "x".repeat(2 * 1024 * 1024 - 1024) };
    expect((await container.items.create(fits)).statusCode).toBe(201);
  });

  test("can be listed with the others, page by page", async () => {
    const container = await contract.container();
    const ids = Array.from({ length: 7 }, (_, index) => `i${index}`);
    for (const id of ids) await container.items.create({ id, partitionKey: id });
    const { resources } = await container.items.readAll({ maxItemCount: 3 }).fetchAll();
    expect(resources.map(({ id }) => String(id)).toSorted(byText)).toEqual(ids);
  });
});
