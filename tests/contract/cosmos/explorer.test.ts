// Only the embedded endpoint has a data explorer.
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { byText } from "./contract-test.ts";
import { type EmbeddedProcess, endEmbedded, startEmbedded } from "./endpoint-under-test.ts";

const PAGE = fileURLToPath(new URL("../../../deploy/local/cosmos/explorer/page/", import.meta.url));
const OWN_KEY = Buffer.from("a key of its own").toString("base64");

let directory: string;
let running: EmbeddedProcess;

const start = async (...args: string[]): Promise<void> => {
  running = await startEmbedded(directory, 0, ...args);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-explorer-"));
});

afterEach(async () => {
  await endEmbedded(running, "SIGTERM");
  await rm(directory, { recursive: true });
});

const get = async (path: string): Promise<Response> => fetch(new URL(path, running.url), { redirect: "manual" });

describe("the data explorer", () => {
  test("is served with all its files to anybody, under a policy that lets it load nothing else", async () => {
    await start();
    const page = await get("/_explorer/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    for (const name of await readdir(PAGE)) {
      const file = await get(`/_explorer/${name}`);
      expect([name, file.status]).toEqual([name, 200]);
      expect(await file.text()).toBe(await readFile(join(PAGE, name), "utf8"));
      expect(file.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(file.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("has nothing in it that the policy would stop: no script or style in the page, nothing of other sites", async () => {
    await start();
    const html = await (await get("/_explorer/")).text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/);
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect((await get(`/_explorer/${address}`)).status).toBe(200);
    }
  });

  test("uses every style sheet that is served with it", async () => {
    await start();
    const html = await (await get("/_explorer/")).text();
    const used = [...html.matchAll(/<link rel="stylesheet" href="([^"]*)"/g)].map(([, name = ""]) => name);
    expect(used.sort(byText)).toEqual((await readdir(PAGE)).filter((name) => name.endsWith(".css")).sort(byText));
  });

  test("writes texts as texts only", async () => {
    await start();
    for (const name of (await readdir(PAGE)).filter((file) => file.endsWith(".js"))) {
      const code = await (await get(`/_explorer/${name}`)).text();
      expect([name, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/.test(code)]).toEqual([
        name,
        false,
      ]);
    }
  });

  test("has its address without the slash, too, and no other files", async () => {
    await start();
    const short = await get("/_explorer");
    expect([short.status, short.headers.get("location")]).toEqual([308, "/_explorer/"]);
    for (const path of ["/_explorer/nothing.js", "/_explorer/..%2fstatic-files.ts", "/_explorer/page/main.js"]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test("does not open the rest of the endpoint: everything else wants a signature", async () => {
    await start();
    for (const path of ["/_explorerx", "/dbs", "/", "/_explorer/../dbs"]) expect((await get(path)).status).toBe(401);
    expect((await fetch(new URL("/_explorer/", running.url), { method: "POST" })).status).toBe(401);
  });

  test("offers the well-known key where it is in use, and never tells another", async () => {
    await start();
    expect(await (await get("/_explorer/endpoint.json")).json()).toEqual({ usesWellKnownKey: true });
    await endEmbedded(running, "SIGTERM");
    await start("--key", OWN_KEY);
    const told = await (await get("/_explorer/endpoint.json")).text();
    expect(JSON.parse(told)).toEqual({ usesWellKnownKey: false });
  });
});
