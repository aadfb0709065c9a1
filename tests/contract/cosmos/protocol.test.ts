// What the embedded endpoint does at the edges of the protocol; Azure's own wording and limits differ in places.
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./contract-test.ts";
import { useEmbedded } from "./embedded-contract.ts";
import { WELL_KNOWN_KEY } from "./endpoint-under-test.ts";
import { type RawAnswer, type RawRequest, sendSigned } from "./signed-request.ts";

const embedded = useEmbedded();

const send = async (request: RawRequest): ReturnType<typeof sendSigned> =>
  sendSigned(embedded.url(), WELL_KNOWN_KEY, request);

/** Sends bytes as they are and gives what comes back until the connection ends. */
const sendBytes = async (bytes: string): Promise<string> => {
  const socket = connect(Number(new URL(embedded.url()).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.write(bytes);
  await once(socket, "close", { signal: AbortSignal.timeout(60_000) });
  return answer;
};

describe("what an account may have and this endpoint never has", () => {
  test("is listed as empty by the SDK", async () => {
    const container = await embedded.container();
    const database = embedded.client().database(embedded.database);
    expect((await container.scripts.storedProcedures.readAll().fetchAll()).resources).toEqual([]);
    expect((await container.scripts.triggers.readAll().fetchAll()).resources).toEqual([]);
    expect(
      (await container.scripts.userDefinedFunctions.query({ query: "SELECT * FROM r" }).fetchAll()).resources,
    ).toEqual([]);
    expect((await container.conflicts.readAll().fetchAll()).resources).toEqual([]);
    expect((await database.users.readAll().fetchAll()).resources).toEqual([]);
  });

  test("cannot be made, nor used, and says so at once", async () => {
    const container = await embedded.container();
    const creation = container.scripts.storedProcedures.create({ id: "s", body: "function () {}" });
    await expect(creation).rejects.toMatchObject({
      code: 400,
      body: { message: expect.stringContaining("Stored procedures are not supported") },
    });
    expect(await refusalOf(container.scripts.storedProcedure("s").execute("p"))).toMatchObject({ code: 404 });
    expect(await refusalOf(embedded.client().database(embedded.database).users.create({ id: "u" }))).toMatchObject({
      code: 400,
    });
  });

  test("needs leave to be queried over partitions, where it lies in partitions", async () => {
    const container = await embedded.container();
    const query = (headers: Record<string, string>): Promise<RawAnswer> =>
      send({
        method: "POST",
        path: `/dbs/${embedded.database}/colls/${container.id}/conflicts`,
        headers: { "content-type": "application/query+json", "x-ms-documentdb-isquery": "True", ...headers },
        body: JSON.stringify({ query: "SELECT * FROM r" }),
      });
    expect((await query({})).status).toBe(400);
    expect((await query({ "x-ms-documentdb-partitionkey": '["p"]' })).status).toBe(200);
    expect((await query({ "x-ms-documentdb-query-enablecrosspartition": "True" })).status).toBe(200);
  });

  test("is not there in a container that is not there", async () => {
    const answer = await send({ method: "GET", path: `/dbs/${embedded.database}/colls/none/sprocs` });
    expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([404, "1003"]);
  });
});

describe("a request at the edge of the protocol", () => {
  test.each([
    ["GET", "/nothing", 400],
    ["GET", "/dbs/a/b/c/d/e/f", 400],
    ["GET", "/dbs/%E0%A4%A", 400],
    ["PATCH", "/dbs", 405],
    ["PUT", "/", 400],
  ])("%s %s is refused with a JSON body", async (method, path, status) => {
    // A signature over a path that cannot be decoded does not matter: the path is looked at first.
    const answer = path.includes("%")
      ? await fetch(new URL(path, embedded.url())).then(async (response) => ({
          status: response.status,
          text: await response.text(),
        }))
      : await send({ method, path });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ code: expect.any(String), message: expect.any(String) });
  });

  test.each(["HEAD", "OPTIONS"])("by the method %s is refused", async (method) => {
    expect((await send({ method, path: "/dbs" })).status).toBe(405);
    expect((await fetch(new URL("/dbs", embedded.url()), { method })).status).toBe(401);
  });

  test("with a body over the limit gets to see 413", async () => {
    const container = await embedded.container();
    const path = `/dbs/${embedded.database}/colls/${container.id}/docs`;
    const body = JSON.stringify({ id: "a", partitionKey: "p", text: "x".repeat(4 * 1024 * 1024) });
    const headers = { "x-ms-documentdb-partitionkey": '["p"]' };
    expect((await send({ method: "POST", path, headers, body })).status).toBe(413);
  });

  test("that never ends is cut off", async () => {
    const socket = connect(Number(new URL(embedded.url()).port), "127.0.0.1");
    socket.on("error", () => undefined).setMaxListeners(0);
    socket.write("POST /dbs HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
    const piece = "x".repeat(1024 * 1024);
    const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
    const settled = async (): Promise<void> =>
      new Promise((resolve) => {
        socket.once("drain", resolve).once("close", () => resolve());
      });
    let sent = 0;
    for (; !socket.destroyed && sent < 64; sent++) if (!socket.write(chunk)) await settled();
    socket.destroy();
    expect(sent).toBeLessThan(64);
  });

  test("that is no HTTP, or has too many headers, is told so", async () => {
    expect(await sendBytes("hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [^]*"code":"BadRequest"/);
    const headers = `x-padding: ${"x".repeat(1_000)}\r\n`.repeat(80);
    expect(await sendBytes(`GET / HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [^]*"code":"RequestHeaderFieldsTooLarge"/,
    );
  });

  test("may name things in any script", async () => {
    const id = "Bestellungen-é-注文-😀";
    const { container } = await embedded
      .client()
      .database(embedded.database)
      .containers.create({ id, partitionKey: { paths: ["/schlüssel"] } });
    await container.items.create({ id: "ä 注", schlüssel: "ß" });
    expect((await container.item("ä 注", "ß").read()).resource).toMatchObject({ id: "ä 注" });
  });
});

describe("a request that is signed otherwise", () => {
  test.each([
    ["a resource token", encodeURIComponent("type=resource&ver=1.0&sig=AAAA"), "Resource tokens are not accepted"],
    [
      "an Entra ID token",
      encodeURIComponent("type=aad&ver=1.0&sig=eyJ0"),
      "Microsoft Entra ID tokens are not accepted",
    ],
    ["a bearer token", "Bearer eyJ0", "Microsoft Entra ID tokens are not accepted"],
    ["nothing it knows", "Basic abc", "must be type=master"],
  ])("with %s is refused, with the reason", async (_, authorization, reason) => {
    const headers = { authorization, "x-ms-date": new Date().toUTCString() };
    const response = await fetch(new URL("/dbs", embedded.url()), { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "Unauthorized", message: expect.stringContaining(reason) });
  });
});
